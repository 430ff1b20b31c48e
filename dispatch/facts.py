"""A job as JSON, in the one shape that the socket, the API and the pages share: no contact, no original."""

from collections.abc import Collection, Iterable
from typing import Any

from django.contrib.gis.geos import Point
from django.db.models import Prefetch, QuerySet

from dispatch import workflow
from dispatch.guarantees import guarantee_on
from dispatch.models import OPEN_JOB_STATUSES, Job, JobStatus, JobStep, PhotoPromise, Proof
from dispatch.workflow import Step, Taker
from reports.codes import format_code
from reports.links import photo_path
from reports.models import Photo, PhotoStatus, Report, Urgency
from reports.selectors.photos import BEFORE_ROLES, leading_photo
from reports.storage import SIZES

Facts = dict[str, Any]

# Who declined a job, or lost it, has no business with its pictures any more.
HOLDING_STATUSES = (
    *(s for s in OPEN_JOB_STATUSES if s != JobStatus.DRAFT),
    JobStatus.DONE,
    JobStatus.OBSTRUCTED,
)
_MOMENTS = ("created", "assigned", "delivered", "seen", "accepted", "started", "arrived", "ended")


def with_facts(jobs: QuerySet[Job]) -> QuerySet[Job]:
    """The jobs with all that `job_facts` needs: five queries, whatever their number."""
    proofs = Prefetch("proofs", Proof.objects.order_by("created_at", "id"))
    related = jobs.select_related(
        "crew__district",
        "report__category",
        "report__district",
        "report__guarantee_of__repair__crew",
        "category",
    )
    return related.prefetch_related("report__photos", "steps", "promises", proofs)


def job_facts(job: Job, takers: Collection[Taker]) -> Facts:
    """The job for a reader who acts as one of `takers`; names are in the language that is active.

    Times are datetimes, ids text. `allowed` are the steps that the reader may take now. `report.photos` holds
    what is not released only for the desk and for the crew that has the job.
    """
    return {
        "id": str(job.pk),
        "status": job.status,
        "status_name": str(JobStatus(job.status).label),
        "version": job.version,
        "outcome": job.outcome or None,
        "note": job.note,
        "skill": None if job.category is None else job.category.code,
        "skill_name": None if job.category is None else job.category.name,
        "visit": None if job.visit is None else str(job.visit),
        "deadline": job.deadline,
        "position": job.position,
        "allowed": workflow.list_allowed(job.status, takers),
        "crew": None if job.crew is None else {"id": str(job.crew.pk), "name": job.crew.name},
        "previous": None if job.previous_id is None else str(job.previous_id),
        "guarantee": _guarantee_facts(job),
        "report": report_facts(job.report, sees_all=_sees_all_photos(job, takers)),
        "times": {name: getattr(job, f"{name}_at") for name in _MOMENTS},
        "steps": [_step_facts(step) for step in job.steps.all()],
        "questions": list_questions(job.steps.all()),
        "proofs": [_proof_facts(proof) for proof in job.proofs.all()],
        "waiting_photos": [str(promise.pk) for promise in job.promises.all() if not promise.ending],
        "refused_photos": [
            str(promise.pk) for promise in job.promises.all() if promise.ending == PhotoPromise.Ending.REFUSED
        ],
    }


def report_facts(report: Report, *, sees_all: bool) -> Facts:
    """What a crew needs to know of the report. `lat` and `lon` are degrees, `accuracy` metres."""
    photos = [photo for photo in report.photos.all() if sees_all or photo.released_at is not None]
    before = leading_photo(photo for photo in photos if _shows_before(photo))
    return {
        "code": report.code,
        "code_name": format_code(report.code),
        "status": report.status,
        "status_name": report.get_status_display(),
        "category": report.category.code,
        "category_name": report.category.name,
        "icon": report.category.icon,
        "address": report.address,
        "description": report.description,
        "lat": report.point.y,
        "lon": report.point.x,
        "accuracy": report.accuracy_m,
        "district": report.district.code,
        "district_name": report.district.name,
        "urgency": report.urgency,
        "urgency_name": str(Urgency(report.urgency).label),
        "received_at": report.received_at,
        "photos": [{**photo_facts(photo), "leads": photo == before} for photo in photos],
    }


def _guarantee_facts(job: Job) -> Facts | None:
    """The earlier repair that should still hold there, and whether it was this crew's."""
    guarantee = guarantee_on(job.report)
    if guarantee is None:
        return None
    return {
        "repaired_at": guarantee.repaired_at,
        "until": guarantee.until,
        "crew_name": guarantee.crew.name,
        "is_own": guarantee.crew.pk == job.crew_id,
    }


def _shows_before(photo: Photo) -> bool:
    return photo.role in BEFORE_ROLES and photo.status == PhotoStatus.READY


def photo_facts(photo: Photo) -> Facts:
    """A photo by the addresses of its derivatives; they are null until it is ready."""
    ready = photo.status == PhotoStatus.READY
    addresses = {size: photo_path(photo.pk, size) if ready else None for size in SIZES}
    return {"id": str(photo.pk), "role": photo.role, "status": photo.status, **addresses}


def lonlat(point: Point) -> tuple[float, float]:
    """The point as districts.geometry takes it, in degrees."""
    return point.x, point.y


def _sees_all_photos(job: Job, takers: Collection[Taker]) -> bool:
    return Taker.DISPATCHER in takers or (Taker.CREW in takers and job.status in HOLDING_STATUSES)


def _step_facts(step: JobStep) -> Facts:
    return {
        "name": step.name,
        "to": step.to_status,
        "at": step.at,
        "device_at": step.device_at,
        "by": "crew" if step.crew_id else ("desk" if step.actor_id else "system"),
        "reason": step.data.get("reason"),
        "note": step.note,
        "skipped": step.data.get("skipped", []),
        "outcome": step.data.get("outcome"),
        "photos": len(step.data.get("photos") or ()),
        "refused": step.data.get("refused"),
    }


def list_questions(steps: Iterable[JobStep]) -> list[Facts]:
    """What the desk asked the crew, oldest first, each with its latest answer or null."""
    told = list(steps)
    answers = {step.data.get("question"): step for step in told if step.name == Step.ANSWER}
    return [_question(step, answers.get(str(step.command_id))) for step in told if step.name == Step.ASK]


def _question(step: JobStep, answer: JobStep | None) -> Facts:
    given = None if answer is None else {"text": answer.note, "at": answer.at}
    return {"id": str(step.command_id), "text": step.note, "at": step.at, "answer": given}


def _proof_facts(proof: Proof) -> Facts:
    return {
        "photo": str(proof.photo_id),
        "distance_m": proof.distance_m,
        "taken_at": proof.taken_at,
        "checks": proof.checks,
        "is_late": proof.is_late,
        "at": proof.created_at,
    }
