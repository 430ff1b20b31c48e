"""Shifts: a week of them as a table, and the one that a crew works."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.utils import timezone

from dispatch.models import Crew, Shift
from dispatch.services.duty import USUAL_BREAK
from dispatch.services.shifts import times_of
from dispatch.spans import Span, breaks_in_words


@dataclass(frozen=True, slots=True)
class ShownShift:
    uuid: UUID
    times: Span
    breaks: str


@dataclass(frozen=True, slots=True)
class CrewWeek:
    """A crew and its shifts of each of seven days, by the day on which they begin."""

    crew: Crew
    days: tuple[tuple[date, list[ShownShift]], ...]


def first_day_of_week(day: date) -> date:
    return day - timedelta(days=day.weekday())


def list_week(crews: Sequence[Crew], monday: date) -> list[CrewWeek]:
    """The crews' shifts that begin in the week of the city's time. Two queries."""
    days = [monday + timedelta(days=number) for number in range(7)]
    begin, end = _midnight(monday), _midnight(monday + timedelta(days=7))
    shifts = Shift.objects.filter(crew__in=crews, starts_at__gte=begin, starts_at__lt=end)
    found: dict[tuple[UUID, date], list[ShownShift]] = {}
    for shift in shifts.prefetch_related("breaks"):
        times = times_of(shift)
        shown = ShownShift(shift.uuid, times.shift, breaks_in_words(times.breaks))
        found.setdefault((shift.crew_id, timezone.localdate(shift.starts_at)), []).append(shown)
    return [CrewWeek(crew, tuple((day, found.get((crew.pk, day), [])) for day in days)) for crew in crews]


def shifts_around(crew_ids: Iterable[UUID], *, at: datetime, ahead: timedelta) -> dict[UUID, list[Shift]]:
    """By crew, the shifts that run now or begin within `ahead`, with their breaks. Two queries."""
    rows = Shift.objects.filter(crew__in=list(crew_ids), ends_at__gt=at, starts_at__lte=at + ahead)
    found: dict[UUID, list[Shift]] = {}
    for shift in rows.prefetch_related("breaks"):
        found.setdefault(shift.crew_id, []).append(shift)
    return found


def shift_of(crew: Crew, *, at: datetime) -> Shift | None:
    """The shift that runs now, else the next one within half a day. Two queries."""
    return _shift_of(crew.pk, at)


def _shift_of(crew_id: UUID, at: datetime) -> Shift | None:
    near = shifts_around([crew_id], at=at, ahead=timedelta(hours=12)).get(crew_id, [])
    return near[0] if near else None


def next_break_length(crew_id: UUID, *, at: datetime) -> timedelta:
    """How long the crew's next break is: as its shift plans it, else the usual half hour."""
    shift = _shift_of(crew_id, at)
    breaks = shift.breaks.all() if shift else []
    planned = [each for each in breaks if each.begun_at is None and each.ends_at > at]
    return planned[0].ends_at - planned[0].starts_at if planned else USUAL_BREAK


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
