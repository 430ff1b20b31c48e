"""How long: the whole time from the report's coming in, beside the clock of working hours that pauses."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import ceil
from typing import Any

from django.db.models import Case, F, QuerySet, Value, When
from django.db.models.functions import Coalesce

from dispatch.stats.scope import Scope
from districts.spatial import SecondsOf
from districts.working_clock import WorkingClock
from reports.models import Report
from reports.models import ReportStatus as S
from reports.workflow import OPEN
from reports.working_hours import calendar_of

_HALF, _MOST = 0.5, 0.9
# The line; received, clock started, clock stopped, ended and (where the clock has paused) promised, in
# seconds since 1970; working seconds paused. A date and time costs ten times as much to read as a number.
_Row = tuple[Any, int, int, int, int, int | None, int]


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds within which half of the reports were done, and nine of ten; None where there is none.

    `by_pause`: how many were in time only because the clock had stood still.
    """

    count: int = 0
    whole_median: float | None = None
    whole_most: float | None = None
    clock_median: float | None = None
    clock_most: float | None = None
    by_pause: int = 0


@dataclass(frozen=True, slots=True)
class Times:
    """How long the repairs of the period took, by line and in all; and how long what is open waits."""

    fixed_by_line: dict[Any, Spent]
    fixed: Spent
    open: Spent
    waiting: Spent

    def of(self, line: Any) -> Spent:
        return self.fixed_by_line.get(line, Spent())


@dataclass(slots=True)
class _Taken:
    """Seconds that reports took, one by one."""

    wholes: list[int] = field(default_factory=list)
    clocks: list[float] = field(default_factory=list)
    by_pause: int = 0

    def sum_up(self) -> Spent:
        self.wholes.sort()
        self.clocks.sort()
        wholes = _within(self.wholes, _HALF), _within(self.wholes, _MOST)
        clocks = _within(self.clocks, _HALF), _within(self.clocks, _MOST)
        return Spent(len(self.wholes), *wholes, *clocks, self.by_pause)


def measure_times(scope: Scope, *, at: datetime) -> Times:
    """Two statements. The whole time runs from the report's coming in to its last repair.

    The clock runs in working hours, from the coming in or the last reopening, and stands still while the
    resident is asked: it is what promises are kept by.
    """
    came = scope.reports().filter(received_at__gte=scope.start, received_at__lt=scope.end)
    fixed = _rows(came.filter(status__in=(S.RESOLVED, S.CLOSED)), scope.key, at)
    still_open = _rows(scope.reports().filter(status__in=OPEN), F("status"), at)
    clock = _clock_for(scope, [*fixed, *still_open], at)
    by_line, by_status = _measure(fixed, clock.read), _measure(still_open, clock.read)
    return Times(
        {line: taken.sum_up() for line, taken in by_line.items()},
        _together(by_line.values()).sum_up(),
        _together(by_status.values()).sum_up(),
        by_status[S.WAITING].sum_up(),
    )


def _rows(reports: QuerySet[Report], line: Any, at: datetime) -> list[_Row]:
    now = Value(at)
    started = Coalesce("reopened_at", "received_at")
    stopped = Coalesce("resolved_at", "waiting_since", now)
    promised = Case(When(paused_s__gt=0, then=F("resolve_due_at")))
    moments = (F("received_at"), started, stopped, Coalesce("resolved_at", now), promised)
    found: Any = reports.values_list(line, *(SecondsOf(moment) for moment in moments), "paused_s")
    return list(found)


def _clock_for(scope: Scope, rows: Sequence[_Row], at: datetime) -> WorkingClock:
    first = min((row[1] for row in rows), default=at.timestamp())
    last = max((row[5] for row in rows if row[5]), default=0)
    ends = datetime.fromtimestamp(first, UTC), datetime.fromtimestamp(max(last, at.timestamp()), UTC)
    return WorkingClock(calendar_of(scope.district_id), *ends)


def _measure(rows: Iterable[_Row], read: Callable[[float], float]) -> dict[Any, _Taken]:
    found: dict[Any, _Taken] = defaultdict(_Taken)
    for line, received, started, stopped, ended, promised, paused in rows:
        taken = found[line]
        taken.wholes.append(ended - received)
        taken.clocks.append(max(0.0, read(stopped) - read(started) - paused))
        if promised and ended <= promised:
            taken.by_pause += read(promised) - read(ended) < paused
    return found


def _together(parts: Iterable[_Taken]) -> _Taken:
    whole = _Taken()
    for part in parts:
        whole.wholes += part.wholes
        whole.clocks += part.clocks
        whole.by_pause += part.by_pause
    return whole


def _within(ordered: Sequence[float], part: float) -> float | None:
    """The nearest rank: the smallest time within which that part of them was done."""
    return ordered[ceil(part * len(ordered)) - 1] if ordered else None
