"""From an original to what can be shown: in the background, repeated until it is done or hopeless."""

import logging
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.contrib.gis.geos import Point
from django.db import transaction
from django.db.models import F, Q
from django.utils import translation

from districts.spatial import lock_rows
from reports import storage
from reports.imaging.capture import Captured
from reports.imaging.process import Processed, process
from reports.imaging.refusals import PhotoRefused, ProcessingFailed
from reports.models import Photo, PhotoOrigin, PhotoStatus
from reports.queueing import enqueue_processing
from reports.services.changing import announce

# A second run keeps away this long: longer than a task may take.
LEASE = timedelta(minutes=10)
# How long after each failed attempt the next may come; after the last there is none.
GAPS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360))
SWEPT_AT_ONCE = 100
logger = logging.getLogger(__name__)


def process_photo(*, photo_id: UUID, at: datetime) -> None:
    """Make the derivatives and read the facts of a photo that is pending.

    May run twice: whoever comes second finds the photo taken, or done. A failure of the machine is tried
    again with growing gaps; a file at fault, and the last failure, leave the photo failed. The report is
    kept in any case.
    """
    photo = _claim(photo_id, at)
    if photo is None:
        return
    try:
        _make(photo, at)
    except ProcessingFailed as failure:
        logger.warning(
            "Photo %s is not processed yet: %s, attempt %d.", photo.pk, failure.reason, photo.attempts
        )
        _put_off(photo, failure, at)
    except PhotoRefused as refusal:
        _give_up(photo, refusal.detail, at)
    except FileNotFoundError:
        logger.error("The original of photo %s is gone.", photo.pk)
        _give_up(photo, "", at)


def process_waiting_photos(*, at: datetime) -> int:
    """Send a task for every photo whose own was lost or failed. Returns how many."""
    due = Photo.objects.filter(status=PhotoStatus.PENDING, process_after__lte=at)
    ids = list(due.order_by("process_after").values_list("pk", flat=True)[:SWEPT_AT_ONCE])
    for photo_id in ids:
        enqueue_processing(photo_id)
    return len(ids)


def _claim(photo_id: UUID, at: datetime) -> Photo | None:
    """Take the photo for this run: one statement, so that two runs can't both have it."""
    free = Q(attempts=0) | Q(process_after__lte=at)
    taken = Photo.objects.filter(free, pk=photo_id, status=PhotoStatus.PENDING).update(
        attempts=F("attempts") + 1, process_after=at + LEASE
    )
    return Photo.objects.select_related("origin").get(pk=photo_id) if taken else None


def _make(photo: Photo, at: datetime) -> None:
    with tempfile.TemporaryDirectory(prefix="mahala-photo-") as folder, _language():
        with storage.on_disk(photo.origin.path) as original:
            processed = process(original, Path(folder), name=photo.name)
        names = storage.keep_derivatives(photo.pk, Path(folder))
        _finish(photo.pk, processed, names, at)


def _language() -> translation.override:
    """Why a photo failed is written in the city's own language: staff reads it."""
    return translation.override(settings.LANGUAGE_CODE)


def _finish(photo_id: UUID, processed: Processed, names: dict[str, str], at: datetime) -> None:
    with transaction.atomic():
        photo = _lock(photo_id)
        if photo is None or photo.status == PhotoStatus.READY:
            return
        photo.status, photo.failure, photo.process_after = PhotoStatus.READY, "", None
        photo.width, photo.height, photo.dhash = processed.width, processed.height, processed.dhash
        photo.large, photo.small, photo.thumb = (names[size] for size in storage.SIZES)
        photo.save(update_fields=[*_SETTLED, "width", "height", "dhash", *storage.SIZES])
        _store_capture(photo, processed.metadata)
        _announce(photo, at)


_SETTLED = ("status", "failure", "process_after")


def _store_capture(photo: Photo, captured: Captured) -> None:
    """What the picture says; where it is silent, what the device said when it sent the picture stays."""
    told: dict[str, object] = {"make": captured.make, "model": captured.model}
    if captured.taken_at is not None:
        told["taken_at"] = captured.taken_at
    if captured.lon is not None and captured.lat is not None:
        told["point"] = Point(captured.lon, captured.lat, srid=4326)
        told["accuracy_m"] = captured.accuracy_m
    PhotoOrigin.objects.filter(photo=photo).update(**told)


def _put_off(photo: Photo, failure: ProcessingFailed, at: datetime) -> None:
    if photo.attempts > len(GAPS):
        _give_up(photo, failure.detail, at)
        return
    Photo.objects.filter(pk=photo.pk, status=PhotoStatus.PENDING).update(
        process_after=at + GAPS[photo.attempts - 1]
    )


def _give_up(photo: Photo, why: str, at: datetime) -> None:
    with transaction.atomic():
        locked = _lock(photo.pk)
        if locked is None or locked.status != PhotoStatus.PENDING:
            return
        locked.status, locked.failure, locked.process_after = PhotoStatus.FAILED, why[:300], None
        locked.save(update_fields=_SETTLED)
        _announce(locked, at)


def _lock(photo_id: UUID) -> Photo | None:
    return lock_rows(Photo.objects.filter(pk=photo_id)).first()


def _announce(photo: Photo, at: datetime) -> None:
    """The districts see it now; the public only once it is released."""
    if photo.report is not None:
        announce(photo.report, "report.photo", at=at, to_public=False, photos=[photo.pk])
