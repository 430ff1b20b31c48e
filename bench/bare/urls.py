"""The site's addresses and the bare view."""

from typing import Any

from django.contrib.gis.geos import Point
from django.urls import path
from django.utils import timezone
from rest_framework import serializers
from rest_framework.generics import CreateAPIView
from rest_framework.permissions import AllowAny

from bench.bare.models import Row
from config.urls import urlpatterns as site


class RowSerializer(serializers.Serializer[Row]):
    """The fields that the API takes, by DRF's own means."""

    id = serializers.UUIDField()
    lat = serializers.FloatField(min_value=-90, max_value=90)
    lon = serializers.FloatField(min_value=-180, max_value=180)
    accuracy = serializers.FloatField(required=False)
    category = serializers.CharField(max_length=50)
    address = serializers.CharField(max_length=300, required=False)
    description = serializers.CharField(max_length=5000, required=False)
    language = serializers.CharField(max_length=8, required=False)

    def create(self, sent: dict[str, Any]) -> Row:
        now = timezone.now()
        return Row.objects.create(
            uuid=sent["id"],
            fingerprint="0" * 64,
            code="K7Q3MX",
            point=Point(sent["lon"], sent["lat"], srid=4326),
            accuracy_m=sent["accuracy"],
            address=sent["address"],
            description=sent["description"],
            search_text=sent["description"],
            language=sent["language"],
            category_id=1,
            district_id=1,
            routing={"district": "d1", "certainty": "certain", "because": "inside", "alternatives": []},
            received_at=now,
            changed_at=now,
            acknowledge_due_at=now,
            resolve_due_at=now,
        )

    def to_representation(self, row: Any) -> dict[str, Any]:
        return {"id": str(row.uuid), "code": row.code, "status": row.status}


class Bare(CreateAPIView[Row]):
    """Inserts what it was sent: no place looked up, no deadline, no event, no limit."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    serializer_class = RowSerializer


urlpatterns = [path("bare/", Bare.as_view()), *site]
