"""A crew's duty and breaks for native clients, as the buttons of the crew's page."""

from typing import Any, cast
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.limits import CrewLimit
from accounts.models import User
from dispatch.models import Crew
from dispatch.selectors.shifts import next_break_length
from dispatch.services.duty import end_break, set_duty, take_break
from mobile_api.permissions import CrewMember
from mobile_api.schema import refusals
from mobile_api.serializers.crew import DutyFormSerializer, DutySerializer


class CrewDuty(APIView):
    permission_classes = (CrewMember,)
    throttle_classes = (CrewLimit,)

    @extend_schema(
        operation_id="change_duty",
        request=DutyFormSerializer,
        responses={200: DutySerializer, **refusals(400, 401, 403, 404, 409, 413, 422, 429)},
        tags=["crews"],
    )
    def post(self, request: Request) -> Response:
        """Sign the crew on or off, or begin its break; "on" also ends a break. Twice is once."""
        form = DutyFormSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        said: dict[str, Any] = form.validated_data
        crew = _change(said["crew"], said["state"], actor=cast(User, request.user))
        return Response(DutySerializer(crew).data)


def _change(crew_id: UUID, state: str, *, actor: User) -> Crew:
    at = timezone.now()
    if state == "break":
        return take_break(crew_id=crew_id, actor=actor, at=at, length=next_break_length(crew_id, at=at))
    crew = set_duty(crew_id=crew_id, is_on_duty=state == "on", actor=actor, at=at)
    return end_break(crew_id=crew_id, actor=actor, at=at) if state == "on" else crew
