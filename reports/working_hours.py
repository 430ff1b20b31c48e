"""Every district's working hours, kept in the process."""

from districts.calendars import CalendarHours
from districts.models import District
from reports.keeping import Kept


def calendar_of(district_id: int) -> CalendarHours | None:
    """The district's calendar; None means around the clock. Raises CalendarRefused."""
    return _hours.get().get(district_id)


def _load() -> dict[int, CalendarHours | None]:
    districts = District.objects.select_related("calendar")
    return {district.pk: CalendarHours.from_model(district.calendar) for district in districts}


_hours = Kept(_load)
