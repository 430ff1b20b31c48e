"""Proofs of finished work: marked once their photos are ready, and looked at by the desk."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from accounts.errors import DomainError, NotFound
from accounts.models import User
from dispatch import news
from dispatch.models import Job, JobStatus, Proof, ProofReview
from dispatch.proof_marks import Evidence, Mark, Picture, find_same, marks_of
from dispatch.services.beginning import NOTE_CHARACTERS, begin_draft
from dispatch.services.taking import Ask, find_repeated, writing
from dispatch.workflow import Step
from districts.spatial import lock_rows
from live.sweeping import sweep
from reports.models import Photo, PhotoOrigin, PhotoStatus
from reports.selectors.photos import BEFORE_ROLES
from reports.services.acting import require_dispatcher
from reports.services.changing import lock_report
from reports.services.reasons import require_reason
from reports.services.sending_back import send_back


class AlreadyDecided(DomainError):
    """Somebody has decided otherwise; `data["verdict"]` says how."""

    code = "already_decided"
    http_status = 409


def check_finished_proofs(*, at: datetime) -> int:
    """Mark the proofs of finished jobs whose photos are ready; says of how many jobs."""
    waiting = Proof.objects.filter(job=OuterRef("pk"), is_late=False, checked_at=None)
    coming = Proof.objects.filter(job=OuterRef("pk"), is_late=False, photo__status=PhotoStatus.PENDING)
    jobs = Job.objects.filter(Exists(waiting), ~Exists(coming), status=JobStatus.DONE)
    oldest_first = jobs.order_by("ended_at")
    return sum(
        sweep("dispatch.finished_proofs", oldest_first, lambda job_id: check_job(job_id=job_id, at=at), at=at)
    )


def check_job(*, job_id: UUID, at: datetime) -> bool:
    """Mark the job's proofs, and put it on the desk's list if there is a mark or it is one of the sample.

    False when another run has done it.
    """
    with writing():
        job = lock_rows(
            Job.objects.filter(pk=job_id).select_related("report__district", "crew__district")
        ).get()
        proofs = list(job.proofs.filter(is_late=False, checked_at=None).select_related("photo"))
        if not proofs or job.ended_at is None:
            return False
        reasons = _mark_all(job, proofs, at)
        if (reasons or is_sampled(job_id)) and not ProofReview.objects.filter(job=job).exists():
            ProofReview.objects.create(job=job, reasons=reasons, raised_at=at)
            news.tell_review(job, at=at)
    return True


def is_sampled(job_id: UUID) -> bool:
    """Whether the desk looks at it though it has no mark; the same answer each time."""
    return job_id.int % 100 < settings.PROOF_SAMPLE_PERCENT


def accept_proof(*, job_id: UUID, actor: User, at: datetime) -> ProofReview:
    """The work is as it should be. Twice changes nothing. Raises NotFound, NotAllowed, AlreadyDecided."""
    with writing():
        review = _hold(job_id, actor)
        if review.verdict == ProofReview.Verdict.ACCEPTED:
            return review
        _decide(review, ProofReview.Verdict.ACCEPTED, actor, at)
    return review


def send_back_proof(*, job_id: UUID, actor: User, at: datetime, command_id: UUID, note: str) -> ProofReview:
    """The work is not as it should be: the report is in progress again, and a job drafted with the `note`.

    Idempotent by `command_id`. Raises NotFound, NotAllowed, AlreadyDecided, ReasonMissing, and
    TransitionRefused when the report has gone on meanwhile: closed, or opened again.
    """
    words = require_reason(note, field="note")[:NOTE_CHARACTERS]
    ask = Ask("send_back", Step.DRAFT, job_id, actor, at, command_id, note=words)
    with writing():
        review = _hold(job_id, actor)
        if find_repeated(ask):
            return review
        _decide(review, ProofReview.Verdict.SENT_BACK, actor, at, words)
        send_back(review.job.report, actor=actor, at=at)
        begin_draft(ask, review.job.report, previous=review.job)
    return review


def _hold(job_id: UUID, actor: User) -> ProofReview:
    """The review with its report and itself locked, for a dispatcher of the report's district."""
    report_id = (
        Job.objects.filter(pk=job_id, review__isnull=False).values_list("report_id", flat=True).first()
    )
    if report_id is None:
        raise NotFound(_("There is no such proof to look at, or it is not yours."))
    report = lock_report(report_id)
    require_dispatcher(actor, report)
    review = lock_rows(ProofReview.objects.filter(job=job_id).select_related("job__crew__district")).get()
    review.job.report = report
    return review


def _decide(
    review: ProofReview, verdict: ProofReview.Verdict, actor: User, at: datetime, note: str = ""
) -> None:
    if review.verdict:
        told = review.get_verdict_display()
        raise AlreadyDecided(
            _("This proof was decided already: %(verdict)s.") % {"verdict": told}, verdict=review.verdict
        )
    review.verdict, review.note, review.decided_at, review.decided_by = verdict, note, at, actor
    review.save(update_fields=["verdict", "note", "decided_at", "decided_by"])
    news.tell_review(review.job, at=at)


def _mark_all(job: Job, proofs: Sequence[Proof], at: datetime) -> list[str]:
    """Write the marks of each proof; all of them, each once, in the order of `Mark`."""
    photos = [proof.photo_id for proof in proofs]
    origins = PhotoOrigin.objects.filter(photo__in=photos).in_bulk(field_name="photo_id")
    before, earlier = _before(job), _earlier(job)
    told = _told_by_phone(job)
    for proof in proofs:
        origin = origins.get(proof.photo_id)
        evidence = _evidence(job, proof, origin.source if origin else "", told)
        proof.checks = {
            "marks": [mark.value for mark in marks_of(evidence, before, earlier)],
            "minutes_from_arrival": evidence.minutes_from_arrival,
            "same_as_job": _same_job(evidence.picture, earlier),
        }
        proof.checked_at = at
    Proof.objects.bulk_update(proofs, ["checks", "checked_at"])
    found = {mark for proof in proofs for mark in proof.checks["marks"]}
    return [mark.value for mark in Mark if mark.value in found]


def _told_by_phone(job: Job) -> dict[str, datetime]:
    """When the phone itself says that each step was taken.

    Its photos carry the same clock, right or wrong; what waited for a network reaches us hours later.
    """
    steps = job.steps.filter(device_at__isnull=False).order_by("-at", "-id")
    return {step.name: step.device_at for step in steps if step.device_at and not step.data.get("refused")}


def _evidence(job: Job, proof: Proof, source: str, told: Mapping[str, datetime]) -> Evidence:
    finished = told.get(Step.PROMISE, told.get(Step.FINISH))
    return Evidence(
        picture=Picture(proof.photo.sha256, proof.photo.dhash),
        distance_m=proof.distance_m,
        taken_at=proof.taken_at,
        source=source,
        reached_at=told.get(Step.ARRIVE) or job.arrived_at or job.assigned_at,
        finished_at=finished or job.ended_at or proof.created_at,
    )


def _before(job: Job) -> list[Picture]:
    photos = Photo.objects.filter(report=job.report_id, role__in=BEFORE_ROLES)
    return [Picture(*hashes) for hashes in photos.values_list("sha256", "dhash")]


def _earlier(job: Job) -> list[Picture]:
    """All proofs of other jobs of the district."""
    proofs = Proof.objects.filter(job__report__district=job.report.district_id).exclude(job=job)
    rows = proofs.values_list("photo__sha256", "photo__dhash", "job_id")
    return [Picture(sha256, dhash, str(job_id)) for sha256, dhash, job_id in rows.iterator(5_000)]


def _same_job(picture: Picture, earlier: Sequence[Picture]) -> str | None:
    same = find_same(picture, earlier)
    return same.job if same else None
