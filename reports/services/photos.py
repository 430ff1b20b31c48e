"""Photos come in, are attached, and are shown to the public or not."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import BinaryIO, cast
from uuid import UUID, uuid4, uuid5

from django.core.files import File
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.errors import DomainError, NotFound
from accounts.models import User
from districts.spatial import lock_rows
from reports import storage
from reports.cleaning import clean_line
from reports.imaging.hashes import sha256_of
from reports.imaging.sniff import sniff
from reports.models import Photo, PhotoOrigin, PhotoPolicy, PhotoRole, PhotoStatus, Report, Update
from reports.queueing import enqueue_processing
from reports.services.acting import Person, require_dispatcher, require_resident, signed_in
from reports.services.changing import Conflict, announce, changing, record
from reports.services.claiming import claim_key, claim_photos, photo_for_claim

__all__ = [
    "accept_upload",
    "attach_photos",
    "claim_key",
    "claim_photos",
    "part_id",
    "photo_for_claim",
    "release_photo",
    "withhold_photo",
]

LONGEST_NAME = 200
# The task is sent at once; the sweep leaves it this long.
SWEPT_AFTER = timedelta(seconds=60)


class ReleaseRefused(DomainError):
    """The photo is not ready, or photos of this category are never public."""

    code = "release_refused"
    http_status = 409


def part_id(report_uuid: UUID, position: int) -> UUID:
    """The id of a photo that comes in one form with its report: sent again, it is the same photo."""
    return uuid5(report_uuid, f"photo {position}")


def accept_upload(
    upload: "BinaryIO | File[bytes]",
    *,
    name: str,
    uploader: Person,
    role: PhotoRole,
    at: datetime,
    photo_id: UUID | None = None,
) -> Photo:
    """Keep an uploaded file as a photo that waits to be processed and claimed; nothing of it is decoded here.

    Idempotent by `photo_id`: the same bytes again are the same photo, other bytes raise Conflict. `name`
    is what the sender calls it. Raises reports.imaging.refusals.PhotoRefused for what is no picture
    within the limits.
    """
    file = cast(BinaryIO, upload)
    sniffed = sniff(file, name=name)
    sha256 = sha256_of(file)
    photo_id = photo_id or uuid4()
    if known := Photo.objects.filter(pk=photo_id).first():
        return _same(known, sha256)
    photo = Photo(
        id=photo_id,
        role=role,
        uploader=signed_in(uploader),
        name=clean_line(name)[:LONGEST_NAME],
        format=sniffed.format,
        bytes=file.seek(0, 2),
        width=sniffed.width,
        height=sniffed.height,
        sha256=sha256,
        uploaded_at=at,
        process_after=at + SWEPT_AFTER,
    )
    return _keep(photo, file)


def _keep(photo: Photo, file: BinaryIO) -> Photo:
    path = storage.keep(file, storage.original_name(photo.pk, photo.sha256))
    try:
        with transaction.atomic():
            photo.save(force_insert=True)
            PhotoOrigin.objects.create(photo=photo, path=path)
            transaction.on_commit(partial(enqueue_processing, photo.pk))
    except IntegrityError:
        # The same id was sent twice at once.
        storage.forget([path])
        return _same(Photo.objects.get(pk=photo.pk), photo.sha256)
    return photo


def _same(known: Photo, sha256: str) -> Photo:
    if known.sha256 != sha256:
        raise Conflict(_("Another photo was sent with this id before. Nothing was changed."), field="photos")
    return known


def attach_photos(
    *,
    report_id: int,
    photo_ids: Sequence[UUID],
    role: PhotoRole,
    actor: Person,
    at: datetime,
    token: str = "",
) -> list[Photo]:
    """Give waiting photos to a report: by its resident or its district's staff.

    Repeating it changes nothing. Raises NotFound, NotAllowed, PhotoNotFree.
    """
    with changing(report_id) as report:
        require_resident(actor, report, token)
        photos = claim_photos(report, photo_ids, actor=signed_in(actor), role=role)
        announce(report, "report.photo", at=at, to_public=False, photos=[photo.pk for photo in photos])
    return photos


def release_photo(*, photo_id: UUID, actor: User, at: datetime) -> Photo:
    """Let the public see a photo that is ready. Only for dispatchers of the report's district.

    Releasing twice is releasing once. Raises NotFound, NotAllowed, ReleaseRefused.
    """
    with changing(_report_of(photo_id)) as report:
        require_dispatcher(actor, report)
        photo = _lock(photo_id)
        if photo.released_at is not None:
            return photo
        _require_releasable(photo, report)
        photo.released_at, photo.released_by = at, actor
        photo.save(update_fields=["released_at", "released_by"])
        record(report, Update.Kind.PHOTO, at=at, actor=actor, data=_facts(photo))
        announce(report, "report.photo", at=at, photos=[photo.pk])
    return photo


def withhold_photo(*, photo_id: UUID, actor: User, at: datetime) -> Photo:
    """Take a released photo back from the public. Raises NotFound, NotAllowed."""
    with changing(_report_of(photo_id)) as report:
        require_dispatcher(actor, report)
        photo = _lock(photo_id)
        if photo.released_at is None:
            return photo
        photo.released_at = photo.released_by = None
        photo.save(update_fields=["released_at", "released_by"])
        Update.objects.filter(report=report, kind=Update.Kind.PHOTO, data__photo=str(photo.pk)).update(
            audience=Update.Audience.STAFF
        )
        announce(report, "report.photo", at=at, photos=[photo.pk])
    return photo


def _facts(photo: Photo) -> dict[str, str]:
    return {"photo": str(photo.pk), "role": photo.role}


def _report_of(photo_id: UUID) -> int:
    report_id = Photo.objects.filter(pk=photo_id).values_list("report_id", flat=True).first()
    if report_id is None:
        raise NotFound(_("There is no such photo."))
    return report_id


def _lock(photo_id: UUID) -> Photo:
    return lock_rows(Photo.objects.filter(pk=photo_id)).get()


def _require_releasable(photo: Photo, report: Report) -> None:
    if report.category.photo_policy == PhotoPolicy.NEVER:
        raise ReleaseRefused(_("Photos of this category are never shown in public."))
    if photo.status != PhotoStatus.READY:
        raise ReleaseRefused(
            _("This photo is still being prepared, or could not be read."), status=photo.status
        )
