"""Photos that wait, and the report, reopening or job that claims them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.core import signing
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.models import User
from districts.spatial import lock_rows
from reports.models import Photo, PhotoRole, Report

KEY_LIFE = timedelta(hours=24)


class PhotoNotFree(DomainError):
    """A photo that isn't there (any more), is somebody else's, or belongs to another report."""

    code = "photo_not_free"
    http_status = 422


def claim_key(photo: Photo) -> str:
    """A signed word for a waiting photo, for a form without JavaScript that must be shown again."""
    return _signer().sign(photo.pk.hex)


def photo_for_claim(key: str, *, at: datetime, report_uuid: UUID | None = None) -> Photo | None:
    """The photo that waits under the key, for 24 hours from its upload; else None.

    One that the report with `report_uuid` has claimed counts too: so the same form again is the same report.
    """
    try:
        photo_id = UUID(hex=_signer().unsign(key))
    except signing.BadSignature:
        return None
    free = Q(report=None) if report_uuid is None else Q(report=None) | Q(report__uuid=report_uuid)
    return Photo.objects.filter(free, pk=photo_id, uploaded_at__gt=at - KEY_LIFE).first()


def _signer() -> signing.Signer:
    return signing.Signer(salt="reports.services.claiming")


def claim_photos(
    report: Report,
    photo_ids: Sequence[UUID],
    *,
    actor: User | None,
    role: PhotoRole | None = None,
) -> list[Photo]:
    """Lock the photos and give them to the report, in this order; `role` becomes theirs unless None.

    For the transaction of who claims. A photo that is the report's already stays so. Two queries, or none.
    Raises PhotoNotFree naming the field "photos".
    """
    if not photo_ids:
        return []
    rows = {photo.pk: photo for photo in lock_rows(Photo.objects.filter(pk__in=photo_ids).order_by("pk"))}
    photos = [rows[photo_id] for photo_id in photo_ids if photo_id in rows]
    if len(photos) != len(photo_ids) or not all(_is_free(photo, report, actor) for photo in photos):
        raise PhotoNotFree(
            _("A photo is no longer there, or belongs to another report. Please add it again."),
            field="photos",
        )
    _give(Photo.objects.filter(pk__in=photo_ids), photos, report, role)
    return photos


def _is_free(photo: Photo, report: Report, actor: User | None) -> bool:
    if photo.report_id is not None:
        return photo.report_id == report.pk
    return photo.uploader_id is None or (actor is not None and photo.uploader_id == actor.pk)


def _give(rows: QuerySet[Photo], photos: Sequence[Photo], report: Report, role: PhotoRole | None) -> None:
    for position, photo in enumerate(photos):
        photo.report, photo.position = report, position
        photo.role = role or photo.role
    places = [When(pk=photo.pk, then=Value(photo.position)) for photo in photos]
    order = Case(*places, output_field=IntegerField())
    rows.update(report=report, position=order, **({"role": role} if role else {}))
