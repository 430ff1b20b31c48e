"""Shapes of the crews' side: jobs, photos, commands."""

from typing import Any

from rest_framework import serializers

from dispatch.models import DeclineReason, JobStatus, ObstacleReason
from mobile_api.serializers.capture import CREW_ROLES, CaptureSerializer
from reports.models import Outcome

Shape = serializers.Serializer


class JobReportSerializer(Shape[Any]):
    """What a crew needs to know of the report; more fields may follow."""

    code = serializers.CharField()
    code_name = serializers.CharField()
    status = serializers.CharField()
    category = serializers.CharField()
    category_name = serializers.CharField()
    address = serializers.CharField(allow_blank=True)
    description = serializers.CharField(allow_blank=True)
    lat = serializers.FloatField()
    lon = serializers.FloatField()
    accuracy = serializers.FloatField(allow_null=True)
    urgency = serializers.IntegerField()
    received_at = serializers.DateTimeField()
    photos = serializers.ListField(child=serializers.DictField())


class GuaranteeSerializer(Shape[Any]):
    """Who repaired it before, and until when that must hold."""

    repaired_at = serializers.DateTimeField()
    until = serializers.DateField()
    crew_name = serializers.CharField()
    is_own = serializers.BooleanField(help_text="It was the crew that has this job.")


class JobSerializer(Shape[Any]):
    """A job as it stands; the socket tells the same."""

    id = serializers.UUIDField()
    status = serializers.ChoiceField(choices=JobStatus.choices)
    status_name = serializers.CharField()
    version = serializers.IntegerField()
    outcome = serializers.CharField(allow_null=True)
    note = serializers.CharField(allow_blank=True)
    skill = serializers.CharField(allow_null=True, help_text="Where it is not the report's own category.")
    visit = serializers.UUIDField(allow_null=True, help_text="Jobs of one visit follow each other.")
    guarantee = GuaranteeSerializer(
        allow_null=True, help_text="The earlier repair that should still hold at this place."
    )
    questions = serializers.ListField(child=serializers.DictField(), help_text="Asked by the desk.")
    deadline = serializers.DateTimeField(allow_null=True)
    position = serializers.IntegerField()
    allowed = serializers.ListField(child=serializers.CharField())
    waiting_photos = serializers.ListField(
        child=serializers.UUIDField(), help_text="Photos that its commands named and that are still to come."
    )
    refused_photos = serializers.ListField(
        child=serializers.UUIDField(), help_text="Named photos that turned out to be no pictures."
    )
    report = JobReportSerializer()


class DutySerializer(Shape[Any]):
    """How a crew stands. Off duty and on a break nothing rings, and no place is taken."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    stream = serializers.CharField(help_text="Its stream on /ws/.")
    is_on_duty = serializers.BooleanField()
    break_until = serializers.DateTimeField(
        allow_null=True, help_text="The end of its last or present break."
    )


class DutyFormSerializer(Shape[Any]):
    """`on` also ends a break; a `break` is as long as the shift plans it, else half an hour."""

    crew = serializers.UUIDField()
    state = serializers.ChoiceField(choices=("on", "off", "break"))


class CrewSerializer(DutySerializer):
    jobs = JobSerializer(many=True)


class CrewJobsSerializer(Shape[Any]):
    crews = CrewSerializer(many=True)


class CrewPhotoFormSerializer(CaptureSerializer):
    """A photo of the work, before the command that uses it."""

    id = serializers.UUIDField(help_text="Made by the client: the same id and bytes twice is one photo.")
    file = serializers.FileField()
    role = serializers.ChoiceField(choices=CREW_ROLES)


class PhotoFormSerializer(Shape[Any]):
    """A photo for a report that follows."""

    id = serializers.UUIDField(required=False)
    file = serializers.FileField()


class PlaceSerializer(Shape[Any]):
    lat = serializers.FloatField()
    lon = serializers.FloatField()


class KeptPhotoSerializer(Shape[Any]):
    id = serializers.UUIDField()
    status = serializers.CharField()
    place = PlaceSerializer(
        allow_null=True, required=False, help_text="Where it says it was taken: only a proposal."
    )


class CommandSerializer(Shape[Any]):
    """One step or word, as on the socket: docs/live-protocol.md says which names take which fields."""

    id = serializers.UUIDField(help_text="Made by the client: the same id twice is one step.")
    name = serializers.CharField(help_text="job.accept, job.start, job.arrive, job.finish, …")
    job = serializers.UUIDField(required=False, allow_null=True)
    version = serializers.IntegerField(required=False, allow_null=True)
    at = serializers.DateTimeField(required=False, allow_null=True, help_text="The device's clock.")
    lat = serializers.FloatField(required=False, allow_null=True)
    lon = serializers.FloatField(required=False, allow_null=True)
    accuracy = serializers.FloatField(required=False, allow_null=True, help_text="In metres.")
    note = serializers.CharField(required=False)
    photos = serializers.ListField(required=False, child=serializers.UUIDField())
    outcome = serializers.ChoiceField(required=False, choices=Outcome.choices)
    reason = serializers.ChoiceField(
        required=False,
        choices=list(dict([*DeclineReason.choices, *ObstacleReason.choices])),
        help_text="Of job.decline and job.obstruct; which of them takes which is in docs/live-protocol.md.",
    )
    of = serializers.UUIDField(required=False, help_text="The refused command whose content is kept so.")
    question = serializers.UUIDField(required=False)
    photo = serializers.UUIDField(required=False)
    by = serializers.UUIDField(required=False)


class CommandsSerializer(Shape[Any]):
    """Several commands, carried out in this order."""

    commands = CommandSerializer(many=True)


class ResultSerializer(Shape[Any]):
    """`ok` with the job as it stands, or the error. With `retry` in it: send the same command again later."""

    type = serializers.CharField()
    id = serializers.CharField(allow_null=True)
    ok = serializers.BooleanField()
    job = JobSerializer(required=False)
    error = serializers.DictField(required=False)


class ResultsSerializer(Shape[Any]):
    results = ResultSerializer(many=True)
