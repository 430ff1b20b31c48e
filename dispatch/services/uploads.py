"""A photo that comes in pieces: announced, found again, and forgotten when nobody goes on with it."""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.contrib.gis.geos import Point
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.errors import DomainError, NotFound
from accounts.models import User
from dispatch import access
from dispatch.models import Job, PhotoPromise, Upload
from reports.models import Photo, PhotoRole
from reports.services.capture import DeviceFacts
from reports.services.changing import Conflict
from reports.services.photos import LONGEST_NAME

# A day's photos of a crew without a network; more at once is no phone.
OPEN_AT_MOST = 100
DROPPED_AT_ONCE = 200


class TooLarge(DomainError):
    """More bytes than a photo may have, or than were announced."""

    code = "too_large"
    http_status = 413


class TooManyUploads(DomainError):
    """Finish some before you begin more."""

    code = "too_many_uploads"
    http_status = 429


class UploadRefused(DomainError):
    """The file was no picture; it stays refused, as it was told first."""

    http_status = 422


@dataclass(frozen=True, slots=True)
class Announced:
    """What a phone says of a photo before it sends it. `sha256` in hexadecimal, of the whole file."""

    id: UUID
    job_id: UUID
    role: PhotoRole
    name: str
    bytes: int
    sha256: str
    told: DeviceFacts = DeviceFacts()

    @property
    def fingerprint(self) -> str:
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True, default=str).encode()).hexdigest()


def begin_upload(*, announced: Announced, uploader: User, at: datetime) -> Upload:
    """Make room for a photo of a job that the person rides for, or rode for.

    Idempotent by the id: the same again is the upload as it stands; that of a photo which is here already
    is complete. Raises NotFound (the job, or somebody else's id), Conflict (other facts under this id),
    TooLarge, TooManyUploads, UploadRefused.
    """
    _require_size(announced)
    known = _find_known(announced, uploader)
    if known is not None:
        return known
    _require_job(announced, uploader)
    _require_room(uploader)
    try:
        with transaction.atomic():
            return _create(announced, uploader, at)
    except IntegrityError:  # the same was sent twice at once
        return find_upload(upload_id=announced.id, uploader=uploader)


def find_upload(*, upload_id: UUID, uploader: User) -> Upload:
    """The person's own upload. Raises NotFound, and UploadRefused for one that was no picture."""
    upload = Upload.objects.filter(pk=upload_id, uploader=uploader).first()
    if upload is None:
        raise unknown_upload()
    if upload.refusal is not None:
        raise _still_refused(upload)
    return upload


def drop_stale_uploads(*, at: datetime) -> int:
    """Forget uploads without a new byte for so many days, with their pieces; never one that a job waits for.

    Returns how many.
    """
    awaited = PhotoPromise.objects.filter(ended_at=None).values("pk")
    stale = Upload.objects.filter(changed_at__lte=at - kept_for()).exclude(pk__in=awaited)
    ids = list(stale.order_by("changed_at").values_list("pk", flat=True)[:DROPPED_AT_ONCE])
    stale.filter(pk__in=ids).delete()
    return len(ids)


def kept_for() -> timedelta:
    """How long an upload waits for its next byte."""
    return timedelta(days=settings.UPLOAD_KEPT_DAYS)


def _find_known(announced: Announced, uploader: User) -> Upload | None:
    upload = Upload.objects.filter(pk=announced.id).first()
    if upload is None:
        return _find_kept(announced, uploader)
    if upload.uploader_id != uploader.pk:
        raise unknown_upload()
    if upload.fingerprint != announced.fingerprint:
        raise _other_facts()
    if upload.refusal is not None:
        raise _still_refused(upload)
    return upload


def _find_kept(announced: Announced, uploader: User) -> Upload | None:
    """A photo that came whole, or in pieces so long ago that its upload is swept: nothing is left to send."""
    photo = Photo.objects.filter(pk=announced.id).first()
    if photo is None:
        return None
    if photo.uploader_id != uploader.pk:
        raise unknown_upload()
    if photo.sha256 != announced.sha256:
        raise _other_facts()
    return Upload(id=photo.pk, bytes=photo.bytes, offset=photo.bytes, changed_at=photo.uploaded_at)


def _create(announced: Announced, uploader: User, at: datetime) -> Upload:
    told = announced.told
    return Upload.objects.create(
        id=announced.id,
        uploader=uploader,
        job_id=announced.job_id,
        role=announced.role,
        name=announced.name[:LONGEST_NAME],
        bytes=announced.bytes,
        sha256=announced.sha256,
        fingerprint=announced.fingerprint,
        taken_at=told.taken_at,
        point=Point(*told.point, srid=4326) if told.point else None,
        accuracy_m=told.accuracy_m,
        source=told.source,
        began_at=at,
        changed_at=at,
    )


def _require_size(announced: Announced) -> None:
    most = settings.PHOTO_MAX_BYTES
    if announced.bytes > most:
        words = _("A photo may have at most %(megabytes)d MB. Please send a smaller one.")
        raise TooLarge(words % {"megabytes": most // 1_000_000}, field="Upload-Length", most_bytes=most)


def _require_job(announced: Announced, uploader: User) -> None:
    job = Job.objects.filter(pk=announced.job_id).first()
    if job is None or not access.has_ridden(uploader, job):
        raise NotFound(_("There is no such job, or it is not yours."), field="job")


def _require_room(uploader: User) -> None:
    begun = Upload.objects.filter(uploader=uploader, refusal__isnull=True, offset__lt=F("bytes"))
    if begun.count() >= OPEN_AT_MOST:
        raise TooManyUploads(_("Too many photos are on their way at once. Finish sending some first."))


def _still_refused(upload: Upload) -> UploadRefused:
    refusal = upload.refusal or {}
    refused = UploadRefused(refusal.get("detail", ""), field="photos")
    refused.code = refusal.get("code", "photo_broken")
    return refused


def _other_facts() -> Conflict:
    return Conflict(_("Another photo was sent with this id before. Nothing was changed."), field="id")


def unknown_upload() -> NotFound:
    """It is not there, or somebody else's: both are told the same."""
    return NotFound(_("There is no such upload, or it is not yours."), field="id")
