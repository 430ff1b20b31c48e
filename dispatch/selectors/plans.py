"""A proposed plan as lanes of crews, set against today's order: who gets what, what moves, what stays out."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dispatch.models import OPEN_JOB_STATUSES, Crew, DayPlan, Job
from dispatch.planning.crews import UNDER_WAY
from dispatch.planning.problem import Route
from dispatch.planning.question import Item, Question, tables_for
from dispatch.planning.schedule import Walk, walk
from districts.models import District
from reports.codes import format_code
from reports.models import Category, Report


@dataclass(frozen=True, slots=True)
class Mark:
    """What happens to a stop, in words and a tone; nothing for what stays as it is."""

    word: str
    tone: str


@dataclass(frozen=True, slots=True)
class Work:
    """One report of a stop. `skill` is what a part of it needs, in words; nothing for the whole."""

    report: Report
    skill: str = ""

    @property
    def name(self) -> str:
        return self.skill or self.report.category.name

    @property
    def place(self) -> str:
        return self.report.address or format_code(self.report.code)


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop of a lane: a report, or those of a visit. `number` is its index in the plan.

    `place` counts from 1. `is_free`: no crew has it, so it may go to nobody.
    """

    number: int
    place: int
    works: list[Work]
    arrives_at: datetime | None = None
    is_late: bool = False
    mark: Mark | None = None
    choices: tuple[tuple[int, str], ...] = ()
    is_free: bool = False
    reason: str = ""

    @property
    def report(self) -> Report:
        return self.works[0].report

    @property
    def urgency(self) -> str:
        """Of the most urgent report, in words; nothing for what is not urgent."""
        most = max((work.report for work in self.works), key=lambda report: report.urgency)
        return str(most.get_urgency_display()) if most.urgency else ""

    @property
    def in_words(self) -> str:
        return ", ".join(f"{work.name}, {work.place}" for work in self.works)


@dataclass(frozen=True, slots=True)
class First:
    """What a crew does before anything planned: under way now, or the rest of the visit that it has begun."""

    work: Work
    is_now: bool


@dataclass(frozen=True, slots=True)
class Lane:
    """A crew's route. `leaving` is what other crews get; `is_over`: more than the shift holds."""

    number: int
    crew: Crew
    stops: list[Stop]
    first: list[First] = field(default_factory=list)
    leaving: list[Work] = field(default_factory=list)
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
    def inserts(self) -> str:
        """The code of the report that was fitted in."""
        return format_code(self.plan.inserts) if self.plan.inserts else ""

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


_NAMED = ("report__category", "category")


def open_plan(district: District) -> DayPlan | None:
    """The district's proposal."""
    return DayPlan.objects.filter(district=district, state=DayPlan.State.OPEN).first()


def show_plan(plan: DayPlan) -> Board:
    """The proposal with its difference to the order of today. Four queries."""
    return _Reader(plan).board()


def show_today(crews: Sequence[Crew]) -> list[Lane]:
    """The crews' routes as they are, a visit as one stop. Two queries."""
    jobs = Job.objects.filter(crew__in=crews, status__in=OPEN_JOB_STATUSES)
    stops: dict[Any, dict[Any, list[Work]]] = {}
    for job in jobs.select_related(*_NAMED).order_by("position", "created_at", "pk"):
        own = stops.setdefault(job.crew_id, {})
        own.setdefault(job.visit or job.pk, []).append(_work_of(job))
    return [
        Lane(number, crew, [Stop(n, n, works) for n, works in enumerate(stops.get(crew.pk, {}).values(), 1)])
        for number, crew in enumerate(crews)
    ]


def _work_of(job: Job) -> Work:
    return Work(job.report, job.category.name if job.category else "")


class _Reader:
    def __init__(self, plan: DayPlan) -> None:
        self.plan = plan
        self.question = Question.from_json(plan.asked, plan.tables or tables_for(plan.asked))
        known = Crew.objects.in_bulk(self.question.crews)
        self.crews = _in_order(known, self.question.crews)
        errands = [errand for item in self.question.items for errand in item.errands]
        self.reports = Report.objects.select_related("category").in_bulk([each.report for each in errands])
        self.skills = Category.objects.in_bulk({each.skill for each in errands if each.skill is not None})
        pinned = [job for jobs in self.question.pinned for job in jobs]
        found = Job.objects.filter(pk__in=pinned).select_related(*_NAMED)
        self.pinned = {str(job.pk): job for job in found}

    def board(self) -> Board:
        lanes = [self._lane(number, route) for number, route in enumerate(self.plan.routes)]
        unplanned = [self._left_out(index) for index in self.plan.unplanned]
        stops = [stop for lane in lanes for stop in lane.stops]
        assigned = sum(self.question.items[stop.number].crew is None for stop in stops)
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
        staying = {*route, *self.plan.unplanned}
        leaving = [index for index in self.question.today[number] if index not in staying]
        first = [self.pinned[job] for job in self.question.pinned[number] if job in self.pinned]
        return Lane(
            number=number,
            crew=self.crews[number],
            stops=stops,
            first=[First(_work_of(job), job.status in UNDER_WAY) for job in first],
            leaving=[work for index in leaving for work in self._works(index)],
            road_minutes=round(way.travel / 60),
            is_over=not way.fits,
        )

    def _works(self, index: int) -> list[Work]:
        return [
            Work(self.reports[each.report], self.skills[each.skill].name if each.skill is not None else "")
            for each in self.question.items[index].errands
        ]

    def _stop(self, number: int, place: int, index: int, way: Walk) -> Stop:
        task, item = self.question.problem.tasks[index], self.question.items[index]
        arrival = way.arrivals[place - 1]
        return Stop(
            number=index,
            place=place,
            works=self._works(index),
            arrives_at=self.plan.created_at + timedelta(seconds=arrival),
            is_late=item.is_late or (task.due is not None and arrival + task.service > task.due),
            mark=self._mark(number, index, item),
            choices=self._choices(index),
            is_free=item.crew is None,
        )

    def _mark(self, number: int, index: int, item: Item) -> Mark | None:
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
        works, is_free = self._works(index), self.question.items[index].crew is None
        reason = self._reason(index, works[0])
        return Stop(index, 0, works, choices=self._choices(index), is_free=is_free, reason=reason)

    def _reason(self, index: int, work: Work) -> str:
        item = self.question.items[index]
        told = {
            "skill": _("no crew is equipped for: %(category)s") % {"category": work.name},
            "vehicle": _("no crew has the vehicle for it"),
            "shift": _("nobody who could do it is at work"),
            "part": _("who could do it has another part of this report"),
        }
        if item.crew is not None:
            return _("stays with %(crew)s, behind the rest") % {"crew": self.crews[item.crew].name}
        return (
            told[item.barrier]
            if item.barrier
            else told["part"]
            if self._is_apart(index)
            else self._full(index)
        )

    def _is_apart(self, index: int) -> bool:
        """Whether everybody who could do it gets another part of the same report."""
        problem = self.question.problem
        return all(problem.has_twin(self.plan.routes[n], index) for n in problem.tasks[index].workers)

    def _full(self, index: int) -> str:
        """Nothing where somebody has room for it: who plans by hand puts it there."""
        problem, routes = self.question.problem, self.plan.routes
        workers = problem.tasks[index].workers
        if any(walk(problem, n, [*routes[n], index]).fits for n in workers):
            return ""
        more = problem.tasks[index].size
        if all(problem.load(routes[n]) + more > problem.workers[n].capacity for n in workers):
            return _("all crews have as many jobs as they take")
        return _("does not fit before the shifts end")


def _in_order(known: dict[Any, Crew], ids: Sequence[str]) -> list[Crew]:
    by_text = {str(pk): crew for pk, crew in known.items()}
    return [by_text[each] for each in ids]
