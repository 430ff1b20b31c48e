"""The demo city's shifts: this week's and the next, early and late, with a lunch; one crew is shared."""

from datetime import date, datetime, timedelta
from uuid import UUID, uuid5

from django.utils import timezone

from dispatch.models import Crew, SharedCrew
from dispatch.selectors.shifts import first_day_of_week
from dispatch.services.shifts import plan_shift
from dispatch.spans import read_clock, read_times
from districts.models import District

_SPACE = UUID("5b2c6a52-7d0c-4c57-9d0e-7f5a4b8f5a01")
# Early, by day, late: each crew keeps its own. Everybody's demo finds some crew at work.
PATTERNS = (
    ("06:30", "15:00", "11:00-11:30"),
    ("08:30", "17:00", "12:30-13:00"),
    ("13:00", "21:30", "17:00-17:30"),
)
WORKDAYS = 6


def plan_shifts(*, now: datetime) -> None:
    """Two weeks for every crew, Monday to Saturday."""
    monday = first_day_of_week(timezone.localdate(now))
    days = [monday + timedelta(days=week * 7 + day) for week in range(2) for day in range(WORKDAYS)]
    by_district: dict[int, int] = {}
    for crew in Crew.objects.order_by("district__code", "name"):
        number = by_district[crew.district_id] = by_district.get(crew.district_id, -1) + 1
        _plan(crew, PATTERNS[number % len(PATTERNS)], days, now)
        Crew.objects.filter(pk=crew.pk).update(on_duty_since=now)


def _plan(crew: Crew, pattern: tuple[str, str, str], days: list[date], now: datetime) -> None:
    starts, ends, breaks = pattern
    for day in days:
        clocks = (read_clock(starts, field="starts"), read_clock(ends, field="ends"))
        times = read_times(day, *clocks, breaks)
        plan_shift(
            shift_id=uuid5(_SPACE, f"{crew.pk} {day}"), crew_id=crew.pk, times=times, actor=None, at=now
        )


def share_a_crew(code: str, *, now: datetime) -> None:
    """The last crew of the district also works for the one after it."""
    districts = list(District.objects.filter(crews__isnull=False).distinct().order_by("position", "code"))
    own = next((district for district in districts if district.code == code), None)
    if own is None or len(districts) < 2:
        return
    other = districts[(districts.index(own) + 1) % len(districts)]
    for crew in own.crews.order_by("-name")[:1]:
        SharedCrew.objects.create(crew=crew, district=other, starts_on=timezone.localdate(now))
