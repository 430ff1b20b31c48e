"""Watching jobs: whether a crew that was sent accepts in time, and one on its way gets there.

A row says when to look; tasks are only hints, and a sweep finds rows that are due.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from dispatch import news
from dispatch.models import Crew, Job, JobStatus, Position, Watch
from dispatch.queueing import look_later
from dispatch.selectors.matters import next_best
from dispatch.silence import Circumstances, judge
from dispatch.tracking.fixes import Fix
from dispatch.tracking.lately import fix_of
from dispatch.travel import expect_arrival
from districts.spatial import lock_rows
from live import log
from live.presence import connected
from live.sweeping import sweep
from reports.models import Matter
from reports.services.changing import lock_report
from reports.services.matters import raise_matter

_ANSWERS_WANTED = (JobStatus.ASSIGNED, JobStatus.ON_THE_WAY)


def watch_job(*, job_id: UUID, at: datetime) -> None:
    """Have the job looked at from `at` on. Repeating it has it looked at again."""
    if Job.objects.filter(pk=job_id, status__in=_ANSWERS_WANTED).exists():
        Watch.objects.update_or_create(job_id=job_id, defaults={"look_at": at})


def look_at_crew(*, crew_id: UUID, at: datetime) -> None:
    """Look at all jobs of the crew that are watched: what one of them does changes what the others mean."""
    watched = Watch.objects.filter(job__crew=crew_id, job__status__in=_ANSWERS_WANTED, look_at__isnull=False)
    for job_id in list(watched.values_list("pk", flat=True)):
        look_at_job(job_id=job_id, at=at)


def look_at_watched_jobs(*, at: datetime) -> int:
    """Look at every job that is due. Returns how many there were."""
    due = Watch.objects.filter(look_at__lte=at).order_by("look_at")
    return len(sweep("dispatch.watched_jobs", due, lambda job_id: look_at_job(job_id=job_id, at=at), at=at))


def look_at_job(*, job_id: UUID, at: datetime) -> None:
    """Tell the desk what it must decide, once, or write down when to look again.

    May run twice at once: whoever comes second finds the row taken, and goes.
    """
    with transaction.atomic(), log.gathered():
        watch = lock_rows(Watch.objects.filter(pk=job_id), skip_locked=True).first()
        if watch is None:
            return
        lock_report(Job.objects.values_list("report_id", flat=True).get(pk=job_id))
        job = lock_rows(
            Job.objects.filter(pk=job_id).select_related("report__district", "crew__district")
        ).get()
        verdict = judge(_circumstances(job, watch, at), accept_within=_accept_within(), at=at)
        if verdict.matter is not None:
            _tell(job, verdict.matter, at)
        watch.look_at = verdict.look_at
        watch.save(update_fields=["look_at"])
    if verdict.look_at is not None:
        look_later((verdict.look_at - at).total_seconds())


def _tell(job: Job, kind: Matter.Kind, at: datetime) -> None:
    if raise_matter(job.report, kind, about=job.pk, at=at):
        offer = next_best(job.report, at=at, skill=job.category)
        news.tell_silent(job, kind.value, offer=offer.crew_id if offer else None, at=at)


def _accept_within() -> timedelta:
    return timedelta(seconds=settings.ACCEPT_WITHIN_S)


def _circumstances(job: Job, watch: Watch, at: datetime) -> Circumstances:
    if job.crew is None or job.status not in _ANSWERS_WANTED:
        return Circumstances(job.status, job.assigned_at)
    position = Position.objects.filter(crew=job.crew_id).first()
    fix = fix_of(position) if position else None
    on_the_way = job.status == JobStatus.ON_THE_WAY
    return Circumstances(
        status=job.status,
        assigned_at=job.assigned_at,
        moved_at=position.moved_at if position else None,
        arrived_at=None if on_the_way else _last_arrival(job.crew),
        busy_until=None if on_the_way else _later(_busy_until(job.crew, fix), job.crew.break_until),
        arrives_at=expect_arrival(job, fix, watch) if on_the_way else None,
        is_connected=on_the_way and connected([job.crew.stream], at=at).exists(),
    )


def _later(*moments: datetime | None) -> datetime | None:
    return max((moment for moment in moments if moment is not None), default=None)


def _last_arrival(crew: Crew) -> datetime | None:
    found: datetime | None = Job.objects.filter(crew=crew).aggregate(at=Max("arrived_at"))["at"]
    return found


def _busy_until(crew: Crew, fix: Fix | None) -> datetime | None:
    """When the crew should be where it is on its way to."""
    moving = Job.objects.filter(crew=crew, status=JobStatus.ON_THE_WAY)
    own = moving.select_related("report", "crew", "watch")
    arrivals = [expect_arrival(job, fix, getattr(job, "watch", None)) for job in own]
    return _later(*arrivals)
