"""Figures put into words: four tables, of what stands open, what became of reports, how long, and by line."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dispatch.selectors.filters import Filters, Tab
from dispatch.stats.columns import FATE_WORDS, FATES, KEPT, OPEN, RECEIVED, TAKEN, TIMES
from dispatch.stats.counting import Fate
from dispatch.stats.figures import Figures
from dispatch.stats.scope import By, Scope, Step
from dispatch.stats.tables import Column, Given, Table, make_rows, make_whole
from dispatch.stats.timing import Spent
from districts.models import District, Neighbourhood
from reports.models import Category, ReportStatus


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be chosen, and what lines are called by."""

    categories: Sequence[Category]
    neighbourhoods: Sequence[Neighbourhood]


@dataclass(frozen=True, slots=True)
class Fact:
    """A number that is read at once, with the list behind it."""

    words: str
    value: int
    href: str
    more: str
    tone: str = ""


@dataclass(frozen=True)
class Page:
    """A district's figures as tables."""

    district: District
    scope: Scope
    figures: Figures
    choices: Choices

    def tables(self) -> dict[str, Table]:
        """By their names in an address."""
        found = (self.open(), self.fates(), self.times(), self.received(), self.kept())
        return {table.code: table for table in found}

    def link(self, behind: Filters) -> str:
        return f"{reverse('dispatch:desk')}?{behind.address(self.district.code)}"

    def headline(self) -> list[Fact]:
        """The four numbers that come first."""
        now, came, behind = self.figures.all_open, self.figures.all_received, self._behind()
        passed = _("%(count)s of them past the promised time") % {"count": now["passed"]}
        again = _("%(percent)s of what came in during this time") % {
            "percent": percent(came["reopened"], came["received"])
        }
        late = _("%(percent)s of all that is open") % {"percent": percent(now["late"], now["open"])}
        to_do = _("%(count)s wait for a decision") % {"count": now["todo"]}
        return [
            Fact(_("Open"), now["open"], self.link(behind["open"]), to_do),
            Fact(_("Late"), now["late"], self.link(behind["late"]), late, "late"),
            Fact(_("Wait for the resident"), now["waiting"], self.link(behind["waiting"]), passed),
            Fact(_("Reopened, and open"), now["reopened"], self.link(behind["reopened"]), again),
        ]

    def open(self) -> Table:
        """All that is open now, whenever it came in."""
        counted = self.figures.open
        lines = self._lines(counted)
        shown = [line for line in lines if line.key in counted]
        given = [Given(line.name, line.code, dict(counted[line.key]), line.behind) for line in shown]
        if self.scope.by is By.DAY:
            outside = _outside(counted, lines)
            given += [Given(_("Before or after"), "other", dict(outside))] if outside else []
        else:
            given.sort(key=lambda each: (-(each.values["late"] or 0), -(each.values["open"] or 0)))
        whole = Given(_("All"), "all", dict(self.figures.all_open), self._behind())
        note = _("All that is not finished, whenever it came in. Each number opens its list in the queue.")
        return self._table("open", _("Open now"), OPEN, given, whole, note)

    def received(self) -> Table:
        """What came in in the period, by line."""
        counted, times = self.figures.received, self.figures.times
        given = [
            Given(line.name, line.code, {**_all_of(counted.get(line.key)), **_of(times.of(line.key))})
            for line in self._lines(counted)
        ]
        if self.scope.by is not By.DAY:
            given.sort(key=lambda each: -(each.values["received"] or 0))
        whole = Given(_("All"), "all", {**_all_of(self.figures.all_received), **_of(times.fixed)})
        note = _("Times are of what was fixed: half of it within the first, nine of ten within the second.")
        return self._table("received", _("Came in during this time"), RECEIVED, given, whole, note)

    def fates(self) -> Table:
        """What became of all that came in in the period."""
        counts = self.figures.all_received
        given = [_fate(fate, counts) for fate in FATE_WORDS]
        received = counts["received"]
        whole = Given(_("All"), "all", _with_shares(received, counts["late"], received))
        note = _(
            "Late is also what was refused or merged after its promised time, what waits for its resident "
            "while that time went by, and what was merged into a report that was not fixed in time."
        )
        return self._table("fates", _("What became of them"), FATES, given, whole, note)

    def times(self) -> Table:
        """The whole time beside the clock that pauses."""
        times = self.figures.times
        named = (
            (_("Fixed, of what came in"), "fixed", times.fixed),
            (_("Open now, until now"), "open", times.open),
            (_("Wait for the resident, until now"), "waiting", times.waiting),
        )
        given = [Given(name, code, {"count": spent.count, **_of(spent)}) for name, code, spent in named]
        note = _(
            "The whole time runs day and night from the report's coming in. The clock that promises are kept "
            "by counts working hours, stands still while the resident is asked, and begins anew with a "
            "reopening."
        )
        return self._table("times", _("How long it takes"), TAKEN, given, None, note)

    def kept(self) -> Table:
        """Repairs under guarantee, and those that broke again, always by category."""
        given = [_kept(each.name, each.of, each.repairs, each.came_back) for each in self.figures.kept]
        made = sum(each.repairs for each in self.figures.kept)
        back = sum(each.came_back for each in self.figures.kept)
        whole = _kept(_("All"), "all", made, back)
        note = _("Repairs with a guarantee that were made in these days.")
        return self._table("kept", _("What broke again under guarantee"), KEPT, given, whole, note)

    def _table(
        self,
        code: str,
        title: str,
        columns: Sequence[Column],
        given: list[Given],
        whole: Given | None,
        note: str,
    ) -> Table:
        firsts = {"open": self._first(), "received": self._first(), "kept": str(_FIRST_BY[By.CATEGORY])}
        first = firsts.get(code) or _("Reports")
        last = make_whole(columns, whole, self.link) if whole else None
        return Table(code, title, first, columns, make_rows(columns, given, self.link), note, last)

    def _lines(self, counted: Mapping[Any, Counter[str]]) -> list["_Line"]:
        """The lines of which something was counted; days all of them, the latest first."""
        if self.scope.by is By.DAY:
            days = reversed(self.scope.lines())
            return [_Line(day, _day_name(day, self.scope.step), day.isoformat()) for day in days]
        found = [line for line in self._named() if line.key in counted]
        known = {line.key for line in found}
        nowhere = [key for key in counted if key not in known]
        return [*found, *(_Line(key, _("In no neighbourhood"), "none") for key in nowhere)]

    def _named(self) -> list["_Line"]:
        if self.scope.by is By.CATEGORY:
            kinds = self.choices.categories
            return [_Line(each.pk, each.name, each.code, self._behind(category=each.code)) for each in kinds]
        places = self.choices.neighbourhoods
        return [
            _Line(each.pk, each.name, each.slug, self._behind(neighbourhood=each.slug)) for each in places
        ]

    def _behind(self, **own: str) -> dict[str, Filters]:
        """The lists of the queue behind the numbers of a line that is all that is open now."""
        chosen = {"category": self.scope.category, "neighbourhood": self.scope.neighbourhood, **own}
        return {name: Filters(**{"tab": Tab.ALL, **chosen, **what}) for name, what in _BEHIND.items()}

    def _first(self) -> str:
        return str(_FIRST[self.scope.step] if self.scope.by is By.DAY else _FIRST_BY[self.scope.by])


@dataclass(frozen=True, slots=True)
class _Line:
    """What a line is called by: in the figures, for people, in CSV; and the lists of the queue behind it."""

    key: Any
    name: str
    code: str
    behind: dict[str, Filters] = field(default_factory=dict)


_BEHIND: dict[str, dict[str, str]] = {
    "open": {},
    "late": {"late": "1"},
    "todo": {"tab": Tab.WAITING},
    "moving": {"tab": Tab.ASSIGNED},
    "waiting": {"status": ReportStatus.WAITING},
    "reopened": {"reopened": "1"},
}
_FIRST_BY = {By.CATEGORY: gettext_lazy("Category"), By.NEIGHBOURHOOD: gettext_lazy("Neighbourhood")}
_FIRST = {
    Step.DAY: gettext_lazy("Day"),
    Step.WEEK: gettext_lazy("Week from"),
    Step.MONTH: gettext_lazy("Month"),
}


def _day_name(day: date, step: Step) -> str:
    return formats.date_format(day, "YEAR_MONTH_FORMAT" if step is Step.MONTH else "SHORT_DATE_FORMAT")


def percent(part: float, whole: float) -> str:
    """A share in percent with one decimal; a dash of nothing."""
    return _("%(percent)s %%") % {"percent": formats.number_format(part / whole * 100, 1)} if whole else "–"


def _outside(counted: Mapping[Any, Counter[str]], lines: Sequence[_Line]) -> Counter[str]:
    """What was counted of reports that came in outside the period."""
    inside = {line.key for line in lines}
    whole: Counter[str] = Counter()
    for key, counts in counted.items():
        if key not in inside:
            whole.update(counts)
    return whole


def _all_of(counts: Mapping[str, int] | None) -> dict[str, Any]:
    """Nothing is told as 0."""
    found = counts or {}
    return {column.code: found.get(column.code, 0) for column in RECEIVED if not column.is_time}


def _of(spent: Spent) -> dict[str, Any]:
    return {column.code: getattr(spent, column.code) for column in TIMES}


def _fate(fate: Fate, counts: Mapping[str, int]) -> Given:
    words, tone = FATE_WORDS[fate]
    values = _with_shares(counts[fate.value], counts[f"{fate.value}_late"], counts["received"])
    return Given(str(words), fate.value, values, tone=tone)


def _kept(name: str, code: str, repairs: int, came_back: int) -> Given:
    share = came_back / repairs if repairs else None
    return Given(name, code, {"repairs": repairs, "came_back": came_back, "share": share})


def _with_shares(whole: int, late: int, received: int) -> dict[str, Any]:
    return {
        "whole": whole,
        "share": whole / received if received else None,
        "late": late,
        "late_share": late / whole if whole else None,
    }
