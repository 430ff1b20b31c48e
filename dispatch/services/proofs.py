"""The proof of a job: its after-photos, and what is known of where and when they were taken."""

from collections.abc import Sequence
from uuid import UUID

from django.contrib.gis.geos import Point
from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.models import User
from dispatch.facts import lonlat
from dispatch.models import Job, Proof
from dispatch.services.taking import Ask, Held
from districts.geometry import metres_between
from reports.models import Photo, PhotoOrigin, PhotoRole
from reports.services.claiming import PhotoNotFree, claim_photos


class ProofMissing(DomainError):
    """A job can't be finished without a photo of how it looks now."""

    code = "proof_missing"
    http_status = 422


def require_photos(photo_ids: Sequence[UUID]) -> None:
    """Raises ProofMissing with the field "photos"."""
    if not photo_ids:
        raise ProofMissing(
            _("A photo of how it looks now is missing. Take one, then close the job."), field="photos"
        )


def claim(held: Held, photo_ids: Sequence[UUID], *, ask: Ask, is_late: bool = False) -> list[Proof]:
    """Make uploaded photos the job's after-photos, and keep what is known of each; returns the new ones.

    A photo that proves this job already stays as it is, but counts from now on if it came too late before.
    Raises PhotoNotFree: nobody's photo proves two things.
    """
    photos = attach(held, photo_ids, role=PhotoRole.AFTER, ask=ask)
    known = set(held.job.proofs.values_list("photo_id", flat=True))
    if known and not is_late:
        held.job.proofs.filter(photo__in=photos, is_late=True).update(is_late=False)
    origins = PhotoOrigin.objects.filter(photo__in=photos).in_bulk(field_name="photo_id") if photos else {}
    fresh = [photo for photo in photos if photo.pk not in known]
    made = [_proof(held, photo, origins.get(photo.pk), ask, is_late=is_late) for photo in fresh]
    return Proof.objects.bulk_create(made)


def attach(held: Held, photo_ids: Sequence[UUID], *, role: PhotoRole, ask: Ask) -> list[Photo]:
    """Give uploaded photos to the job's report. Raises PhotoNotFree."""
    wanted = list(dict.fromkeys(photo_ids))
    _require_own(held.job, wanted, ask.actor)
    return claim_photos(held.report, wanted, actor=ask.actor, role=role)


def _require_own(job: Job, photo_ids: Sequence[UUID], actor: User | None) -> None:
    """A photo that belongs to the report already, the resident's for example, is no proof of this job.

    But for the person's own that came with a note, or with a step that was refused.
    """
    given = Photo.objects.filter(pk__in=photo_ids, report__isnull=False).exclude(proof__job=job)
    if given.exclude(proof__isnull=True, uploader__isnull=False, uploader=actor).exists():
        raise PhotoNotFree(_("A photo is in use already. Please take a new one."), field="photos")


def _proof(held: Held, photo: Photo, origin: PhotoOrigin | None, ask: Ask, *, is_late: bool) -> Proof:
    point = _place(origin, ask)
    distance = metres_between(lonlat(point), lonlat(held.report.point)) if point else None
    taken_at = origin.taken_at if origin else None
    return Proof(
        job=held.job,
        photo=photo,
        point=point,
        distance_m=distance,
        taken_at=taken_at,
        is_late=is_late,
        created_at=ask.at,
    )


def _place(origin: PhotoOrigin | None, ask: Ask) -> Point | None:
    """The photo's own place, else the phone's when the step was tapped."""
    if origin is not None and origin.point is not None:
        return origin.point
    return Point(*ask.device.point, srid=4326) if ask.device.point else None
