"""Jobs as their readers get them, in a number of queries that doesn't grow with them."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.errors import NotFound
from accounts.models import User
from dispatch import access
from dispatch.facts import Facts, job_facts, with_facts
from dispatch.models import OPEN_JOB_STATUSES, Crew, Job, JobStatus
from dispatch.workflow import Taker
from reports.models import Report

CREW = frozenset({Taker.CREW})
DISPATCHER = frozenset({Taker.DISPATCHER})
RECENT_AT_MOST = 50


def crew_jobs(crew: Crew) -> list[Facts]:
    """The crew's open jobs in the order of its route, as `dispatch.facts.job_facts`. Five queries.

    What others have gone or were done of is no visit any more: one job alone says nothing of a next stop.
    """
    route = with_facts(Job.objects.filter(crew=crew, status__in=OPEN_JOB_STATUSES))
    jobs = [job_facts(job, CREW) for job in route.order_by("position", "created_at", "id")]
    of_visit = Counter(job["visit"] for job in jobs)
    return [job | {"visit": job["visit"] if of_visit[job["visit"]] > 1 else None} for job in jobs]


def recent_jobs(crew: Crew, *, since: datetime) -> list[Facts]:
    """The crew's jobs that ended since then, the latest first, at most fifty. Five queries."""
    ended = with_facts(Job.objects.filter(crew=crew, ended_at__gte=since))
    return [job_facts(job, CREW) for job in ended.order_by("-ended_at", "id")[:RECENT_AT_MOST]]


def get_job(job_id: UUID) -> Job:
    """The job with all that its facts need, whoever reads it. Raises NotFound."""
    job = with_facts(Job.objects.filter(pk=job_id)).first()
    if job is None:
        raise NotFound(_("There is no such job, or it is not yours."))
    return job


def get_job_facts(*, user: User, job_id: UUID) -> Facts:
    """The job for this reader: a member of its crew, or staff of a district that sees its report.

    Raises NotFound for everybody else.
    """
    job = get_job(job_id)
    takers = access.takers_of(user, job, job.report)
    access.require_sight(user, job.report, takers)
    return job_facts(job, takers)


def get_jobs_facts(job_ids: Iterable[UUID | str], takers: frozenset[Taker]) -> dict[str, Facts]:
    """The facts of these jobs by id, for a reader who acts as one of `takers`. Five queries."""
    jobs = with_facts(Job.objects.filter(pk__in=set(job_ids)))
    return {str(job.pk): job_facts(job, takers) for job in jobs}


def list_report_jobs(report: Report) -> list[Facts]:
    """All jobs of the report for its desk, the open ones first, then the latest. Five queries."""
    jobs = with_facts(Job.objects.filter(report=report)).order_by("-created_at", "id")
    ordered = sorted(jobs, key=lambda job: not job.is_open)
    return [job_facts(job, DISPATCHER) for job in ordered]


def open_jobs_by_report(report_ids: Iterable[int]) -> dict[int, list[Facts]]:
    """For rows of a queue: each report's open jobs, as id, status and crew. One query."""
    rows: dict[int, list[Facts]] = {}
    jobs = Job.objects.filter(report__in=list(report_ids), status__in=OPEN_JOB_STATUSES).select_related(
        "crew"
    )
    for job in jobs.order_by("created_at", "id"):
        rows.setdefault(job.report_id, []).append(_row(job))
    return rows


def _row(job: Job) -> Facts:
    return {
        "id": str(job.pk),
        "status": job.status,
        "status_name": str(JobStatus(job.status).label),
        "version": job.version,
        "crew": None if job.crew is None else {"id": str(job.crew.pk), "name": job.crew.name},
        "delivered_at": job.delivered_at,
        "seen_at": job.seen_at,
    }


def crews_on(report: Report) -> list[str]:
    """The names of the crews that have it now. One query."""
    jobs = Job.objects.filter(report=report, status__in=OPEN_JOB_STATUSES).exclude(crew=None)
    return list(jobs.order_by("created_at", "id").values_list("crew__name", flat=True))
