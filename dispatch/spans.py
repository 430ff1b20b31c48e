"""Times of a shift and of its breaks: read from text, written as text, checked."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import DomainError

LONGEST_SHIFT = timedelta(hours=16)
MOST_BREAKS = 6
_TIME = r"(\d{1,2})[:.](\d{2})"
_CLOCK = re.compile(_TIME)
_BREAK = re.compile(rf"{_TIME}\s*[-–—]\s*{_TIME}")


class ShiftRefused(DomainError):
    """These times can't be a shift; `field` names the one at fault: day, starts, ends, breaks, crew."""

    code = "shift_refused"
    http_status = 422


@dataclass(frozen=True, slots=True)
class Span:
    starts_at: datetime
    ends_at: datetime

    @property
    def length(self) -> timedelta:
        return self.ends_at - self.starts_at

    def holds(self, other: "Span") -> bool:
        return self.starts_at <= other.starts_at and other.ends_at <= self.ends_at


@dataclass(frozen=True, slots=True)
class Times:
    """A shift and its breaks, in order."""

    shift: Span
    breaks: tuple[Span, ...] = ()


def read_clock(text: str, *, field: str) -> time:
    """ "8:30" or "08.30". Raises ShiftRefused."""
    found = _CLOCK.fullmatch(text.strip())
    if not found or int(found[1]) > 23 or int(found[2]) > 59:
        raise ShiftRefused(_("“%(text)s” is no time of day such as 08:30.") % {"text": text}, field=field)
    return time(int(found[1]), int(found[2]))


def read_times(day: date, starts: time, ends: time, breaks: str = "") -> Times:
    """The shift that begins on this day in the city's time zone; one that ends earlier ends the next day.

    `breaks` reads like "12:00-12:30, 15:00-15:15". Raises ShiftRefused.
    """
    begin = _moment(day, starts)
    shift = Span(begin, _first_after(begin, ends))
    spans = tuple(sorted((_read_break(part, begin) for part in _parts(breaks)), key=lambda s: s.starts_at))
    times = Times(shift, spans)
    require_sound(times)
    return times


def breaks_in_words(breaks: Sequence[Span]) -> str:
    """As `read_times` reads them."""
    return ", ".join(f"{_clock(span.starts_at)}–{_clock(span.ends_at)}" for span in breaks)


def require_sound(times: Times) -> None:
    """Raises ShiftRefused when the shift is too long, or a break is outside it or overlaps another."""
    if times.shift.length > LONGEST_SHIFT:
        hours = LONGEST_SHIFT // timedelta(hours=1)
        raise ShiftRefused(_("A shift is at most %(hours)d hours long.") % {"hours": hours}, field="ends")
    if len(times.breaks) > MOST_BREAKS:
        raise ShiftRefused(_("At most %(most)d breaks, please.") % {"most": MOST_BREAKS}, field="breaks")
    for span in times.breaks:
        if not times.shift.holds(span):
            raise ShiftRefused(
                _("The break %(times)s is not within the shift.") % {"times": breaks_in_words([span])},
                field="breaks",
            )
    for before, after in pairwise(times.breaks):
        if after.starts_at < before.ends_at:
            raise ShiftRefused(_("Two breaks overlap."), field="breaks")


def _parts(breaks: str) -> list[str]:
    return [part.strip() for part in re.split(r"[,;\n]", breaks) if part.strip()]


def _read_break(text: str, shift_begins: datetime) -> Span:
    found = _BREAK.fullmatch(text)
    if not found:
        raise ShiftRefused(
            _("“%(text)s” is no break: write it like 12:00-12:30.") % {"text": text}, field="breaks"
        )
    begin = read_clock(f"{found[1]}:{found[2]}", field="breaks")
    end = read_clock(f"{found[3]}:{found[4]}", field="breaks")
    starts_at = _at_or_after(shift_begins, begin)
    return Span(starts_at, _first_after(starts_at, end))


def _at_or_after(moment: datetime, clock: time) -> datetime:
    same_day = _moment(timezone.localtime(moment).date(), clock)
    return same_day if same_day >= moment else _first_after(moment, clock)


def _first_after(moment: datetime, clock: time) -> datetime:
    day = timezone.localtime(moment).date()
    same_day = _moment(day, clock)
    return same_day if same_day > moment else _moment(day + timedelta(days=1), clock)


def _moment(day: date, clock: time) -> datetime:
    """In UTC, where lengths are what they are when the clocks change."""
    return timezone.make_aware(datetime.combine(day, clock)).astimezone(UTC)


def _clock(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%H:%M}"
