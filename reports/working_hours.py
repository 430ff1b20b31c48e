"""Every district's working hours, kept in the process as long as its boundaries and rules are."""

from districts.calendars import CalendarHours
from districts.locating import Responsibilities, current
from districts.models import District

Hours = dict[int, CalendarHours | None]


class _Keeper:
    """One query when boundaries, rules or calendars have changed, none otherwise."""

    def __init__(self) -> None:
        self._kept: tuple[Responsibilities | None, Hours] = (None, {})

    def hours(self) -> Hours:
        city = current()
        kept_for, hours = self._kept
        if kept_for is not city:
            hours = _load()
            self._kept = (city, hours)
        return hours


_keeper = _Keeper()


def calendar_of(district_id: int) -> CalendarHours | None:
    """The district's calendar; None means around the clock. Raises CalendarRefused."""
    return _keeper.hours().get(district_id)


def _load() -> Hours:
    return {
        district.pk: CalendarHours.from_model(district.calendar)
        for district in District.objects.select_related("calendar")
    }
