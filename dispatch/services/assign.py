"""The desk's side of a job: drafting, assigning, handing over, recalling, cancelling."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from accounts.models import User
from dispatch import access
from dispatch.services.beginning import (
    begin_draft,
    find_draft,
    note_one_more,
    read_note,
    require_current,
    require_free,
    send_crew,
    send_draft,
)
from dispatch.services.taking import (
    Ask,
    Held,
    Standing,
    Taken,
    find_repeated,
    find_standing,
    hold_job,
    record_already,
    take,
    take_alone,
    writing,
)
from dispatch.workflow import Step
from reports.services.acting import require_dispatcher
from reports.services.changing import lock_report
from reports.services.reasons import read_words


def draft_job(
    *, report_id: int, actor: User, at: datetime, command_id: UUID, note: str = "", version: int | None = None
) -> Taken:
    """Note that somebody must be sent, without saying yet whom.

    Idempotent by `command_id`; `version` is the report's. Raises NotFound, NotAllowed, ReportEnded, Conflict.
    """
    ask = Ask("draft", Step.DRAFT, report_id, actor, at, command_id, version, note=read_note(note))
    with writing():
        report = lock_report(report_id)
        require_dispatcher(actor, report)
        if repeated := find_repeated(ask):
            return repeated
        require_current(report, version)
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
    words = read_note(note)
    ask = Ask("assign", Step.ASSIGN, report_id, actor, at, command_id, version, note=words, content=content)
    with writing():
        report = lock_report(report_id)
        require_dispatcher(actor, report)
        if repeated := find_repeated(ask):
            return repeated
        require_current(report, version)
        crew = access.require_crew(crew_id, report, at=at)
        require_free(crew, report)
        draft, before = find_draft(report), report.version
        job = send_crew(ask, report, crew) if draft is None else send_draft(ask, report, crew, draft)
        note_one_more(job, ask, before=before)
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

    Without a `note` the old one goes along. A visit is one crew's: the new job is no part of the old one's,
    and the rest of that stays with the crew that has it. Idempotent by `command_id`; `version` is the job's.
    Raises as `assign_job`, and TransitionRefused.
    """
    content = {"crew": str(crew_id)}
    words = read_note(note or "")
    ask = Ask("reassign", Step.HAND_OVER, job_id, actor, at, command_id, version, note=words, content=content)
    with writing():
        held = hold_job(ask)
        if repeated := find_repeated(ask):
            return repeated
        find_standing(ask, held)
        crew = access.require_crew(crew_id, held.report, at=at)
        require_free(crew, held.report)
        kept = held.job.note if note is None else words
        _hand_over(ask, held)
        return Taken(send_crew(replace(ask, step=Step.ASSIGN), held.report, crew, kept, previous=held.job))


def assign_draft(
    *,
    job_id: UUID,
    crew_id: UUID,
    actor: User,
    at: datetime,
    command_id: UUID,
    note: str = "",
    version: int | None = None,
) -> Taken:
    """Send a crew for this very draft, where a report has several. `version` is the job's.

    Idempotent by `command_id`. Raises as `assign_job`, and TransitionRefused.
    """
    content = {"crew": str(crew_id)}
    words = read_note(note)
    ask = Ask(
        "assign_draft", Step.ASSIGN, job_id, actor, at, command_id, version, note=words, content=content
    )
    with writing():
        held = hold_job(ask)
        if repeated := find_repeated(ask):
            return repeated
        find_standing(ask, held)
        require_current(held.report, None)
        crew = access.require_crew(crew_id, held.report, at=at)
        require_free(crew, held.report)
        before = held.report.version
        job = send_draft(ask, held.report, crew, held.job)
        note_one_more(job, ask, before=before)
        return Taken(job)


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


def _hand_over(ask: Ask, held: Held) -> None:
    """End the old job under an id of its own: the command's id belongs to the job that answers it."""
    take_alone(replace(ask, command_id=ask.derived("hand_over")), held)
