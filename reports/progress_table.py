"""The table from jobs to the report. Pure: what the jobs of a report say about its state."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from reports.models.choices import Outcome
from reports.models.choices import ReportStatus as S

# The words of dispatch.JobStatus, which this floor can't import.
MOVING: Final = frozenset({"on_the_way", "on_site", "proof_pending"})
PROMISED: Final = frozenset({"assigned", "accepted"})
DRAFT: Final = "draft"
DONE: Final = "done"
ENDED: Final = frozenset({"declined", "obstructed", "cancelled", "handed_over"})
KNOWN: Final = MOVING | PROMISED | ENDED | {DRAFT, DONE}


@dataclass(frozen=True, slots=True)
class JobFact:
    """What a report needs to know of a job. `ended_at` lets it leave out work from before it was reopened."""

    status: str
    outcome: str = ""
    ended_at: datetime | None = None


def status_from_jobs(jobs: Iterable[JobFact]) -> S | None:
    """The state that the jobs ask for; None when they ask for nothing (no job, or drafts only).

    | jobs | report |
    | --- | --- |
    | one on the way, on site or waiting for its photo | in progress |
    | one open, and a thing fixed or made safe already | in progress |
    | one assigned or accepted | planned |
    | none open, one fixed | resolved |
    | none open, made safe but not fixed | acknowledged: the desk must send somebody |
    | none open, nothing found by those who looked | rejected |
    | none open, all declined, obstructed, cancelled or handed over | acknowledged |
    | a draft, and others that came to nothing | acknowledged |
    """
    facts = list(jobs)
    if not facts or all(job.status == DRAFT for job in facts):
        return None
    return _while_open(facts) or _when_ended(facts)


def needs_crew(jobs: Iterable[JobFact]) -> bool:
    """Whether somebody must be sent: a job is open, and none of the open ones has a crew."""
    statuses = {job.status for job in jobs}
    return DRAFT in statuses and not statuses & (MOVING | PROMISED)


def since(jobs: Iterable[JobFact], moment: datetime | None) -> list[JobFact]:
    """The jobs without those that ended before the moment."""
    return [job for job in jobs if moment is None or job.ended_at is None or job.ended_at > moment]


def _while_open(facts: list[JobFact]) -> S | None:
    statuses = {job.status for job in facts}
    if statuses & MOVING:
        return S.IN_PROGRESS
    if statuses & (PROMISED | {DRAFT}) and _outcomes(facts) & {Outcome.FIXED, Outcome.MADE_SAFE}:
        return S.IN_PROGRESS
    if statuses & PROMISED:
        return S.PLANNED
    return S.ACKNOWLEDGED if DRAFT in statuses else None


def _when_ended(facts: list[JobFact]) -> S:
    outcomes = _outcomes(facts)
    if Outcome.FIXED in outcomes:
        return S.RESOLVED
    return S.REJECTED if outcomes == {Outcome.NOTHING_FOUND} else S.ACKNOWLEDGED


def _outcomes(facts: list[JobFact]) -> set[str]:
    return {job.outcome for job in facts if job.status == DONE}
