"""Numbers the places, workers and tasks of a question."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from dispatch.facts import lonlat
from dispatch.models import CategoryNeeds, Job, JobStatus
from dispatch.models.needs import USUAL_MINUTES
from dispatch.planning.crews import AHEAD, CrewFacts
from dispatch.planning.problem import MOST_PRIORITY, Problem, Rest, Task, Worker
from dispatch.planning.question import Errand, Item, Question
from dispatch.travel import minutes_between
from dispatch.ways import estimated_table
from districts.geometry import Position
from reports.models import Report, Urgency

# A crew on duty without a shift is planned for so long.
WITHOUT_SHIFT = timedelta(hours=4)
# A planned break may begin so much later.
REST_SLACK = timedelta(minutes=45)
# A second of waiting against seconds on the road.
_EAGER = {Urgency.URGENT.value: 2.0, Urgency.DANGER.value: 10.0}


@dataclass(frozen=True, slots=True)
class _Work:
    """One errand with its rows."""

    report: Report
    job: Job | None = None

    @property
    def skill(self) -> int:
        """The category that the crew must be able to deal with; a part of a split report has its own."""
        own = None if self.job is None else self.job.category_id
        return self.report.category_id if own is None else own

    @property
    def place(self) -> Position:
        return lonlat(self.report.point)

    @property
    def errand(self) -> Errand:
        job = self.job
        if job is None:
            return Errand(self.report.pk, None, self.report.version)
        return Errand(self.report.pk, str(job.pk), job.version, job.category_id)


class Numbering:
    """Builds one question."""

    def __init__(self, crews: Sequence[CrewFacts], district_id: int, at: datetime) -> None:
        self.crews, self.district_id, self.at = crews, district_id, at
        self.needs = {each.category_id: each for each in CategoryNeeds.objects.all()}
        self.places: list[Position] = []
        self.holders: dict[int, set[int]] = {}
        for number, facts in enumerate(crews):
            for job in facts.jobs:
                self.holders.setdefault(job.report_id, set()).add(number)

    def ask(self, drafts: Sequence[Job], reports: Sequence[Report]) -> Question:
        waiting = [*(_Work(job.report, job) for job in drafts), *(_Work(report) for report in reports)]
        workers = self._workers(waiting)
        stops: list[tuple[list[_Work], int | None]] = [
            ([_Work(job.report, job) for job in stop], number)
            for number, facts in enumerate(self.crews)
            for stop in facts.stops
        ]
        stops += [([work], None) for work in waiting]
        parts = Counter(works[0].report.pk for works, _ in stops if len(works) == 1)
        asked = [self._stop(works, crew, parts) for works, crew in stops]
        vehicles = sorted({worker.table for worker in workers})
        return Question(
            problem=Problem(
                {vehicle: estimated_table(self.places, vehicle) for vehicle in vehicles},
                workers,
                tuple(task for task, _ in asked),
            ),
            places=self.places,
            crews=[str(facts.crew.pk) for facts in self.crews],
            pinned=[[str(job.pk) for job in facts.pinned] for facts in self.crews],
            items=[item for _, item in asked],
        )

    # --- crews

    def _workers(self, waiting: Sequence[_Work]) -> tuple[Worker, ...]:
        middle = self._middle(waiting)
        return tuple(self._worker(facts, middle) for facts in self.crews)

    def _middle(self, waiting: Sequence[_Work]) -> Position:
        """From where a crew starts of which nobody knows where it is."""
        known = [lonlat(job.report.point) for facts in self.crews for job in facts.jobs]
        known += [facts.fix.lonlat for facts in self.crews if facts.fix]
        known += [work.place for work in waiting]
        if not known:
            return 0.0, 0.0
        return sum(lon for lon, _ in known) / len(known), sum(lat for _, lat in known) / len(known)

    def _worker(self, facts: CrewFacts, middle: Position) -> Worker:
        """The crew starts where and when that will be done which comes first."""
        starts, ends = self._window(facts)
        start = facts.fix.lonlat if facts.fix else middle
        pinned = [_Work(job.report, job) for job in facts.pinned]
        if pinned:
            # How far it has got with what is under way nobody knows: its way there is not counted.
            starts += self._seconds_for(pinned, facts)[-1]
            start = pinned[-1].place
        capacity = max(0, facts.crew.capacity - len(facts.jobs) + sum(len(stop) for stop in facts.stops))
        ends = max(starts, ends)
        rests = tuple(self._rests(facts, starts, ends))
        return Worker(self._place(start), starts, ends, capacity, facts.crew.vehicle, rests)

    def _window(self, facts: CrewFacts) -> tuple[int, int]:
        crew, shift = facts.crew, facts.shift
        if shift is None:
            ahead = self.at + WITHOUT_SHIFT if crew.is_on_duty else self.at
            return self._seconds(crew.break_until), self._seconds(ahead)
        first = 0 if crew.is_on_duty else self._seconds(shift.starts_at)
        return max(first, self._seconds(crew.break_until)), self._seconds(shift.ends_at)

    def _rests(self, facts: CrewFacts, starts: int, ends: int) -> Iterable[Rest]:
        """The breaks to come, one after the other, without those for which the shift has no time left."""
        planned = facts.shift.breaks.all() if facts.shift else []
        for each in planned:
            earliest = max(starts, self._seconds(each.starts_at))
            length = int((each.ends_at - each.starts_at).total_seconds())
            if each.begun_at is None and each.ends_at > self.at and earliest + length <= ends:
                yield Rest(earliest, min(earliest + int(REST_SLACK.total_seconds()), ends - length), length)
                starts = earliest + length

    # --- stops

    def _stop(self, works: Sequence[_Work], crew: int | None, parts: Counter[int]) -> tuple[Task, Item]:
        workers, barrier = self._able(works, crew)
        first = works[0].report
        done = self._seconds_for(works, None if crew is None else self.crews[crew])
        left = [int((work.report.resolve_due_at - self.at).total_seconds()) for work in works]
        # Each must be done in time: the stop as a whole by so much after the tightest of them.
        due = [by - after + done[-1] for by, after in zip(left, done, strict=True) if by > 0]
        task = Task(
            place=self._place(works[0].place),
            service=done[-1],
            due=min(due, default=None),
            priority=max(_priority(work.report, by) for work, by in zip(works, left, strict=True)),
            workers=workers,
            eager=max(_EAGER.get(work.report.urgency, 0.0) for work in works),
            size=len(works),
            apart=first.pk if len(works) == 1 and parts[first.pk] > 1 else None,
        )
        item = Item(tuple(work.errand for work in works), crew, min(left) <= 0, barrier)
        return task, item

    def _able(self, works: Sequence[_Work], crew: int | None) -> tuple[tuple[int, ...], str]:
        """Who can do it. A crew keeps what it has accepted, its visits, and what is another district's."""
        work, job = works[0], works[0].job
        is_bound = job is not None and (job.status == JobStatus.ACCEPTED or job.visit is not None)
        if crew is not None and (is_bound or work.report.district_id != self.district_id):
            return (crew,), ""
        needs = self.needs.get(work.skill)
        skilled = [n for n, facts in enumerate(self.crews) if not facts.skills or work.skill in facts.skills]
        fit = [n for n in skilled if not needs or not needs.vehicles or self._vehicle(n) in needs.vehicles]
        at_work = [n for n in fit if self.crews[n].is_at_work]
        # A crew has at most one job of a report.
        free = tuple(n for n in at_work if n == crew or n not in self.holders.get(work.report.pk, ()))
        steps = {"skill": skilled, "vehicle": fit, "shift": at_work, "part": free}
        return free, next((barrier for barrier, left in steps.items() if not left), "")

    def _vehicle(self, number: int) -> str:
        return self.crews[number].crew.vehicle

    def _seconds_for(self, works: Sequence[_Work], facts: CrewFacts | None) -> list[int]:
        """When each of these is done, one after the other, from the arrival at the first."""
        done: list[int] = []
        for number, work in enumerate(works):
            before = done[-1] if done else 0
            if facts is not None and number:
                way = minutes_between(works[number - 1].place, work.place, facts.crew.vehicle)
                before += round(way * 60)
            needs = self.needs.get(work.skill)
            done.append(before + (needs.minutes if needs else USUAL_MINUTES) * 60)
        return done

    def _place(self, place: Position) -> int:
        self.places.append(place)
        return len(self.places) - 1

    def _seconds(self, moment: datetime | None) -> int:
        return 0 if moment is None else max(0, int((moment - self.at).total_seconds()))


def _priority(report: Report, due: int) -> int:
    """Urgency first, then what is late or due today."""
    if report.urgency:
        return MOST_PRIORITY if report.urgency == Urgency.DANGER else 80
    return 50 if due <= 0 else 40 if due <= AHEAD.total_seconds() else 10
