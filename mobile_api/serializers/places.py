"""Shapes of places: a position asked for, and who is responsible there."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from reports.known_categories import find_category

Shape = serializers.Serializer


class PlaceQuery(Shape[Any]):
    """A position; whether it lies in the city is for the services to say."""

    lat = serializers.FloatField()
    lon = serializers.FloatField()
    category = serializers.CharField(required=False, max_length=50)
    accuracy = serializers.FloatField(required=False, help_text="Metres.")

    def validate_category(self, value: str) -> str:
        """Another one's district would be told as if the category did not matter."""
        if find_category(value) is None:
            raise serializers.ValidationError(
                _("There is no such category. Please choose one of those offered.")
            )
        return value


class NearbyQuery(Shape[Any]):
    lat = serializers.FloatField()
    lon = serializers.FloatField()
    radius = serializers.FloatField(
        required=False, default=100.0, min_value=1, max_value=2000, help_text="Metres."
    )


class AlternativeSerializer(Shape[Any]):
    district = serializers.CharField()
    name = serializers.CharField()
    distance_m = serializers.FloatField()


class ResponsibilitySerializer(Shape[Any]):
    """Who answers for a place; `district` is null outside the city."""

    district = serializers.CharField(allow_null=True)
    name = serializers.CharField(allow_blank=True)
    certainty = serializers.ChoiceField(choices=["certain", "uncertain", "outside"])
    because = serializers.CharField()
    reason = serializers.CharField()
    distance_to_border_m = serializers.FloatField(allow_null=True)
    alternatives = AlternativeSerializer(many=True)
    neighbourhood = serializers.CharField(allow_null=True)
    approximate = serializers.BooleanField()
