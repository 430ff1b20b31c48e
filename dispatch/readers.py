"""What dispatch does when it reads the log."""

from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone

from dispatch import news, routing
from dispatch.models import OPEN_JOB_STATUSES, Job
from dispatch.queueing import measure_arrivals_soon
from dispatch.services import watching
from dispatch.services.assign import cancel_job
from dispatch.services.taking import TransitionRefused
from live import log
from live.events import EventFacts

_WATCHED = frozenset({"job.assigned", "job.started", "job.arrived"})
_ENDINGS = frozenset({"report.rejected", "report.duplicate", "report.referred"})
_SPACE = UUID("6d6f5f0e-7f2b-4f0e-9d0a-2f4f0c5b8a11")


class EndedReports:
    """What the desk says of a report concerns the crews that have its jobs.

    Nobody needs to go where it has decided that nothing is to be done: what is open is called off. While
    crews are on a report the desk can't end it, so these are drafts, or jobs assigned at that moment. And
    whether a job comes back under guarantee may be known, or denied, after its crew has got it.
    """

    name = "dispatch.ended_reports"
    streams = "report"

    def handle(self, events: list[EventFacts]) -> None:
        """May see an event twice: commands have ids made from it, and what is told is how things stand."""
        for event in events:
            if event.kind in _ENDINGS:
                _call_off(event.payload["report"], event.at, f"{event.stream}@{event.offset}")
        if codes := {event.payload["report"] for event in events if event.kind == "report.guarantee"}:
            _tell_guarantee(codes)


class WatchedJobs:
    """Jobs that a crew must answer: looked at again when one of its jobs is sent, starts or arrives."""

    name = "dispatch.watched_jobs"
    streams = "crew"

    def handle(self, events: list[EventFacts]) -> None:
        """Seeing an event twice looks twice."""
        told = [event for event in events if event.kind in _WATCHED]
        for event in told:
            watching.watch_job(job_id=UUID(event.payload["job"]), at=event.at)
        for crew_id in {UUID(event.payload["crew"]) for event in told}:
            watching.look_at_crew(crew_id=crew_id, at=timezone.now())
        if routing.is_configured() and any(event.kind == "job.started" for event in told):
            measure_arrivals_soon()


def _tell_guarantee(codes: set[str]) -> None:
    jobs = Job.objects.filter(report__code__in=codes, status__in=OPEN_JOB_STATUSES, crew__isnull=False)
    with transaction.atomic(), log.gathered():
        news.tell_guarantee(jobs.select_related("crew", "report__district"), at=timezone.now())


def _call_off(code: str, at: datetime, cause: str) -> None:
    ended = Job.objects.filter(report__code=code, report__status__in=_statuses())
    for job_id in ended.filter(status__in=OPEN_JOB_STATUSES).values_list("pk", flat=True):
        try:
            cancel_job(job_id=job_id, actor=None, at=at, command_id=uuid5(_SPACE, f"{cause} {job_id}"))
        except TransitionRefused:
            continue  # it ended by itself meanwhile


def _statuses() -> list[str]:
    """Only while it is so: the desk may have taken its word back."""
    return [kind.removeprefix("report.") for kind in _ENDINGS]
