"""When a report is to be seen and fixed by, in the working hours of its district."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.conf import settings

from districts.calendars import add_working_seconds, take_working_seconds, working_seconds_between
from reports.models import Category, Report, ReportStatus
from reports.models.choices import OPEN_STATUSES
from reports.working_hours import calendar_of

# A promise to such a report still runs.
RUNNING = frozenset(OPEN_STATUSES) - {ReportStatus.WAITING}


@dataclass(frozen=True, slots=True)
class Deadlines:
    acknowledge_due_at: datetime
    resolve_due_at: datetime


def deadlines(*, start: datetime, category: Category, district_id: int, paused_s: int = 0) -> Deadlines:
    """Counted from `start`; `paused_s` are working seconds that the report waited for its resident."""
    calendar = calendar_of(district_id)
    return Deadlines(
        add_working_seconds(start, category.acknowledge_within_s, calendar),
        add_working_seconds(start, category.resolve_within_s + paused_s, calendar),
    )


class PromiseKind(StrEnum):
    """What is promised: that somebody looks at it, that it is fixed."""

    SEEN = "seen"
    FIXED = "fixed"


@dataclass(frozen=True, slots=True)
class Promise:
    """A promised time that still runs; the desk is warned at `warn_at`, None: it is not warned."""

    kind: PromiseKind
    due_at: datetime
    warn_at: datetime | None


def running_promises(report: Report) -> list[Promise]:
    """What is still to be kept. Nothing while the report waits for its resident, or once it has ended."""
    if report.status not in RUNNING:
        return []
    category = report.category
    fixed = _promise(report, PromiseKind.FIXED, report.resolve_due_at, category.resolve_within_s)
    if report.acknowledged_at is not None:
        return [fixed]
    seen = _promise(report, PromiseKind.SEEN, report.acknowledge_due_at, category.acknowledge_within_s)
    return [seen, fixed]


def next_look(report: Report, *, after: datetime | None = None) -> datetime | None:
    """When one of its promises is near or over: the earliest moment, or the earliest `after` this one."""
    promises = running_promises(report)
    moments = [moment for each in promises for moment in (each.warn_at, each.due_at) if moment is not None]
    return min((moment for moment in moments if after is None or moment > after), default=None)


def is_warned(report: Report) -> bool:
    """Whether the desk was warned of what is due next: nothing is told any more before that time is over."""
    return report.look_at is not None and report.look_at == report.due_at and settings.WARN_PERCENT > 0


def _promise(report: Report, kind: PromiseKind, due_at: datetime, within_s: int) -> Promise:
    """The warning comes when so much of the promised working time is left."""
    lead_s = within_s * settings.WARN_PERCENT // 100
    calendar = calendar_of(report.district_id)
    return Promise(kind, due_at, take_working_seconds(due_at, lead_s, calendar) if lead_s else None)


def set_deadlines(report: Report) -> None:
    """Compute both again, from when the report came in or was reopened; saves nothing."""
    found = deadlines(
        start=report.reopened_at or report.received_at,
        category=report.category,
        district_id=report.district_id,
        paused_s=report.paused_s,
    )
    report.acknowledge_due_at = found.acknowledge_due_at
    report.resolve_due_at = found.resolve_due_at
    report.look_at = next_look(report)


def stop_waiting(report: Report, at: datetime) -> None:
    """The clock runs again: what it stood still for is added to the promise as it was; saves nothing."""
    if report.waiting_since is None:
        return
    calendar = calendar_of(report.district_id)
    paused_s = int(working_seconds_between(report.waiting_since, at, calendar))
    report.paused_s += paused_s
    report.waiting_since = None
    report.resolve_due_at = add_working_seconds(report.resolve_due_at, paused_s, calendar)
