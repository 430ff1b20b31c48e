"""Photos that a command named before they were here: noted, kept when they come, replaced, refused.

A photo and the command that names it may come in either order, and at once on two connections: each looks for
the other after its own transaction, so one of them finds the other; a sweep finds what a killed process left.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from dispatch import access, news
from dispatch.models import Job, JobStatus, JobStep, PhotoPromise, Upload
from dispatch.services import proofs
from dispatch.services.finishing import prove
from dispatch.services.taking import Ask, Device, Held, lock_job, writing
from dispatch.workflow import Step
from reports.models import Photo, PhotoRole
from reports.services.claiming import PhotoNotFree, claim_photos

Purpose = PhotoPromise.Purpose
Ending = PhotoPromise.Ending
# Where a proof counts: elsewhere the job is no longer the crew's.
PROVING = (JobStatus.PROOF_PENDING, JobStatus.DONE)


def split(photo_ids: Iterable[UUID]) -> tuple[list[UUID], list[UUID]]:
    """The ids of photos that are here, and of those that are not, each once and in order."""
    wanted = list(dict.fromkeys(photo_ids))
    here = set(Photo.objects.filter(pk__in=wanted).values_list("pk", flat=True)) if wanted else set()
    return [each for each in wanted if each in here], [each for each in wanted if each not in here]


def note_promises(ask: Ask, job: Job, photo_ids: Sequence[UUID], purpose: Purpose) -> None:
    """Remember that the command waits for these photos. One that the job waits for already stays as it is.

    Within the transaction that holds the job. Raises PhotoNotFree for one that was promised to another job,
    or was refused or replaced.
    """
    known = {promise.pk: promise for promise in PhotoPromise.objects.filter(pk__in=photo_ids)}
    if any(promise.job_id != job.pk or promise.ending for promise in known.values()):
        raise PhotoNotFree(_("A photo is in use already. Please take a new one."), field="photos")
    PhotoPromise.objects.bulk_create(
        PhotoPromise(
            id=photo_id,
            job=job,
            purpose=purpose,
            command_id=ask.command_id,
            promised_by=ask.actor,
            promised_at=ask.at,
        )
        for photo_id in photo_ids
        if photo_id not in known
    )


def meet(photo_ids: Iterable[UUID], *, at: datetime) -> None:
    """After a command's transaction: photos that came while it ran are kept, those refused before let go."""
    for photo_id in photo_ids:
        receive_photo(photo_id=photo_id, at=at)
        if Upload.objects.filter(pk=photo_id, refusal__isnull=False).exists():
            refuse_photo(photo_id=photo_id, at=at)


def receive_photo(*, photo_id: UUID, at: datetime) -> None:
    """A photo is here: give it to the job whose command promised it, and let the job go on.

    One that the crew has replaced meanwhile is kept as well. Nothing happens where nobody promised it, or
    where it came from somebody who never rode for the job. Idempotent.
    """
    promise = PhotoPromise.objects.filter(pk=photo_id, ending__in=("", Ending.REPLACED)).first()
    photo = Photo.objects.select_related("uploader").filter(pk=photo_id).first()
    if promise is None or photo is None:
        return
    with writing():
        held = lock_job(promise.job_id)
        if photo.uploader is not None and access.has_ridden(photo.uploader, held.job):
            _receive(held, promise, photo, at)


def refuse_photo(*, photo_id: UUID, at: datetime) -> None:
    """What came for a promise was no picture: nobody waits for it any more, and both sides are told.

    The job is done if other proof is here; else it waits until the crew names another photo. Idempotent.
    """
    promise = PhotoPromise.objects.filter(pk=photo_id, ended_at=None).first()
    if promise is None:
        return
    with writing():
        held = lock_job(promise.job_id)
        if not end_promise(photo_id, Ending.REFUSED, at):
            return
        news.tell_photo(held.job, held.report, "job.photo_refused", photo_id, at=at)
        go_on(held, at)


def go_on(held: Held, at: datetime) -> bool:
    """Finish a job that waits for its proof once all of it is here. Whether it did."""
    if held.job.status != JobStatus.PROOF_PENDING or is_waiting(held.job):
        return False
    if not held.job.proofs.filter(is_late=False).exists():
        return False
    prove(held, at)
    return True


def is_waiting(job: Job) -> bool:
    """Whether an after-photo of the job is still to come."""
    return job.promises.filter(purpose=Purpose.PROOF, ended_at=None).exists()


def end_promise(photo_id: UUID, ending: Ending, at: datetime, *, replaced_by: UUID | None = None) -> bool:
    """End it, if it still waits, or waits no more but has come all the same. Whether it did.

    Within the transaction that holds its job.
    """
    waiting = ("", Ending.REPLACED) if ending is Ending.KEPT else ("",)
    open_ones = PhotoPromise.objects.filter(pk=photo_id, ending__in=waiting)
    ended = open_ones.update(ended_at=at, ending=ending, replaced_by=replaced_by)
    return bool(ended)


def _receive(held: Held, promise: PhotoPromise, photo: Photo, at: datetime) -> None:
    if not end_promise(photo.pk, Ending.KEPT, at):
        return
    is_late = promise.purpose == Purpose.PROOF and held.job.status not in PROVING
    _keep(held, promise, photo, at, is_late=is_late)
    if not go_on(held, at):
        kind = "job.proof_late" if is_late else "job.photo"
        news.tell_photo(held.job, held.report, kind, photo.pk, at=at)


def _keep(held: Held, promise: PhotoPromise, photo: Photo, at: datetime, *, is_late: bool) -> None:
    ask = _ask_of(promise, photo, at)
    if promise.purpose == Purpose.PROOF:
        proofs.claim(held, [photo.pk], ask=ask, is_late=is_late)
    elif promise.purpose == Purpose.OBSTACLE:
        proofs.attach(held, [photo.pk], role=PhotoRole.OBSTACLE, ask=ask)
    else:
        claim_photos(held.report, [photo.pk], actor=ask.actor)


def _ask_of(promise: PhotoPromise, photo: Photo, at: datetime) -> Ask:
    """What the command said when it named the photo: the phone's place then stands in for the photo's own."""
    step = JobStep.objects.get(command_id=promise.command_id)
    point = (step.point.x, step.point.y) if step.point else None
    device = Device(step.device_at, point, step.accuracy_m)
    return Ask("photo", Step.PROVE, promise.job_id, photo.uploader, at, photo.pk, device=device)
