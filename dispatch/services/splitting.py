"""One report split in several jobs, each for a skill of its own."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.errors import DomainError, NotFound
from accounts.models import User
from dispatch import access
from dispatch.models import Job
from dispatch.services.beginning import (
    begin_draft,
    note_one_more,
    read_note,
    require_current,
    require_free,
    send_crew,
)
from dispatch.services.taking import Ask, find_repeated, writing
from dispatch.workflow import Step
from reports.models import Category, Report
from reports.services.acting import require_dispatcher
from reports.services.changing import lock_report

AT_MOST = 5


class SplitRefused(DomainError):
    """A report is split in two to five jobs."""

    code = "split_refused"
    http_status = 422


@dataclass(frozen=True, slots=True)
class Part:
    """One job to be: the category whose skill it needs (a code), who goes if that is known, and a note."""

    category: str
    crew_id: UUID | None = None
    note: str = ""


def split_report(
    *,
    report_id: int,
    parts: Sequence[Part],
    actor: User,
    at: datetime,
    command_id: UUID,
    version: int | None = None,
) -> list[Job]:
    """Begin a job for each part: with a crew it is assigned, without one a draft. All of them, or none.

    The report is fixed when no job is open and one has fixed it. Idempotent by `command_id`; `version` is
    the report's. Raises SplitRefused, NotFound, NotAllowed, ReportEnded, AlreadyAssigned, Conflict,
    CommandReused.
    """
    if not 2 <= len(parts) <= AT_MOST:
        raise SplitRefused(_("Say what the jobs are: at least two of them."), field="parts")
    content = {"parts": [[part.category, str(part.crew_id or ""), part.note] for part in parts]}
    ask = Ask("split", Step.ASSIGN, report_id, actor, at, command_id, version, content=content)
    with writing():
        report = lock_report(report_id)
        require_dispatcher(actor, report)
        if repeated := find_repeated(ask):
            return list(Job.objects.filter(report=report, created_at=repeated.job.created_at))
        require_current(report, version)
        before = report.version
        jobs = [_begin(ask, report, part, number) for number, part in enumerate(parts)]
        note_one_more(jobs[0], ask, before=before)
        return jobs


def _begin(ask: Ask, report: Report, part: Part, number: int) -> Job:
    own = ask if number == 0 else replace(ask, command_id=ask.derived(str(number)))
    words = read_note(part.note)
    category = _find_category(report, part.category)
    if part.crew_id is None:
        return begin_draft(own, report, note=words, category=category)
    crew = access.require_crew(part.crew_id, report, at=ask.at)
    require_free(crew, report)
    return send_crew(own, report, crew, words, category=category)


def _find_category(report: Report, code: str) -> Category | None:
    """None for the report's own."""
    if code == report.category.code:
        return None
    category = Category.objects.filter(code=code, is_active=True).first()
    if category is None:
        raise NotFound(_("There is no such category."), field="category")
    return category
