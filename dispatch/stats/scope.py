"""Which reports are counted, and by what they are told apart: as an address has it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import DateField, F, QuerySet
from django.db.models.expressions import Combinable
from django.db.models.functions import TruncDay, TruncMonth, TruncWeek
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from dispatch.selectors.filters import FilterUnreadable
from reports.models import Report
from reports.working_hours import calendar_of

PERIODS = (7, 30, 90, 365)
USUAL_DAYS = 30
DAYS_AT_MOST = 366
# More lines than these and nobody compares them.
DAYS_BY_DAY, DAYS_BY_WEEK = 31, 190


class By(StrEnum):
    """What the lines of a table are."""

    CATEGORY = "category"
    NEIGHBOURHOOD = "neighbourhood"
    DAY = "day"


class Step(StrEnum):
    """How many days a line stands for, where lines are days."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


_TRUNCATED = {Step.DAY: TruncDay, Step.WEEK: TruncWeek, Step.MONTH: TruncMonth}


@dataclass(frozen=True, slots=True)
class Scope:
    """Reports of the district; a period is from the day `first` to the day `last`, both counted."""

    district_id: int
    first: date
    last: date
    today: date
    by: By = By.CATEGORY
    category: str = ""
    neighbourhood: str = ""

    @classmethod
    def read(cls, given: Mapping[str, str], *, district_id: int, at: datetime) -> "Scope":
        """From an address: `days`, or `from` and `to`; `by`, `category`, `neighbourhood`.

        Raises FilterUnreadable naming the parameter.
        """
        today = at.astimezone(zone_of(district_id)).date()
        first, last = _period(given, today)
        by = given.get("by") or By.CATEGORY
        if by not in By.__members__.values():
            raise FilterUnreadable(_("Tables are by category, neighbourhood or day."), field="by")
        words = {name: (given.get(name) or "")[:100] for name in ("category", "neighbourhood")}
        return cls(district_id, first, last, today, By(by), **words)

    def require_known(self, *, categories: Collection[str], neighbourhoods: Collection[str]) -> None:
        """Raises FilterUnreadable for what this city hasn't got."""
        if self.category and self.category not in categories:
            raise FilterUnreadable(_("There is no such category."), field="category")
        if self.neighbourhood and self.neighbourhood not in neighbourhoods:
            raise FilterUnreadable(_("This district has no such neighbourhood."), field="neighbourhood")

    @property
    def zone(self) -> ZoneInfo:
        return zone_of(self.district_id)

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def step(self) -> Step:
        if self.days <= DAYS_BY_DAY:
            return Step.DAY
        return Step.WEEK if self.days <= DAYS_BY_WEEK else Step.MONTH

    @property
    def start(self) -> datetime:
        return datetime.combine(self.first, time(), self.zone)

    @property
    def end(self) -> datetime:
        """The first moment after it."""
        return datetime.combine(self.last + timedelta(days=1), time(), self.zone)

    @property
    def key(self) -> Combinable:
        """A report's line: the id of its category or neighbourhood, or the line's first day."""
        if self.by is By.DAY:
            truncated = _TRUNCATED[self.step]
            return truncated("received_at", tzinfo=self.zone, output_field=DateField())
        return F(f"{self.by.value}_id")

    def reports(self) -> QuerySet[Report]:
        """Of the district, and of the category and neighbourhood that are chosen; whenever they came in."""
        found = Report.objects.filter(district=self.district_id)
        if self.category:
            found = found.filter(category__code=self.category)
        if self.neighbourhood:
            found = found.filter(neighbourhood__slug=self.neighbourhood)
        return found.order_by()

    def lines(self) -> list[date]:
        """The first day of each line of the period, also of those in which nothing came in."""
        found = [self.first_of(self.first)]
        while (following := self._after(found[-1])) <= self.last:
            found.append(following)
        return found

    def first_of(self, day: date) -> date:
        if self.step is Step.WEEK:
            return day - timedelta(days=day.weekday())
        return day.replace(day=1) if self.step is Step.MONTH else day

    def _after(self, line: date) -> date:
        if self.step is Step.MONTH:
            return (line + timedelta(days=31)).replace(day=1)
        return line + timedelta(days=7 if self.step is Step.WEEK else 1)

    def address(self, district: str) -> str:
        """The query of the address that shows this."""
        facts = {
            "district": district,
            "from": self.first.isoformat(),
            "to": self.last.isoformat(),
            "by": self.by.value,
            "category": self.category,
            "neighbourhood": self.neighbourhood,
        }
        return urlencode({name: value for name, value in facts.items() if value})

    def told_apart_by(self, by: By) -> "Scope":
        return replace(self, by=by)

    def of_last(self, days: int) -> "Scope":
        return replace(self, first=self.today - timedelta(days=days - 1), last=self.today)


def zone_of(district_id: int) -> ZoneInfo:
    """Where the district's days begin: the zone of its calendar, or the city's."""
    calendar = calendar_of(district_id)
    return calendar.zone if calendar else ZoneInfo(settings.TIME_ZONE)


def _period(given: Mapping[str, str], today: date) -> tuple[date, date]:
    if given.get("from") or given.get("to"):
        last = _day(given, "to") or today
        first = _day(given, "from") or last - timedelta(days=USUAL_DAYS - 1)
        return _in_order(first, last)
    days = given.get("days") or str(USUAL_DAYS)
    if days not in {str(each) for each in PERIODS}:
        words = _("The last %(days)s days can be counted.") % {"days": ", ".join(map(str, PERIODS))}
        raise FilterUnreadable(words, field="days")
    return today - timedelta(days=int(days) - 1), today


def _in_order(first: date, last: date) -> tuple[date, date]:
    if first > last:
        raise FilterUnreadable(_("The first day comes after the last."), field="from")
    if (last - first).days >= DAYS_AT_MOST:
        raise FilterUnreadable(_("At most %(most)d days at a time.") % {"most": DAYS_AT_MOST}, field="from")
    return first, last


def _day(given: Mapping[str, str], name: str) -> date | None:
    text = given.get(name)
    if not text:
        return None
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None or not 1970 <= day.year <= 9000:
        raise FilterUnreadable(_("A day is written like 2026-11-03."), field=name)
    return day
