"""A proposed plan as lanes of crews, set against today's order: who gets what, what moves, what stays out."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dispatch.models import OPEN_JOB_STATUSES, Crew, DayPlan, Job
from dispatch.planning.gather import Item, Question, tables_for
from dispatch.planning.problem import Route
from dispatch.planning.schedule import Walk, walk
from districts.models import District
from reports.models import Report


@dataclass(frozen=True, slots=True)
class Mark:
    """What happens to a stop, in words and a tone; nothing for what stays as it is."""

    word: str
    tone: str


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop of a lane. `number` is its index in the plan, `place` its place in the lane, from 1."""

    number: int
    place: int
    report: Report
    arrives_at: datetime | None = None
    is_late: bool = False
    mark: Mark | None = None
    choices: tuple[tuple[int, str], ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Lane:
    """A crew's route. `leaving` are reports that other crews get; `is_over`: more than the shift holds."""

    number: int
    crew: Crew
    stops: list[Stop]
    under_way: list[Report] = field(default_factory=list)
    leaving: list[Report] = field(default_factory=list)
    road_minutes: int = 0
    is_over: bool = False


@dataclass(frozen=True, slots=True)
class Board:
    """`assigned`, `moved`, `kept` and `late` count stops."""

    plan: DayPlan
    lanes: list[Lane]
    unplanned: list[Stop]
    assigned: int
    moved: int
    kept: int
    late: int

    @property
    def is_pending(self) -> bool:
        """The better plan is still to come."""
        return self.plan.improve_after is not None

    @property
    def in_words(self) -> str:
        words = [
            ngettext("%(count)d new", "%(count)d new", self.assigned) % {"count": self.assigned},
            ngettext("%(count)d moves", "%(count)d move", self.moved) % {"count": self.moved},
            ngettext("%(count)d stays", "%(count)d stay", self.kept) % {"count": self.kept},
            ngettext("%(count)d late", "%(count)d late", self.late) % {"count": self.late},
            _("%(count)d without a crew") % {"count": len(self.unplanned)},
        ]
        return " · ".join(words)


def open_plan(district: District) -> DayPlan | None:
    """The district's proposal."""
    return DayPlan.objects.filter(district=district, state=DayPlan.State.OPEN).first()


def show_plan(plan: DayPlan) -> Board:
    """The proposal with its difference to the order of today. Three queries."""
    return _Reader(plan).board()


def show_today(district_id: int, crews: Sequence[Crew]) -> list[Lane]:
    """The crews' routes as they are. One query."""
    jobs = Job.objects.filter(crew__in=crews, status__in=OPEN_JOB_STATUSES)
    rows: dict[Any, list[Report]] = {}
    for job in jobs.select_related("report__category").order_by("position", "created_at", "pk"):
        rows.setdefault(job.crew_id, []).append(job.report)
    return [
        Lane(
            number,
            crew,
            [Stop(place, place, report) for place, report in enumerate(rows.get(crew.pk, []), 1)],
        )
        for number, crew in enumerate(crews)
    ]


class _Reader:
    def __init__(self, plan: DayPlan) -> None:
        self.plan = plan
        self.question = Question.from_json(plan.asked, tables_for(plan.asked))
        known = Crew.objects.in_bulk(self.question.crews)
        self.crews = _in_order(known, self.question.crews)
        reports = [item.report for item in self.question.items]
        self.reports = Report.objects.select_related("category").in_bulk(reports)
        pinned = [job for jobs in self.question.pinned for job in jobs]
        found = Job.objects.filter(pk__in=pinned).select_related("report__category")
        self.pinned = {str(job.pk): job.report for job in found}

    def board(self) -> Board:
        lanes = [self._lane(number, route) for number, route in enumerate(self.plan.routes)]
        unplanned = [self._left_out(index) for index in self.plan.unplanned]
        stops = [stop for lane in lanes for stop in lane.stops]
        items = [self.question.items[stop.number] for stop in stops]
        assigned = sum(item.job is None for item in items)
        marked = sum(stop.mark is not None for stop in stops)
        return Board(
            plan=self.plan,
            lanes=lanes,
            unplanned=unplanned,
            assigned=assigned,
            moved=marked - assigned,
            kept=len(stops) - marked,
            late=sum(stop.is_late for stop in stops),
        )

    def _lane(self, number: int, route: Route) -> Lane:
        way = walk(self.question.problem, number, route)
        stops = [self._stop(number, place, index, way) for place, index in enumerate(route, 1)]
        leaving = [index for index in self.question.today[number] if index not in route]
        return Lane(
            number=number,
            crew=self.crews[number],
            stops=stops,
            under_way=[self.pinned[job] for job in self.question.pinned[number] if job in self.pinned],
            leaving=[self.reports[self.question.items[index].report] for index in leaving],
            road_minutes=round(way.travel / 60),
            is_over=not way.fits,
        )

    def _stop(self, number: int, place: int, index: int, way: Walk) -> Stop:
        task, item = self.question.problem.tasks[index], self.question.items[index]
        arrival = way.arrivals[place - 1]
        return Stop(
            number=index,
            place=place,
            report=self.reports[item.report],
            arrives_at=self.plan.created_at + timedelta(seconds=arrival),
            is_late=task.due is None or arrival + task.service > task.due,
            mark=self._mark(number, place, index, item),
            choices=self._choices(index),
        )

    def _mark(self, number: int, place: int, index: int, item: Item) -> Mark | None:
        if item.crew is None:
            return Mark(_("new"), "new")
        if item.crew != number:
            return Mark(_("from %(crew)s") % {"crew": self.crews[item.crew].name}, "moving")
        own = self.question.today[number]
        kept = [each for each in self.plan.routes[number] if each in own]
        staying = [each for each in own if each in kept]
        before = staying.index(index) + 1
        if kept.index(index) + 1 == before:
            return None
        return Mark(_("was no. %(place)d") % {"place": own.index(index) + 1}, "planned")

    def _choices(self, index: int) -> tuple[tuple[int, str], ...]:
        return tuple(
            (number, self.crews[number].name) for number in self.question.problem.tasks[index].workers
        )

    def _left_out(self, index: int) -> Stop:
        item = self.question.items[index]
        report = self.reports[item.report]
        return Stop(index, 0, report, choices=self._choices(index), reason=self._reason(index, item, report))

    def _reason(self, index: int, item: Item, report: Report) -> str:
        told = {
            "skill": _("no crew is equipped for: %(category)s") % {"category": report.category.name},
            "vehicle": _("no crew has the vehicle for it"),
            "shift": _("nobody who could do it is at work"),
        }
        if item.barrier:
            return told[item.barrier]
        workers = self.question.problem.tasks[index].workers
        full = all(len(self.plan.routes[n]) >= self.question.problem.workers[n].capacity for n in workers)
        return (
            _("all crews have as many jobs as they take") if full else _("does not fit before the shifts end")
        )


def _in_order(known: dict[Any, Crew], ids: Sequence[str]) -> list[Crew]:
    by_text = {str(pk): crew for pk, crew in known.items()}
    return [by_text[each] for each in ids]
