"""One edge of the report's workflow taken, with all that hangs on entering and leaving a state."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from reports.deadlines import next_look, set_deadlines, stop_waiting
from reports.models import ClosedBy, Contact, Report, Update
from reports.models import ReportStatus as S
from reports.services.changing import announce, record, write
from reports.services.matters import settle_matters
from reports.workflow import ENDED, Party, require_edge

# How long a contact is kept after a report has ended.
CONTACT_KEPT = timedelta(days=60)

# Whoever moves a report at its desk has decided.
DESK = frozenset({Party.DISPATCHER, Party.OPERATOR})

_FIELDS = (
    "status",
    "needs_crew",
    "reason",
    "duplicate_of",
    "reopened_count",
    "acknowledge_due_at",
    "resolve_due_at",
    "acknowledged_at",
    "resolved_at",
    "closed_at",
    "closed_by",
    "reopened_at",
    "waiting_since",
    "paused_s",
    "guarantee_until",
    "look_at",
)


def move(
    report: Report,
    end: S,
    *,
    parties: Collection[Party],
    actor: User | None,
    at: datetime,
    reason: str = "",
    data: Mapping[str, Any] | None = None,
    needs_crew: bool = False,
    closed_by: ClosedBy | None = None,
    duplicate_of: Report | None = None,
) -> None:
    """Take the edge on a locked report: state, times, timeline, event `report.<state>`.

    `reason` is what the resident reads. The last statement of the transaction. Raises TransitionRefused.
    """
    start = S(report.status)
    require_edge(start, end, parties)
    _leave(report, start, end, at)
    report.status, report.needs_crew = end, needs_crew
    report.reason, report.duplicate_of = reason, duplicate_of
    report.closed_by = closed_by or ""
    _ENTER.get(end, _enter_work)(report, at)
    report.look_at = next_look(report)
    write(report, _FIELDS, at=at)
    if DESK & set(parties) or end in ENDED:
        settle_matters(report, actor=actor, at=at)
    facts = {"from": start.value, "to": end.value, **(data or {})}
    record(report, Update.Kind.STATUS, at=at, actor=actor, text=reason, data=facts)
    announce(report, f"report.{end.value}", at=at, before=start.value)


def _leave(report: Report, start: S, end: S, at: datetime) -> None:
    stop_waiting(report, at)
    if start is S.RESOLVED and end is not S.CLOSED or start is S.CLOSED:
        report.resolved_at = report.guarantee_until = None
        report.closed_at = None


def _enter_work(report: Report, at: datetime) -> None:
    """Whatever the district did, it has seen the report."""
    report.acknowledged_at = report.acknowledged_at or at


def _enter_waiting(report: Report, at: datetime) -> None:
    _enter_work(report, at)
    report.waiting_since = at


def _enter_resolved(report: Report, at: datetime) -> None:
    _enter_work(report, at)
    report.resolved_at = at
    if days := report.category.guarantee_days:
        report.guarantee_until = timezone.localdate(at) + timedelta(days=days)


def _enter_closed(report: Report, at: datetime) -> None:
    report.closed_at = at
    Contact.objects.filter(report=report).update(erase_on=timezone.localdate(at) + CONTACT_KEPT)


def _enter_reopened(report: Report, at: datetime) -> None:
    """It starts again: both deadlines run from now, and nobody has seen it yet."""
    report.reopened_count += 1
    report.reopened_at, report.acknowledged_at, report.paused_s = at, None, 0
    set_deadlines(report)


_ENTER: dict[S, Callable[[Report, datetime], None]] = {
    S.WAITING: _enter_waiting,
    S.RESOLVED: _enter_resolved,
    S.CLOSED: _enter_closed,
    S.REOPENED: _enter_reopened,
}
