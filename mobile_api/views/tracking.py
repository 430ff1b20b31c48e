"""Positions from a tracking app that goes on while the crew's page sleeps."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.addresses import client_address
from accounts.errors import DomainError
from accounts.limits import CrewLimit, SignInLimit
from dispatch.models import Crew
from dispatch.services.trackers import crew_for_tracker
from dispatch.tracking import receive_crew_fix
from live.delivery import OLDEST_POSITION
from mobile_api.permissions import Anyone
from mobile_api.schema import refusals
from mobile_api.serializers.tracking import TrackerFixSerializer


class UnknownTracker(DomainError):
    """No crew has this token, or not any more."""

    code = "unknown_tracker"
    http_status = 401


class Tracker(APIView):
    """For Traccar Client: its server address is this one, its device identifier the crew's token."""

    authentication_classes = ()
    permission_classes = (Anyone,)
    throttle_classes = ()  # counted by crew below: many crews may share a carrier's address

    @extend_schema(
        operation_id="send_tracker_position",
        request=TrackerFixSerializer,
        responses={204: None, **refusals(400, 401, 413, 422, 429)},
        tags=["crews"],
    )
    def post(self, request: Request) -> Response:
        """Take the crew's place. Off duty, and for places older than 15 minutes, nothing is kept."""
        form = TrackerFixSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        crew = _require_crew(form.validated_data["device_id"], request)
        _receive(crew, form.validated_data["location"])
        return Response(status=204)


def _require_crew(secret: str, request: Request) -> Crew:
    """Raises UnknownTracker, and TooOften for those who guess and for an app that has gone wild."""
    crew = crew_for_tracker(secret)
    if crew is None:
        SignInLimit().require(f"address:{client_address(request)}")
        raise UnknownTracker(_("No crew has this token. Ask the desk for a new one."), field="device_id")
    CrewLimit().require(f"tracker:{crew.pk}")
    return crew


def _receive(crew: Crew, location: dict[str, Any]) -> None:
    at, coords = timezone.now(), location["coords"]
    taken_at = min(location["timestamp"], at)
    if at - taken_at > OLDEST_POSITION:
        return  # what an app kept in a dead zone tells nothing of where the crew is
    receive_crew_fix(
        crew,
        lat=coords["latitude"],
        lon=coords["longitude"],
        accuracy=_known(coords.get("accuracy")),
        speed_mps=_known(coords.get("speed")),
        at=taken_at,
    )


def _known(number: float | None) -> float | None:
    """The app says −1 where its phone doesn't know."""
    return None if number is None or number < 0 else number
