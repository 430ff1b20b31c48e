"""How every step of a job is taken: lock, re-read, check, write, record, follow, tell."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto
from typing import Any
from uuid import UUID, uuid5

from django.contrib.gis.geos import Point
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import DomainError, NotAllowed, NotFound
from accounts.models import User
from dispatch import access, news, workflow
from dispatch.facts import job_facts
from dispatch.models import OPEN_JOB_STATUSES, Crew, Job, JobStatus, JobStep
from dispatch.services.repairs import record_repair
from dispatch.workflow import Step, Taker
from districts.spatial import lock_rows
from live import log
from reports.models import Matter, Report, ReportStatus
from reports.progress_table import JobFact
from reports.services.changing import lock_report
from reports.services.matters import raise_matter, settle_matters
from reports.services.progress import follow_jobs


class TransitionRefused(DomainError):
    """The job's state has no such step; `data["job"]` is the job as it stands."""

    code = "transition_refused"
    http_status = 409


class Conflict(DomainError):
    """Somebody changed it since; `data` holds the state as it stands."""

    code = "conflict"
    http_status = 409


class CommandReused(DomainError):
    """The same command id with other content: a fault of the client, nothing is done."""

    code = "command_reused"
    http_status = 422


@dataclass(frozen=True, slots=True)
class Device:
    """What the phone says of itself: its clock, and its place as (lon, lat) with the accuracy in metres."""

    at: datetime | None = None
    point: tuple[float, float] | None = None
    accuracy_m: float | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """One step that somebody asks for. `content` is what it says beside its name: reason, photos, crew.

    `command` is the name of what was asked; it may take several steps, each an Ask with a `step` of its own.
    """

    command: str
    step: Step
    target: UUID | int
    actor: User | None
    at: datetime
    command_id: UUID
    version: int | None = None
    device: Device = Device()
    note: str = ""
    content: dict[str, Any] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of what is asked; without clock, place, version: they change when a phone tries again."""
        said = [self.command, str(self.target), self.note, self.content]
        return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()

    def derived(self, name: str) -> UUID:
        """The id of a second step that this command takes."""
        return uuid5(self.command_id, name)


@dataclass(frozen=True, slots=True)
class Taken:
    """The job as it stands. `already`: somebody had taken the step before; this command changed nothing.

    `refusal`: it crossed what others did; it is kept, and to be raised once the transaction has ended.
    """

    job: Job
    already: bool = False
    refusal: DomainError | None = None


@dataclass(slots=True)
class Held:
    """A report and one of its jobs, their rows locked, and in whose names the actor may act."""

    report: Report
    job: Job
    takers: frozenset[Taker] = frozenset()


class Standing(Enum):
    """What a step meets."""

    DUE = auto()
    BEHIND = auto()  # somebody has taken it already


@contextmanager
def writing() -> Iterator[None]:
    """One transaction; all its events are written together at its end, so streams are locked last."""
    with transaction.atomic(), log.gathered():
        yield


def hold_job(ask: Ask) -> Held:
    """Lock the report, then the job, and see who asks. Raises NotFound and NotAllowed."""
    held = lock_job(UUID(str(ask.target)))
    held.takers = access.takers_of(ask.actor, held.job, held.report)
    if ask.step in workflow.ANY_TIME and ask.actor and access.has_ridden(ask.actor, held.job):
        held.takers |= {Taker.CREW}
    access.require_sight(ask.actor, held.report, held.takers)
    if held.takers.isdisjoint(workflow.list_takers(ask.step)):
        raise NotAllowed(_("This step is not yours to take."))
    return held


def lock_job(job_id: UUID) -> Held:
    """Lock the report, then the job, for nobody in particular. Raises NotFound."""
    wanted = Job.objects.filter(pk=job_id)
    report_id = wanted.values_list("report_id", flat=True).first()
    if report_id is None:
        raise NotFound(_("There is no such job, or it is not yours."))
    report = lock_report(report_id)
    job = lock_rows(wanted.select_related("crew__district")).get()
    job.report = report
    return Held(report, job)


def find_repeated(ask: Ask) -> Taken | None:
    """What this very command came to when it was first carried out. Call it with the rows locked.

    Raises CommandReused when the id was used for something else.
    """
    step = JobStep.objects.filter(command_id=ask.command_id).first()
    if step is None:
        return None
    if step.fingerprint != ask.fingerprint:
        raise CommandReused(_("This command's id was used for something else before."), field="id")
    return Taken(step.job, already=bool(step.data.get("already")), refusal=_refused_before(step))


def find_standing(ask: Ask, held: Held) -> Standing:
    """Whether the step is to be taken. Raises TransitionRefused and Conflict."""
    edge = workflow.find_edge(ask.step, held.job.status)
    if edge is None:
        if ask.step in workflow.LENIENT_STEPS and workflow.is_behind(ask.step, held.job.status):
            return Standing.BEHIND
        raise refusal_of(held)
    if _is_stale(ask, held):
        raise _conflict(held)
    return Standing.DUE


def take(ask: Ask, held: Held, **changes: Any) -> Taken:
    """Move the job along the step's edge, record it, tell who listens, and let the report follow.

    Call it when the step is due. `changes` are fields of the job to write beside its state.
    """
    taken = take_alone(ask, held, **changes)
    let_report_follow(held, ask)
    return taken


def take_alone(ask: Ask, held: Held, **changes: Any) -> Taken:
    """As `take`, for a command with more steps to come: the report follows once, after the last."""
    job, before = held.job, held.job.status
    edge = workflow.find_edge(ask.step, before)
    if edge is None:
        raise refusal_of(held)
    crew = None if Taker.DISPATCHER in edge.takers else job.crew
    _write(job, edge.target, ask.at, changes, by_crew=crew is not None)
    skipped = workflow.list_skipped(ask.step, before)
    record(ask, job, before, crew=crew, **({"skipped": skipped} if skipped else {}))
    _settle(ask, held)
    news.tell(job, held.report, ask.step, at=ask.at, reason=ask.content.get("reason"))
    return Taken(job)


def _settle(ask: Ask, held: Held) -> None:
    """The desk's step settles all that waits for it; a job that moves on by itself what waits about it.

    Who declines leaves the desk to decide.
    """
    by_desk = Taker.DISPATCHER in workflow.list_takers(ask.step) and ask.actor is not None
    about = None if by_desk else held.job.pk
    settle_matters(held.report, actor=ask.actor, at=ask.at, about=about)
    if ask.step is Step.DECLINE:
        raise_matter(held.report, Matter.Kind.DECLINED, about=held.job.pk, at=ask.at)


def record_already(ask: Ask, held: Held) -> Taken:
    """Keep that the step was asked for when it had been taken already; nothing else changes."""
    crew = held.job.crew if Taker.CREW in held.takers else None
    record(ask, held.job, held.job.status, crew=crew, already=True)
    return Taken(held.job, already=True)


def record(ask: Ask, job: Job, before: str, *, crew: Crew | None = None, **data: Any) -> JobStep:
    """Append the step to the job's story; `crew` is the crew that took it."""
    place = ask.device.point
    return JobStep.objects.create(
        job=job,
        command_id=ask.command_id,
        fingerprint=ask.fingerprint,
        name=ask.step.value,
        from_status=before,
        to_status=job.status,
        actor=ask.actor,
        crew=crew,
        version=job.version,
        at=ask.at,
        device_at=ask.device.at,
        point=Point(*place, srid=4326) if place else None,
        accuracy_m=ask.device.accuracy_m,
        note=ask.note,
        data={**ask.content, **data},
    )


def let_report_follow(held: Held, ask: Ask) -> None:
    """Let the report's state follow from all its jobs, and an open job keep the report's deadline.

    Who brought it to "fixed" is recorded.
    """
    before = held.report.status
    rows = Job.objects.filter(report=held.report).values_list("status", "outcome", "ended_at")
    facts = [JobFact(status, outcome, ended_at) for status, outcome, ended_at in rows]
    follow_jobs(report=held.report, job_facts=facts, actor=ask.actor, at=ask.at)
    if held.report.status == ReportStatus.RESOLVED != before:
        record_repair(held.report, at=ask.at)
    held.job.report = held.report
    if held.job.is_open and held.job.deadline != held.report.resolve_due_at:
        held.job.deadline = held.report.resolve_due_at
        held.job.save(update_fields=["deadline"])


def _is_stale(ask: Ask, held: Held) -> bool:
    """A crew's view is stale only by what the desk changed: its own phones may be steps apart."""
    if ask.version is None or ask.version == held.job.version:
        return False
    if ask.step not in workflow.CREW_STEPS:
        return True
    return held.job.steps.filter(version__gt=ask.version, crew__isnull=True).exists()


def refusal_of(held: Held) -> TransitionRefused:
    state = JobStatus(held.job.status).label
    detail = _("The job is “%(state)s” now, so this can't be done any more. Nothing was changed.")
    return TransitionRefused(detail % {"state": state}, job=_as_it_stands(held))


def _conflict(held: Held) -> Conflict:
    return Conflict(_("The desk has changed this job since. Look at it again."), job=_as_it_stands(held))


def _refused_before(step: JobStep) -> DomainError | None:
    held = Held(step.job.report, step.job, frozenset({Taker.CREW}))
    tell = {TransitionRefused.code: refusal_of, Conflict.code: _conflict}.get(step.data.get("refused", ""))
    return tell(held) if tell else None


def _as_it_stands(held: Held) -> dict[str, Any]:
    return job_facts(held.job, held.takers)


_STAMPS = {
    JobStatus.ASSIGNED: ("assigned_at",),
    JobStatus.ACCEPTED: ("accepted_at",),
    JobStatus.ON_THE_WAY: ("accepted_at", "started_at"),
    JobStatus.ON_SITE: ("accepted_at", "arrived_at"),
    JobStatus.PROOF_PENDING: ("accepted_at",),
    JobStatus.DONE: ("accepted_at",),
}


_WITH_OUTCOME = (JobStatus.PROOF_PENDING, JobStatus.DONE)


def _write(job: Job, target: JobStatus, at: datetime, changes: dict[str, Any], *, by_crew: bool) -> None:
    """Write the new state. A crew that acts has got and seen the job; one that goes on has accepted it."""
    stamps = [*_STAMPS.get(target, ()), *(["delivered_at", "seen_at"] if by_crew else [])]
    if target not in OPEN_JOB_STATUSES:
        stamps.append("ended_at")
    fresh: dict[str, Any] = {name: at for name in stamps if getattr(job, name) is None}
    if target not in _WITH_OUTCOME:
        fresh["outcome"] = ""  # what was said while the proof was awaited stays in the step
    written = {"status": target.value, "version": job.version + 1, **fresh, **changes}
    for name, value in written.items():
        setattr(job, name, value)
    job.save(update_fields=list(written))
