"""A report with its photos, as JSON or as a form: one draft, some photos kept, some refused."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, BinaryIO, cast
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from rest_framework.request import Request

from mobile_api.features import Facts
from reports.imaging.refusals import PhotoRefused
from reports.models import Channel, PhotoRole
from reports.services.create import Created, create_report
from reports.services.draft import InvalidReport, ReportDraft, read_draft, too_many_photos
from reports.services.photos import accept_upload, part_id

PHOTOS = "photos"


@dataclass(slots=True)
class Taken:
    """A report that was taken in, and the photos that were not."""

    created: Created
    refused_photos: list[Facts] = field(default_factory=list)


def take_in(request: Request, *, at: datetime) -> Taken:
    """Create the report that the request carries.

    A photo that can't be taken is named in the answer, and the rest is kept. Sending the same form again
    is the same report with the same photos. Raises what create_report and read_draft raise.
    """
    files = cast(list[UploadedFile], request.FILES.getlist(PHOTOS))
    raw = read_form(request) if request.content_type.startswith("multipart/") else dict(request.data)
    draft = read_draft(raw)
    if len(files) + len(draft.photo_ids) > settings.PHOTOS_PER_REPORT:
        raise InvalidReport({PHOTOS: too_many_photos()})
    kept, refused = _keep(files, draft, request, at)
    whole = replace(draft, photo_ids=(*draft.photo_ids, *kept))
    created = create_report(draft=whole, channel=Channel.APP, actor=request.user, at=at)
    return Taken(created, refused)


def read_form(request: Request) -> dict[str, Any]:
    """The fields of a form as read_draft takes them; `contact.email` and its like gather under `contact`."""
    raw: dict[str, Any] = {}
    for name, values in request.POST.lists():
        outer, _dot, inner = name.partition(".")
        if inner:
            gathered = raw.setdefault(outer, {})
            if isinstance(gathered, dict):
                gathered[inner] = values[-1]
        elif name == PHOTOS:
            raw[name] = _photo_ids(values)
        else:
            raw[name] = values[-1]
    return raw


def _photo_ids(values: list[Any]) -> Any:
    """One JSON list, or the field repeated."""
    filled = [str(value) for value in values if value]
    return filled[0] if len(filled) == 1 and filled[0].lstrip().startswith("[") else filled


def _keep(
    files: Iterable[UploadedFile], draft: ReportDraft, request: Request, at: datetime
) -> tuple[list[UUID], list[Facts]]:
    kept: list[UUID] = []
    refused: list[Facts] = []
    for position, file in enumerate(files):
        try:
            photo = accept_upload(
                cast(BinaryIO, file),
                name=file.name or "",
                uploader=request.user,
                role=PhotoRole.RESIDENT,
                at=at,
                photo_id=part_id(draft.uuid, position),
            )
        except PhotoRefused as refusal:
            refused.append(refusal.as_json())
        else:
            kept.append(photo.pk)
    return kept, refused
