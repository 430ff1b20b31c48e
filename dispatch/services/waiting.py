"""The sweep over what jobs wait for: a process may have been killed between a photo and its job."""

from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, F, OuterRef, QuerySet

from dispatch import news
from dispatch.models import Job, JobStatus, PhotoPromise, Proof, Upload
from dispatch.services import promises, proofs
from dispatch.services.promises import Purpose
from dispatch.services.taking import Ask, lock_job, writing
from dispatch.workflow import Step
from live.sweeping import sweep
from reports.models import Matter, Photo, PhotoRole
from reports.services.matters import raise_matter

# A phone sends the command that names its photos within minutes; after a day the desk gets them without it.
UNNAMED_FOR = timedelta(days=1)


def keep_promises(*, at: datetime) -> None:
    """Let every job go on whose photos are here, and tell desks of those whose photos don't come.

    Each part may run twice, and beside what it sweeps after.
    """
    sweep("dispatch.met_promises", _met(), lambda photo_id: promises.meet([photo_id], at=at), at=at)
    sweep("dispatch.proven_jobs", _proven(), partial(_go_on, at=at), at=at)
    sweep("dispatch.missing_proofs", _overdue(at), partial(_tell_missing, at=at), at=at)
    sweep("dispatch.unnamed_photos", _unnamed(at), partial(_keep_unnamed, at=at), at=at)


def _met() -> QuerySet[PhotoPromise]:
    """Promises whose photo is here, or was no picture."""
    here = Exists(Photo.objects.filter(pk=OuterRef("pk"), uploader__isnull=False))
    refused = Exists(Upload.objects.filter(pk=OuterRef("pk"), refusal__isnull=False))
    waiting = PhotoPromise.objects.filter(here | refused, ended_at=None)
    return waiting.order_by("promised_at")


def _proven() -> QuerySet[Job]:
    awaited = PhotoPromise.objects.filter(job=OuterRef("pk"), purpose=Purpose.PROOF, ended_at=None)
    proof = Proof.objects.filter(job=OuterRef("pk"), is_late=False)
    return Job.objects.filter(Exists(proof), ~Exists(awaited), status=JobStatus.PROOF_PENDING)


def _go_on(job_id: UUID, at: datetime) -> None:
    with writing():
        promises.go_on(lock_job(job_id), at)


def _overdue(at: datetime) -> QuerySet[Job]:
    """Jobs that wait for proof longer than the city likes, and of which the desk was not told yet."""
    limit = at - timedelta(hours=settings.PROOF_WAIT_HOURS)
    said = PhotoPromise.objects.filter(job=OuterRef("pk"), purpose=Purpose.PROOF, promised_at__lte=limit)
    told = Matter.objects.filter(kind=Matter.Kind.PROOF, about=OuterRef("pk"))
    return Job.objects.filter(Exists(said), ~Exists(told), status=JobStatus.PROOF_PENDING)


def _tell_missing(job_id: UUID, at: datetime) -> None:
    with writing():
        held = lock_job(job_id)
        if held.job.status != JobStatus.PROOF_PENDING:
            return
        if raise_matter(held.report, Matter.Kind.PROOF, about=job_id, at=at):
            news.tell_about(held.job, held.report, "job.proof_missing", at=at)


def _unnamed(at: datetime) -> QuerySet[Upload]:
    """After-photos that came for a job, and that no command has named."""
    free = Exists(Photo.objects.filter(pk=OuterRef("pk"), report=None))
    named_by_now = at - UNNAMED_FOR
    return Upload.objects.filter(free, role=PhotoRole.AFTER, offset=F("bytes"), changed_at__lte=named_by_now)


def _keep_unnamed(photo_id: UUID, at: datetime) -> None:
    """As a proof without effect; the command that names it may still come, and then it counts."""
    upload = Upload.objects.select_related("uploader").get(pk=photo_id)
    with writing():
        held = lock_job(upload.job_id)
        if Photo.objects.filter(pk=photo_id, report=None).exists():
            ask = Ask("photo", Step.FINISH, upload.job_id, upload.uploader, at, photo_id)
            proofs.claim(held, [photo_id], ask=ask, is_late=True)
            news.tell_photo(held.job, held.report, "job.proof_late", photo_id, at=at)
