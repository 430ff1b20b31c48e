"""What a phone says of a photo of the work: when, where, and how it was taken."""

from typing import Any

from rest_framework import serializers

from reports.models import PhotoRole, PhotoSource
from reports.services.capture import DeviceFacts

CREW_ROLES = [PhotoRole.BEFORE, PhotoRole.AFTER, PhotoRole.OBSTACLE]


class CaptureSerializer(serializers.Serializer[Any]):
    """Private facts, all of them optional; `accuracy` in metres."""

    taken_at = serializers.DateTimeField(required=False)
    lat = serializers.FloatField(required=False, min_value=-90, max_value=90)
    lon = serializers.FloatField(required=False, min_value=-180, max_value=180)
    accuracy = serializers.FloatField(required=False, min_value=0, max_value=1e6)
    source = serializers.ChoiceField(  # type: ignore[assignment]
        choices=PhotoSource.choices, required=False
    )


class AnnouncedSerializer(CaptureSerializer):
    """The keys of `Upload-Metadata`, after base64."""

    id = serializers.UUIDField()
    job = serializers.UUIDField()
    role = serializers.ChoiceField(choices=CREW_ROLES)
    sha256 = serializers.RegexField(r"^[0-9a-fA-F]{64}$")
    filename = serializers.CharField(required=False, allow_blank=True, max_length=500, trim_whitespace=True)


def device_facts(form: dict[str, Any]) -> DeviceFacts:
    """What a validated form says; half a place is none."""
    lat, lon = form.get("lat"), form.get("lon")
    point = None if lat is None or lon is None else (lon, lat)
    accuracy_m = form.get("accuracy") if point else None
    return DeviceFacts(form.get("taken_at"), point, accuracy_m, form.get("source", ""))
