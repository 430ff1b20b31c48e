"""Counting in working hours: pure, on a calendar of hours, holidays and extra days.

Everything is counted in elapsed seconds: a span across a change of the clocks is as long as it really is.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import holidays
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from districts.models import WorkingCalendar

Span = tuple[time, time]
Instants = tuple[datetime, datetime]
_MONDAY = 0
_MIDNIGHT = time()
_SOME_YEAR = 2026
# A calendar that rests for longer is a mistake, not a plan.
_LONGEST_REST = timedelta(days=400)
_DAYS_KEPT = 2_000


class CalendarRefused(ValueError):
    """A calendar that can't be read, or never works; says why."""


@dataclass(frozen=True)
class CalendarHours:
    """The spans of each weekday (Monday is 0) are in order and apart; one that ends at 00:00 lasts all day.

    An extra working day wins over a holiday and over a free weekday, and then has Monday's hours. `reckoned`
    keeps the days that were asked for, in UTC.
    """

    zone: ZoneInfo
    hours: Mapping[int, tuple[Span, ...]]
    country: str = ""
    subdivision: str = ""
    extra_holidays: frozenset[date] = frozenset()
    extra_working_days: frozenset[date] = frozenset()
    reckoned: dict[date, tuple[Instants, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @classmethod
    def from_model(cls, calendar: "WorkingCalendar | None") -> "CalendarHours | None":
        """Raises CalendarRefused. None stays None, which means: around the clock."""
        if calendar is None:
            return None
        _check_country(calendar.country, calendar.subdivision)
        return cls(
            _zone(calendar.time_zone),
            _hours(calendar.hours),
            calendar.country,
            calendar.subdivision,
            _days(calendar.extra_holidays),
            _days(calendar.extra_working_days),
        )

    def spans_on(self, day: date) -> tuple[Span, ...]:
        if day in self.extra_working_days:
            return self.hours.get(day.weekday()) or self.hours.get(_MONDAY, ())
        if day in self.extra_holidays or day in _holidays_in(self.country, self.subdivision, day.year):
            return ()
        return self.hours.get(day.weekday(), ())


def add_working_seconds(start: datetime, seconds: float, calendar: CalendarHours | None) -> datetime:
    """When so many working seconds after `start` have passed, in UTC; 0 seconds is `start` itself.

    The result lies inside working hours or at the end of a span, never at the beginning of the next.
    Raises CalendarRefused when the calendar never works.
    """
    if seconds < 0:
        raise ValueError("seconds must not be negative")
    start = start.astimezone(UTC)
    left = timedelta(seconds=seconds)
    if calendar is None or not left:
        return start + left
    for begin, end in _working_days(start, calendar):
        worked = max(timedelta(), end - max(begin, start))
        if worked and left <= worked:
            return max(begin, start) + left
        left -= worked
    raise CalendarRefused(_("The calendar has no working hours."))


def take_working_seconds(end: datetime, seconds: float, calendar: CalendarHours | None) -> datetime:
    """When so many working seconds were left before `end`, in UTC: the way back of `add_working_seconds`.

    The result lies inside working hours or at the beginning of a span. Raises CalendarRefused when the
    calendar never works.
    """
    if seconds < 0:
        raise ValueError("seconds must not be negative")
    end = end.astimezone(UTC)
    left = timedelta(seconds=seconds)
    if calendar is None or not left:
        return end - left
    for begin, close in _working_days_back(end, calendar):
        worked = max(timedelta(), min(close, end) - begin)
        if worked and left <= worked:
            return min(close, end) - left
        left -= worked
    raise CalendarRefused(_("The calendar has no working hours."))


def working_seconds_between(a: datetime, b: datetime, calendar: CalendarHours | None) -> float:
    """Working seconds from `a` to `b`; 0 when `b` is not after `a`."""
    a, b = a.astimezone(UTC), b.astimezone(UTC)
    if b <= a:
        return 0.0
    if calendar is None:
        return (b - a).total_seconds()
    spans = working_spans(a, b, calendar)
    worked = (max(timedelta(), min(end, b) - max(begin, a)) for begin, end in spans)
    return sum(worked, timedelta()).total_seconds()


def working_spans(a: datetime, b: datetime, calendar: CalendarHours) -> Iterator[Instants]:
    """The working spans from the beginning of `a`'s day until `b`, in UTC and in order, as they are."""
    for begin, end in _working_days(a, calendar):
        if begin >= b:
            return
        yield begin, end


def _working_days(start: datetime, calendar: CalendarHours) -> Iterator[Instants]:
    """The spans, in UTC, from the beginning of `start`'s day on, until the calendar rests for too long."""
    day = worked_last = start.astimezone(calendar.zone).date()
    while day - worked_last < _LONGEST_REST:
        for span in _instants_on(day, calendar):
            worked_last = day
            yield span
        day += timedelta(days=1)


def _working_days_back(end: datetime, calendar: CalendarHours) -> Iterator[Instants]:
    """The spans from the end of `end`'s day back, the latest first, until the calendar rests for too long."""
    day = worked_last = end.astimezone(calendar.zone).date()
    while worked_last - day < _LONGEST_REST:
        for span in reversed(_instants_on(day, calendar)):
            worked_last = day
            yield span
        day -= timedelta(days=1)


def _instants_on(day: date, calendar: CalendarHours) -> tuple[Instants, ...]:
    """The spans of the day, reckoned once: every report asks for the same days."""
    known = calendar.reckoned.get(day)
    if known is None:
        if len(calendar.reckoned) >= _DAYS_KEPT:
            calendar.reckoned.clear()
        known = calendar.reckoned[day] = tuple(_reckon(day, calendar))
    return known


def _reckon(day: date, calendar: CalendarHours) -> Iterator[Instants]:
    done: datetime | None = None
    for begin, end in calendar.spans_on(day):
        opens, closes = _opens(day, begin, calendar.zone), _closes(day, end, calendar.zone)
        if done is not None:  # an hour that the clocks repeat belongs to the earlier span
            opens = max(opens, done)
        if closes > opens:
            yield opens, closes
            done = closes


def _opens(day: date, begin: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, begin, zone).astimezone(UTC)


def _closes(day: date, end: time, zone: ZoneInfo) -> datetime:
    """The later one of a time that the clocks repeat; a time that they skip counts as if they didn't."""
    if end == _MIDNIGHT:
        return _opens(day + timedelta(days=1), end, zone)
    local = datetime.combine(day, end, zone)
    return max(local.astimezone(UTC), local.replace(fold=1).astimezone(UTC))


@lru_cache(maxsize=256)
def _holidays_in(country: str, subdivision: str, year: int) -> frozenset[date]:
    if not country:
        return frozenset()
    try:
        return frozenset(holidays.country_holidays(country, subdiv=subdivision or None, years=year))
    except NotImplementedError as error:
        words = _("Nobody knows the holidays of “%(country)s”: %(error)s")
        raise CalendarRefused(words % {"country": country, "error": error}) from error


def _check_country(country: str, subdivision: str) -> None:
    if country:
        _holidays_in(country, subdivision, _SOME_YEAR)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise CalendarRefused(_("There is no time zone “%(name)s”.") % {"name": name}) from error


def _days(texts: Iterable[str]) -> frozenset[date]:
    try:
        return frozenset(date.fromisoformat(text) for text in texts)
    except (TypeError, ValueError) as error:
        words = _("Days are written like 2026-12-31: %(error)s")
        raise CalendarRefused(words % {"error": error}) from error


def _hours(raw: Any) -> dict[int, tuple[Span, ...]]:
    try:
        hours = {int(weekday): tuple(map(_span, spans)) for weekday, spans in raw.items()}
    except (AttributeError, TypeError, ValueError) as error:
        words = _("Hours are written like {'0': [['08:30', '17:30']]}: %(error)s")
        raise CalendarRefused(words % {"error": error}) from error
    for weekday, spans in hours.items():
        _check_day(weekday, spans)
    if not any(hours.values()):
        raise CalendarRefused(_("The calendar has no working hours."))
    return hours


def _span(raw: Any) -> Span:
    begin, end = ("00:00" if text == "24:00" else text for text in raw)
    return time.fromisoformat(begin), time.fromisoformat(end)


def _check_day(weekday: int, spans: tuple[Span, ...]) -> None:
    if weekday not in range(7):
        raise CalendarRefused(_("Weekdays are 0 (Monday) to 6 (Sunday)."))
    ends = [(begin, end if end != _MIDNIGHT else time.max) for begin, end in spans]
    edges = [edge for span in ends for edge in span]
    if any(begin >= end for begin, end in ends):
        words = _("The hours of weekday %(weekday)d end before they begin.")
        raise CalendarRefused(words % {"weekday": weekday})
    if edges != sorted(edges):
        words = _("The hours of weekday %(weekday)d are out of order.")
        raise CalendarRefused(words % {"weekday": weekday})
