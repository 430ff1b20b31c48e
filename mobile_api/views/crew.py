"""The crews' jobs and commands, the same as on the socket."""

from typing import Any, cast

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.limits import CrewLimit
from accounts.models import User
from dispatch.models import Crew
from dispatch.selectors.crews import crews_of
from dispatch.selectors.jobs import crew_jobs
from live.commands import carry_out
from mobile_api.features import Facts
from mobile_api.permissions import CrewMember, CrewMemberOnce
from mobile_api.refusals import Invalid
from mobile_api.schema import refusals
from mobile_api.serializers.crew import (
    CommandSerializer,
    CommandsSerializer,
    CrewJobsSerializer,
    ResultSerializer,
    ResultsSerializer,
)

MOST_COMMANDS = 100
TAGS = ["crews"]


def _either(name: str, *shapes: Any) -> PolymorphicProxySerializer:
    return PolymorphicProxySerializer(
        component_name=name, serializers=list(shapes), resource_type_field_name=None
    )


class CrewJobs(APIView):
    permission_classes = (CrewMember,)
    throttle_classes = (CrewLimit,)

    @extend_schema(
        operation_id="list_crew_jobs",
        responses={200: CrewJobsSerializer, **refusals(401, 403, 429)},
        tags=TAGS,
    )
    def get(self, request: Request) -> Response:
        """The open jobs of each crew that the person rides with, in the order of the route."""
        crews = crews_of(cast(User, request.user))
        return Response({"crews": [_crew_facts(crew) for crew in crews]})


class CrewCommands(APIView):
    permission_classes = (CrewMemberOnce,)
    throttle_classes = (CrewLimit,)

    @extend_schema(
        operation_id="carry_out_commands",
        request={"application/json": _either("CommandOrCommands", CommandSerializer, CommandsSerializer)},
        responses={
            200: _either("ResultOrResults", ResultSerializer, ResultsSerializer),
            **refusals(400, 401, 403, 413, 422, 429),
        },
        tags=TAGS,
    )
    def post(self, request: Request) -> Response:
        """One command, or `{"commands": […]}` in their order; each answers `ok` with the job, or its error.

        The status is 200 once the commands were read: a refused step is told in its result, as on the
        socket.
        """
        user, at = cast(User, request.user), timezone.now()
        if "commands" not in request.data:
            return Response(carry_out(user, dict(request.data), at=at))
        results = [carry_out(user, frame, at=at) for frame in _frames(request.data["commands"])]
        return Response({"results": results})


def _frames(commands: Any) -> list[Facts]:
    if not isinstance(commands, list) or not all(isinstance(frame, dict) for frame in commands):
        raise Invalid({"commands": _("A list of commands is needed.")})
    if len(commands) > MOST_COMMANDS:
        most = _("At most %(most)d commands at a time, please.") % {"most": MOST_COMMANDS}
        raise Invalid({"commands": most})
    return commands


def _crew_facts(crew: Crew) -> Facts:
    return {
        "id": str(crew.pk),
        "name": crew.name,
        "stream": crew.stream,
        "is_on_duty": crew.is_on_duty,
        "break_until": crew.break_until,
        "jobs": crew_jobs(crew),
    }
