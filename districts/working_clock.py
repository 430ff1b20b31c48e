"""A clock that stands still outside working hours, to be read many times."""

from bisect import bisect_right
from datetime import datetime

from districts.calendars import CalendarHours, working_spans


class WorkingClock:
    """Working seconds from `first` on, for any moment until `last`: each reading is one search in a list.

    Between two readings lies what `working_seconds_between` says. Without a calendar it never stands still.
    """

    def __init__(self, calendar: CalendarHours | None, first: datetime, last: datetime) -> None:
        self._runs_always = calendar is None
        self._begins: list[float] = []
        self._ends: list[float] = []
        self._before: list[float] = []
        if calendar is not None:
            self._wind(calendar, first, last)

    def _wind(self, calendar: CalendarHours, first: datetime, last: datetime) -> None:
        worked = 0.0
        for begin, end in working_spans(first, last, calendar):
            self._begins.append(begin.timestamp())
            self._ends.append(end.timestamp())
            self._before.append(worked)
            worked += self._ends[-1] - self._begins[-1]

    def read(self, moment: float) -> float:
        """At a moment in seconds since 1970: working seconds, of which only differences mean anything."""
        if self._runs_always:
            return moment
        index = bisect_right(self._begins, moment) - 1
        if index < 0:
            return 0.0
        return self._before[index] + min(moment, self._ends[index]) - self._begins[index]
