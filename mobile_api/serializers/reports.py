"""Shapes of reports: what is sent, answered, and read by everybody. The services check the values."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from reports.models import ReportStatus
from reports.services.draft import LONGEST_ADDRESS, LONGEST_DESCRIPTION

Shape = serializers.Serializer


class ContactSerializer(Shape[Any]):
    """How to reach the one who reports; never public."""

    name = serializers.CharField(required=False, allow_blank=True)
    email = serializers.EmailField(required=False, allow_blank=True)
    phone = serializers.CharField(required=False, allow_blank=True)
    wants_updates = serializers.BooleanField(required=False, default=True)


class _DraftSerializer(Shape[Any]):
    id = serializers.UUIDField(
        required=False, help_text="Made by the client: the same id and content twice is one report."
    )
    lat = serializers.FloatField(help_text="Degrees north, WGS 84.")
    lon = serializers.FloatField(help_text="Degrees east, WGS 84.")
    accuracy = serializers.FloatField(required=False, allow_null=True, help_text="Metres.")
    category = serializers.CharField(help_text="A code of `GET /api/v1/categories/`.")
    description = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_DESCRIPTION)
    address = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_ADDRESS)
    language = serializers.CharField(required=False, allow_blank=True)


class DraftSerializer(_DraftSerializer):
    """A report as JSON; photos were uploaded before."""

    answers = serializers.DictField(required=False, help_text="By the code of the category's questions.")
    contact = ContactSerializer(required=False)
    photos = serializers.ListField(
        child=serializers.UUIDField(), required=False, help_text="Ids of photos uploaded before."
    )


class DraftFormSerializer(_DraftSerializer):
    """A report as a form with its photos; `answers` and `contact` as JSON."""

    answers = serializers.CharField(required=False, help_text="JSON object.")
    contact = serializers.CharField(required=False, help_text="JSON object.")
    photos = serializers.ListField(
        child=serializers.FileField(), required=False, help_text="Files, or ids of photos uploaded before."
    )


class NamedSerializer(Shape[Any]):
    code = serializers.CharField()
    name = serializers.CharField()


class PromisedSerializer(Shape[Any]):
    acknowledge_by = serializers.DateTimeField()
    resolve_by = serializers.DateTimeField()


class LinksSerializer(Shape[Any]):
    public = serializers.URLField(help_text="Empty for a report that is not public.", allow_blank=True)
    private = serializers.URLField(help_text="For the one who reported; whoever holds it speaks as them.")
    api = serializers.URLField(allow_blank=True)


class SentPhotoSerializer(Shape[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField(allow_blank=True)
    status = serializers.CharField()
    released = serializers.BooleanField()


class RefusedPhotoSerializer(Shape[Any]):
    """A photo that was not taken; the rest of the report was."""

    code = serializers.CharField()
    detail = serializers.CharField()
    file = serializers.CharField()


class CreatedSerializer(Shape[Any]):
    """The answer to a report."""

    id = serializers.UUIDField()
    code = serializers.CharField()
    status = serializers.ChoiceField(choices=ReportStatus.choices)
    status_name = serializers.CharField()
    district = NamedSerializer()
    neighbourhood = NamedSerializer(allow_null=True)
    is_uncertain = serializers.BooleanField()
    promised = PromisedSerializer()
    links = LinksSerializer()
    photos = SentPhotoSerializer(many=True)
    refused_photos = RefusedPhotoSerializer(many=True)


class PublicPhotoSerializer(Shape[Any]):
    id = serializers.UUIDField()
    role = serializers.CharField()
    width = serializers.IntegerField(allow_null=True)
    height = serializers.IntegerField(allow_null=True)
    large = serializers.CharField()
    small = serializers.CharField()
    thumb = serializers.CharField()


class PublicReportSerializer(Shape[Any]):
    """What everybody may know of a report."""

    code = serializers.CharField()
    url = serializers.CharField()
    status = serializers.ChoiceField(choices=ReportStatus.choices)
    status_name = serializers.CharField()
    closed_by = serializers.CharField(allow_blank=True)
    urgency = serializers.IntegerField()
    category = NamedSerializer()
    district = NamedSerializer()
    address = serializers.CharField(allow_blank=True)
    description = serializers.CharField(allow_blank=True)
    voices = serializers.IntegerField()
    reopened = serializers.IntegerField()
    version = serializers.IntegerField()
    received_at = serializers.DateTimeField()
    changed_at = serializers.DateTimeField()
    acknowledge_due_at = serializers.DateTimeField()
    resolve_due_at = serializers.DateTimeField()
    acknowledged_at = serializers.DateTimeField(allow_null=True)
    resolved_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    photos = PublicPhotoSerializer(many=True)


class NearReportSerializer(PublicReportSerializer):
    distance_m = serializers.FloatField()


class UpdateSerializer(Shape[Any]):
    """One line of the timeline."""

    kind = serializers.CharField()
    status = serializers.CharField(allow_blank=True)
    status_name = serializers.CharField(allow_blank=True)
    text = serializers.CharField(allow_blank=True)
    at = serializers.DateTimeField()


class ReportWithTimelineSerializer(PublicReportSerializer):
    timeline = UpdateSerializer(many=True)


class ReportQuery(Shape[Any]):
    """Filters of the list."""

    status = serializers.CharField(required=False, help_text="One or several states, separated by commas.")
    category = serializers.CharField(required=False, help_text="One or several codes, separated by commas.")
    district = serializers.CharField(required=False, help_text="One or several codes, separated by commas.")
    since = serializers.DateTimeField(required=False, help_text="Changed at or after this moment.")
    ordering = serializers.ChoiceField(
        required=False,
        choices=["-received_at", "received_at", "-changed_at", "changed_at"],
        default="-received_at",
    )

    def validate_status(self, value: str) -> list[str]:
        chosen = _split(value)
        unknown = set(chosen) - set(ReportStatus.values)
        if unknown:
            raise serializers.ValidationError(
                _("There is no state %(state)s.") % {"state": sorted(unknown)[0][:40]}
            )
        return chosen

    def validate_category(self, value: str) -> list[str]:
        return _split(value)

    def validate_district(self, value: str) -> list[str]:
        return _split(value)


def _split(value: str) -> list[str]:
    return [part.strip() for part in value.split(",") if part.strip()][:50]
