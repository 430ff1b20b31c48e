"""The question that a district asks: its crews with their shifts, their jobs, and what waits for a crew."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, Subquery

from dispatch.facts import lonlat
from dispatch.models import OPEN_JOB_STATUSES, CategoryNeeds, Crew, Job, JobStatus, Shift
from dispatch.models.needs import USUAL_MINUTES
from dispatch.planning.problem import MOST_PRIORITY, Problem, Rest, Route, Task, Worker
from dispatch.selectors.shifts import shifts_around
from dispatch.sharing import crews_for
from dispatch.tracking import Fix, last_fixes
from dispatch.travel import FRESH_FOR
from dispatch.ways import estimated_table
from districts.geometry import Position
from reports.models import Report, Urgency
from reports.models import ReportStatus as S

AHEAD = timedelta(hours=14)
# A crew on duty without a shift is planned for so long.
WITHOUT_SHIFT = timedelta(hours=4)
MOST_TASKS = 300
# A planned break may begin so much later.
REST_SLACK = timedelta(minutes=45)
_UNDER_WAY = (JobStatus.ON_THE_WAY, JobStatus.ON_SITE)
# A second of waiting against seconds on the road.
_EAGER = {Urgency.URGENT.value: 2.0, Urgency.DANGER.value: 10.0}


@dataclass(frozen=True, slots=True)
class Item:
    """What a task stands for: a job that a crew has, or a report that waits for one (`job` is None).

    `version` is that of the job, else of the report: whoever takes the plan compares it. `crew` is today's,
    by its number. `barrier` says why nobody can do it: "skill", "vehicle", "shift", or nothing.
    """

    report: int
    job: str | None
    version: int
    crew: int | None
    barrier: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """`crews` are ids in the order of the problem's workers, `pinned` the jobs that each has under way."""

    problem: Problem
    places: list[Position]
    crews: list[str]
    pinned: list[list[str]]
    items: list[Item]

    @property
    def today(self) -> list[Route]:
        """The routes as they are, without what waits."""
        own: list[Route] = [[] for _ in self.crews]
        for index, item in enumerate(self.items):
            if item.crew is not None:
                own[item.crew].append(index)
        return own

    @property
    def fingerprint(self) -> str:
        said = json.dumps(self.as_json(), sort_keys=True)
        return hashlib.sha256(said.encode()).hexdigest()

    def as_json(self) -> dict[str, Any]:
        """Without the tables: they follow from the places."""
        facts = {**asdict(self), "problem": self.problem.as_json()}
        facts["problem"]["tables"] = {name: [] for name in self.problem.tables}
        return facts

    @classmethod
    def from_json(cls, facts: dict[str, Any], tables: dict[str, list[list[int]]]) -> "Question":
        problem = Problem.from_json({**facts["problem"], "tables": tables})
        places = [(lon, lat) for lon, lat in facts["places"]]
        items = [Item(**item) for item in facts["items"]]
        return cls(problem, places, list(facts["crews"]), list(facts["pinned"]), items)


@dataclass(slots=True)
class _CrewFacts:
    crew: Crew
    skills: frozenset[int]
    shift: Shift | None
    fix: Fix | None
    jobs: list[Job]

    @property
    def under_way(self) -> list[Job]:
        return [job for job in self.jobs if job.status in _UNDER_WAY]

    @property
    def open(self) -> list[Job]:
        return [job for job in self.jobs if job.status in (JobStatus.ASSIGNED, JobStatus.ACCEPTED)]


def ask(district_id: int, *, at: datetime, with_unseen: bool = False, only: Report | None = None) -> Question:
    """The question as it stands. `only`: beside the jobs of today nothing but this report. Nine queries."""
    crews = _read_crews(district_id, at)
    reports = _waiting(district_id, with_unseen) if only is None else Report.objects.filter(pk=only.pk)
    waiting = list(_with_skill(reports)[:MOST_TASKS])
    return _Builder(crews, district_id, at).build(waiting)


def tables_for(question: dict[str, Any]) -> dict[str, list[list[int]]]:
    """The tables of a stored question, by estimate."""
    places = [(lon, lat) for lon, lat in question["places"]]
    return {name: estimated_table(places, name) for name in question["problem"]["tables"]}


def _read_crews(district_id: int, at: datetime) -> list[_CrewFacts]:
    crews = list(crews_for(district_id, at=at).prefetch_related("skills").order_by("name", "pk"))
    ids = [crew.pk for crew in crews]
    shifts, fixes = shifts_around(ids, at=at, ahead=AHEAD), last_fixes(ids)
    jobs = Job.objects.filter(crew__in=ids, status__in=OPEN_JOB_STATUSES).select_related("report")
    own: dict[UUID | None, list[Job]] = {
        crew_id: list(found)
        for crew_id, found in groupby(
            jobs.order_by("crew_id", "position", "created_at"), lambda job: job.crew_id
        )
    }
    known = [
        _CrewFacts(
            crew,
            frozenset(skill.pk for skill in crew.skills.all()),
            next(iter(shifts.get(crew.pk, [])), None),
            fixes.get(crew.pk),
            own.get(crew.pk, []),
        )
        for crew in crews
    ]
    return [facts for facts in known if facts.shift is not None or facts.crew.is_on_duty or facts.jobs]


def _waiting(district_id: int, with_unseen: bool) -> Any:
    """Reports for which somebody must be sent: what was seen, or begun, and has no crew."""
    with_crew = Job.objects.filter(report=OuterRef("pk"), crew__isnull=False, status__in=OPEN_JOB_STATUSES)
    wanted = Q(status__in=[S.ACKNOWLEDGED, S.REOPENED]) | Q(needs_crew=True)
    if with_unseen:
        wanted |= Q(status=S.RECEIVED, is_uncertain=False)
    reports = Report.objects.filter(wanted, district=district_id).exclude(Exists(with_crew))
    return reports.order_by("-urgency", "resolve_due_at", "pk")


def _skill_of(report: Report, job: Job | None) -> int:
    """The category that the crew must be able to deal with: a part of a split report has one of its own."""
    own: int | None = getattr(report, "draft_skill", None) if job is None else job.category_id
    return report.category_id if own is None else own


def _with_skill(reports: Any) -> Any:
    """Each with the skill that its oldest draft asks for: that becomes the crew's job."""
    drafts = Job.objects.filter(report=OuterRef("pk"), status=JobStatus.DRAFT).order_by("created_at", "id")
    return reports.annotate(draft_skill=Subquery(drafts.values("category")[:1]))


class _Builder:
    """Numbers places, workers and tasks."""

    def __init__(self, crews: Sequence[_CrewFacts], district_id: int, at: datetime) -> None:
        self.crews, self.district_id, self.at = crews, district_id, at
        self.needs = {each.category_id: each for each in CategoryNeeds.objects.all()}
        self.places: list[Position] = []
        self.tasks: list[Task] = []
        self.items: list[Item] = []

    def build(self, waiting: Sequence[Report]) -> Question:
        middle = self._middle(waiting)
        workers = tuple(self._worker(facts, middle) for facts in self.crews)
        for number, facts in enumerate(self.crews):
            for job in facts.open:
                self._add(job.report, job, number)
        for report in waiting:
            self._add(report, None, None)
        vehicles = {worker.table for worker in workers}
        tables = {vehicle: estimated_table(self.places, vehicle) for vehicle in sorted(vehicles)}
        return Question(
            problem=Problem(tables, workers, tuple(self.tasks)),
            places=self.places,
            crews=[str(facts.crew.pk) for facts in self.crews],
            pinned=[[str(job.pk) for job in facts.under_way] for facts in self.crews],
            items=self.items,
        )

    def _middle(self, waiting: Sequence[Report]) -> Position:
        """From where a crew starts of which nobody knows where it is."""
        known = [lonlat(job.report.point) for facts in self.crews for job in facts.jobs]
        known += [facts.fix.lonlat for facts in self.crews if facts.fix]
        known += [lonlat(report.point) for report in waiting]
        if not known:
            return 0.0, 0.0
        return sum(lon for lon, _ in known) / len(known), sum(lat for _, lat in known) / len(known)

    def _worker(self, facts: _CrewFacts, middle: Position) -> Worker:
        """What is under way comes first: the crew starts where and when that will be done."""
        starts, ends = self._window(facts)
        start = facts.fix.lonlat if facts.fix and self.at - facts.fix.at <= FRESH_FOR else middle
        for job in facts.under_way:
            place = lonlat(job.report.point)
            starts += self._minutes(_skill_of(job.report, job)) * 60
            start = place
        capacity = max(0, facts.crew.capacity - len(facts.jobs) + len(facts.open))
        rests = tuple(self._rests(facts, starts))
        return Worker(self._place(start), starts, max(starts, ends), capacity, facts.crew.vehicle, rests)

    def _window(self, facts: _CrewFacts) -> tuple[int, int]:
        crew, shift = facts.crew, facts.shift
        if shift is None:
            ahead = self.at + WITHOUT_SHIFT if crew.is_on_duty else self.at
            return self._seconds(crew.break_until), self._seconds(ahead)
        first = 0 if crew.is_on_duty else self._seconds(shift.starts_at)
        return max(first, self._seconds(crew.break_until)), self._seconds(shift.ends_at)

    def _rests(self, facts: _CrewFacts, starts: int) -> Iterable[Rest]:
        planned = facts.shift.breaks.all() if facts.shift else []
        for each in planned:
            if each.begun_at is None and each.ends_at > self.at:
                earliest = max(starts, self._seconds(each.starts_at))
                length = int((each.ends_at - each.starts_at).total_seconds())
                yield Rest(earliest, earliest + int(REST_SLACK.total_seconds()), length)

    def _add(self, report: Report, job: Job | None, crew: int | None) -> None:
        workers, barrier = self._able(report, job, crew)
        due = int((report.resolve_due_at - self.at).total_seconds())
        task = Task(
            place=self._place(lonlat(report.point)),
            service=self._minutes(_skill_of(report, job)) * 60,
            due=due if due > 0 else None,
            priority=self._priority(report, due),
            workers=workers,
            eager=_EAGER.get(report.urgency, 0.0),
        )
        self.tasks.append(task)
        version = report.version if job is None else job.version
        self.items.append(Item(report.pk, str(job.pk) if job else None, version, crew, barrier))

    def _able(self, report: Report, job: Job | None, crew: int | None) -> tuple[tuple[int, ...], str]:
        """Who can do it. A crew keeps what it has accepted, its visits, and what is another district's."""
        is_bound = job is not None and (job.status == JobStatus.ACCEPTED or job.visit is not None)
        if crew is not None and (is_bound or report.district_id != self.district_id):
            return (crew,), ""
        skill = _skill_of(report, job)
        skilled = [n for n, facts in enumerate(self.crews) if not facts.skills or skill in facts.skills]
        vehicles = self.needs[skill].vehicles if skill in self.needs else []
        fit = [n for n in skilled if not vehicles or self.crews[n].crew.vehicle in vehicles]
        at_work = tuple(n for n in fit if self.crews[n].shift is not None or self.crews[n].crew.is_on_duty)
        barrier = "skill" if not skilled else "vehicle" if not fit else "shift" if not at_work else ""
        return at_work, barrier

    def _priority(self, report: Report, due: int) -> int:
        """Urgency first, then what is late or due today."""
        if report.urgency:
            return MOST_PRIORITY if report.urgency == Urgency.DANGER else 80
        return 50 if due <= 0 else 40 if due <= AHEAD.total_seconds() else 10

    def _minutes(self, skill: int) -> int:
        needs = self.needs.get(skill)
        return needs.minutes if needs else USUAL_MINUTES

    def _place(self, place: Position) -> int:
        self.places.append(place)
        return len(self.places) - 1

    def _seconds(self, moment: datetime | None) -> int:
        return 0 if moment is None else max(0, int((moment - self.at).total_seconds()))
