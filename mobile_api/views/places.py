"""Who is responsible for a place."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.limits import ReadLimit
from districts.locating import Responsibility, locate
from mobile_api.features import Facts
from mobile_api.permissions import Anyone
from mobile_api.reading import read_query
from mobile_api.schema import refusals
from mobile_api.serializers.places import PlaceQuery, ResponsibilitySerializer


class Locate(APIView):
    permission_classes = (Anyone,)
    throttle_classes = (ReadLimit,)

    @extend_schema(
        operation_id="locate",
        parameters=[PlaceQuery],
        responses={200: ResponsibilitySerializer, **refusals(422, 429)},
        tags=["places"],
    )
    def get(self, request: Request) -> Response:
        """The district that answers for a place and a category, and why; `outside` is an answer too."""
        query = read_query(PlaceQuery, request)
        found = locate(
            point=(query["lon"], query["lat"]),
            category=query.get("category"),
            accuracy_m=query.get("accuracy"),
            at=timezone.now(),
        )
        return Response(_responsibility_facts(found))


def _responsibility_facts(found: Responsibility) -> Facts:
    """Codes, names and metres; no database ids."""
    return {
        "district": found.district,
        "name": found.name,
        "certainty": found.certainty.value,
        "because": found.because.value,
        "reason": found.reason,
        "distance_to_border_m": found.distance_to_border_m,
        "alternatives": [{**other.as_json(), "name": other.name} for other in found.alternatives],
        "neighbourhood": found.neighbourhood,
        "approximate": found.approximate,
    }
