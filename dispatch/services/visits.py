"""Several reports in one visit of a crew: consecutive in its route, each closed by itself."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.models import User
from dispatch import access
from dispatch.models import Job
from dispatch.services.beginning import (
    find_draft,
    note_one_more,
    read_note,
    require_current,
    require_free,
    send_crew,
    send_draft,
)
from dispatch.services.taking import Ask, Taken, find_repeated, writing
from dispatch.workflow import Step
from reports.models import Report
from reports.services.acting import require_dispatcher
from reports.services.changing import lock_reports

AT_MOST = 20


class VisitRefused(DomainError):
    """A visit needs at least two reports of one district, and at most twenty."""

    code = "visit_refused"
    http_status = 422


def assign_visit(
    *,
    versions: Mapping[int, int | None],
    crew_id: UUID,
    actor: User,
    at: datetime,
    command_id: UUID,
    note: str = "",
) -> list[Job]:
    """Send one crew for several reports: all of them, or none.

    `versions` holds the reports' ids in the order of the visit, each with the version that the person saw, or
    None. The reports are locked in the order of their keys. Idempotent by `command_id`. Raises VisitRefused,
    NotFound, NotAllowed, ReportEnded, AlreadyAssigned, Conflict, CommandReused.
    """
    if not 2 <= len(versions) <= AT_MOST:
        raise VisitRefused(_("Choose between 2 and %(most)d reports.") % {"most": AT_MOST}, field="reports")
    first = _ask(next(iter(versions)), crew_id, actor, at, command_id, read_note(note))
    with writing():
        reports = lock_reports(versions)
        for report in reports.values():
            require_dispatcher(actor, report)
        if repeated := find_repeated(first):
            return _visit_of(repeated)
        for report_id, version in versions.items():
            require_current(reports[report_id], version)
        return [
            _send(first, reports[report_id], crew_id, number) for number, report_id in enumerate(versions)
        ]


def _ask(report_id: int, crew_id: UUID, actor: User, at: datetime, command_id: UUID, note: str) -> Ask:
    content = {"crew": str(crew_id)}
    return Ask("visit", Step.ASSIGN, report_id, actor, at, command_id, note=note, content=content)


def _send(first: Ask, report: Report, crew_id: UUID, number: int) -> Job:
    """The first job's step has the command's own id, by which the whole visit is found again."""
    ask = first if number == 0 else replace(first, target=report.pk, command_id=first.derived(report.code))
    crew = access.require_crew(crew_id, report, at=first.at)
    require_free(crew, report)
    before = report.version
    draft, visit = find_draft(report), first.command_id
    if draft is None:
        job = send_crew(ask, report, crew, visit=visit)
    else:
        job = send_draft(ask, report, crew, draft, visit=visit)
    note_one_more(job, ask, before=before)
    return job


def _visit_of(repeated: Taken) -> list[Job]:
    return list(Job.objects.filter(visit=repeated.job.visit).order_by("position"))
