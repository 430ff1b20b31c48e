"""When a report is to be seen and fixed by, in the working hours of its district."""

from dataclasses import dataclass
from datetime import datetime

from districts.calendars import add_working_seconds, working_seconds_between
from reports.models import Category, Report
from reports.working_hours import calendar_of


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


def stop_waiting(report: Report, at: datetime) -> None:
    """The clock runs again: what it stood still for is added to the promise as it was; saves nothing."""
    if report.waiting_since is None:
        return
    calendar = calendar_of(report.district_id)
    paused_s = int(working_seconds_between(report.waiting_since, at, calendar))
    report.paused_s += paused_s
    report.waiting_since = None
    report.resolve_due_at = add_working_seconds(report.resolve_due_at, paused_s, calendar)
