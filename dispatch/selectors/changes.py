"""What others did to a report or a job since somebody looked at it."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.text import capfirst

from dispatch.models import Job, JobStatus, JobStep
from reports.models import Report, Update
from reports.timeline_words import update_title

AT_MOST = 6


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that was done. `who` is empty where nobody of the staff did it."""

    what: str
    who: str
    at: datetime


def list_changes(report: Report, job: Job | None, version: int) -> list[Change]:
    """Of the job if there is one, else of the report, after this version of it; oldest first. One query."""
    if job is not None:
        return _of_job(job, version)
    updates = Update.objects.filter(report=report, version__gt=version).select_related("actor")
    return [Change(update_title(update), str(update.actor or ""), update.at) for update in updates[:AT_MOST]]


def _of_job(job: Job, version: int) -> list[Change]:
    steps = JobStep.objects.filter(job=job, version__gt=version).select_related("actor", "crew")
    return [_step(step) for step in steps[:AT_MOST]]


def _step(step: JobStep) -> Change:
    return Change(capfirst(str(JobStatus(step.to_status).label)), str(step.crew or step.actor or ""), step.at)
