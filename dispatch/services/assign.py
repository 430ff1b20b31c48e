"""The desk's side of a job: drafting, assigning, handing over, recalling, cancelling."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.models import User
from dispatch import access, news
from dispatch.facts import job_facts
from dispatch.models import OPEN_JOB_STATUSES, Crew, Job, JobStatus
from dispatch.services.taking import (
    Ask,
    Conflict,
    Held,
    Standing,
    Taken,
    find_repeated,
    find_standing,
    hold_job,
    let_report_follow,
    record,
    record_already,
    take,
    take_alone,
    writing,
)
from dispatch.workflow import Step, Taker
from districts.spatial import lock_rows
from reports.models import Report, Update
from reports.services.acting import require_dispatcher
from reports.services.changing import lock_report, write
from reports.services.changing import record as note_change
from reports.services.matters import settle_matters
from reports.services.reasons import read_words
from reports.workflow import is_open

NOTE_CHARACTERS = 1_000


class ReportEnded(DomainError):
    """Nothing is left to do on the report; `data["report"]` is its state as it stands."""

    code = "report_ended"
    http_status = 409


class AlreadyAssigned(DomainError):
    """The crew has an open job for this report; `data["job"]` is that job."""

    code = "already_assigned"
    http_status = 409


def draft_job(
    *, report_id: int, actor: User, at: datetime, command_id: UUID, note: str = "", version: int | None = None
) -> Taken:
    """Note that somebody must be sent, without saying yet whom.

    Idempotent by `command_id`; `version` is the report's. Raises NotFound, NotAllowed, ReportEnded, Conflict.
    """
    ask = Ask("draft", Step.DRAFT, report_id, actor, at, command_id, version, note=_read_note(note))
    with writing():
        report = lock_report(report_id)
        require_dispatcher(actor, report)
        if repeated := find_repeated(ask):
            return repeated
        _require_current(report, version)
        return Taken(begin_draft(ask, report))


def assign_job(
    *,
    report_id: int,
    crew_id: UUID,
    actor: User,
    at: datetime,
    command_id: UUID,
    note: str = "",
    version: int | None = None,
) -> Taken:
    """Send a crew: the report's draft, if there is one, becomes its job, at the end of its route.

    For dispatchers of the report's district and crews that work for it. Assigning acknowledges the report;
    the job's deadline is the report's. Idempotent by `command_id`; `version` is the report's. Raises
    NotFound, NotAllowed, ReportEnded, AlreadyAssigned, Conflict, CommandReused.
    """
    content = {"crew": str(crew_id)}
    words = _read_note(note)
    ask = Ask("assign", Step.ASSIGN, report_id, actor, at, command_id, version, note=words, content=content)
    with writing():
        report = lock_report(report_id)
        require_dispatcher(actor, report)
        if repeated := find_repeated(ask):
            return repeated
        _require_current(report, version)
        crew = access.require_crew(crew_id, report, at=at)
        _require_free(crew, report)
        draft, before = _find_draft(report), report.version
        job = _send(ask, report, crew) if draft is None else _send_draft(ask, report, crew, draft)
        _note_one_more(job, ask, before=before)
        return Taken(job)


def reassign_job(
    *,
    job_id: UUID,
    crew_id: UUID,
    actor: User,
    at: datetime,
    command_id: UUID,
    note: str | None = None,
    version: int | None = None,
) -> Taken:
    """Give the job to another crew: the old job ends as handed over, the answer is the new one.

    Without a `note` the old one goes along. Idempotent by `command_id`; `version` is the job's.
    Raises as `assign_job`, and TransitionRefused.
    """
    content = {"crew": str(crew_id)}
    words = _read_note(note or "")
    ask = Ask("reassign", Step.HAND_OVER, job_id, actor, at, command_id, version, note=words, content=content)
    with writing():
        held = hold_job(ask)
        if repeated := find_repeated(ask):
            return repeated
        find_standing(ask, held)
        crew = access.require_crew(crew_id, held.report, at=at)
        _require_free(crew, held.report)
        kept = held.job.note if note is None else words
        _hand_over(ask, held)
        return Taken(_send(replace(ask, step=Step.ASSIGN), held.report, crew, kept, previous=held.job))


def recall_job(
    *, job_id: UUID, actor: User, at: datetime, command_id: UUID, reason: str = "", version: int | None = None
) -> Taken:
    """Take the job back from its crew: the old job ends as handed over, the answer is a new draft.

    Idempotent by `command_id`; `version` is the job's. Raises NotFound, NotAllowed, TransitionRefused,
    Conflict.
    """
    words = read_words(reason, field="reason")
    ask = Ask("recall", Step.HAND_OVER, job_id, actor, at, command_id, version, note=words)
    with writing():
        held = hold_job(ask)
        if repeated := find_repeated(ask):
            return repeated
        find_standing(ask, held)
        _hand_over(ask, held)
        return Taken(begin_draft(ask, held.report, previous=held.job, note=held.job.note))


def cancel_job(
    *,
    job_id: UUID,
    actor: User | None,
    at: datetime,
    command_id: UUID,
    reason: str = "",
    version: int | None = None,
) -> Taken:
    """Call the job off; without other jobs the report waits for a decision again. `actor` None is the system.

    Idempotent by `command_id`, and cancelling twice is no fault. Raises NotFound, NotAllowed,
    TransitionRefused, Conflict.
    """
    words = read_words(reason, field="reason")
    ask = Ask("cancel", Step.CANCEL, job_id, actor, at, command_id, version, note=words)
    with writing():
        held = hold_job(ask)
        if repeated := find_repeated(ask):
            return repeated
        if find_standing(ask, held) is Standing.BEHIND:
            return record_already(ask, held)
        return take(ask, held)


def begin_draft(
    ask: Ask,
    report: Report,
    *,
    previous: Job | None = None,
    note: str | None = None,
    crew: Crew | None = None,
) -> Job:
    """A new job without a crew, on a report whose row is locked; `crew` is the crew that asks for it."""
    words = ask.note if note is None else note
    job = _begin(ask, report, JobStatus.DRAFT, note=words, previous=previous)
    return _announce(replace(ask, step=Step.DRAFT), job, report, crew=crew)


def _send(
    ask: Ask, report: Report, crew: Crew, note: str | None = None, *, previous: Job | None = None
) -> Job:
    words = ask.note if note is None else note
    place = {"crew": crew, "assigned_at": ask.at, "position": _end_of_route(crew)}
    job = _begin(ask, report, JobStatus.ASSIGNED, note=words, previous=previous, **place)
    return _announce(ask, job, report)


def _send_draft(ask: Ask, report: Report, crew: Crew, draft: Job) -> Job:
    held = Held(report, draft)
    note = ask.note or draft.note
    return take(ask, held, crew=crew, position=_end_of_route(crew), note=note).job


def _note_one_more(job: Job, ask: Ask, *, before: int) -> None:
    """One more crew on a report whose state stays: who looks at it from before shall not send another."""
    report = job.report
    if report.version == before:
        write(report, (), at=ask.at)
        name = "" if job.crew is None else job.crew.name
        audience = Update.Audience.STAFF
        note_change(report, Update.Kind.STATUS, at=ask.at, actor=ask.actor, audience=audience, text=name)


def _begin(ask: Ask, report: Report, status: JobStatus, **fields: Any) -> Job:
    deadline = report.resolve_due_at
    return Job.objects.create(
        report=report, status=status, deadline=deadline, created_by=ask.actor, created_at=ask.at, **fields
    )


def _announce(ask: Ask, job: Job, report: Report, *, crew: Crew | None = None) -> Job:
    record(ask, job, "", crew=crew)
    if ask.step is Step.ASSIGN:
        settle_matters(report, actor=ask.actor, at=ask.at)
    news.tell(job, report, ask.step, at=ask.at)
    let_report_follow(Held(report, job), ask)
    return job


def _hand_over(ask: Ask, held: Held) -> None:
    """End the old job under an id of its own: the command's id belongs to the job that answers it."""
    take_alone(replace(ask, command_id=ask.derived("hand_over")), held)


def _require_current(report: Report, version: int | None) -> None:
    state = {"code": report.code, "status": report.status, "version": report.version}
    if not is_open(report.status):
        detail = _("This report is “%(state)s”: there is nothing to send a crew for.")
        raise ReportEnded(detail % {"state": report.get_status_display()}, report=state)
    if version is not None and version != report.version:
        raise Conflict(_("Somebody has changed this report since. Look at it again."), report=state)


def _require_free(crew: Crew, report: Report) -> None:
    open_jobs = Job.objects.filter(crew=crew, report=report, status__in=OPEN_JOB_STATUSES)
    job = open_jobs.select_related("report", "crew").first()
    if job is not None:
        detail = _("%(crew)s already has this job.") % {"crew": crew.name}
        raise AlreadyAssigned(detail, field="crew", job=job_facts(job, frozenset({Taker.DISPATCHER})))


def _find_draft(report: Report) -> Job | None:
    drafts = lock_rows(Job.objects.filter(report=report, status=JobStatus.DRAFT))
    return drafts.order_by("created_at", "id").first()


def _read_note(note: str) -> str:
    return read_words(note, field="note", longest=NOTE_CHARACTERS)


def _end_of_route(crew: Crew) -> int:
    open_jobs = Job.objects.filter(crew=crew, status__in=OPEN_JOB_STATUSES)
    last: int | None = open_jobs.aggregate(last=Max("position"))["last"]
    return 1 if last is None else last + 1
