"""When a worker gets where on a route, and what a plan costs. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from dispatch.planning.problem import Plan, Problem, Rest, Route, Task, Worker

# A second too late weighs as much as so many seconds on the road.
LATE_WEIGHT = 5


@dataclass(frozen=True, slots=True)
class Walk:
    """Arrivals by stop; seconds on the road, too late, of eager waiting; whether it all fits the shift."""

    arrivals: tuple[int, ...]
    travel: int
    late: int
    waited: float
    fits: bool

    @property
    def cost(self) -> float:
        return self.travel + LATE_WEIGHT * self.late + self.waited


class _Clock:
    """A worker under way: where, when, and which breaks are still to come."""

    def __init__(self, worker: Worker) -> None:
        self.place, self.now, self.rests = worker.place, worker.starts, list(worker.rests)

    def go(self, task: Task, seconds: int) -> int:
        """Rest first when the break's time has come or would pass; then drive. Returns the arrival."""
        while self.rests and self._is_due(self.rests[0], seconds + task.service):
            self._rest()
        self.now += seconds
        arrival = self.now
        self.place, self.now = task.place, self.now + task.service
        return arrival

    def finish(self) -> int:
        while self.rests:
            self._rest()
        return self.now

    def _is_due(self, rest: Rest, seconds: int) -> bool:
        return self.now >= rest.earliest or self.now + seconds > rest.latest

    def _rest(self) -> None:
        rest = self.rests.pop(0)
        self.now = max(self.now, rest.earliest) + rest.length


def walk(problem: Problem, worker_index: int, route: Route) -> Walk:
    """The worker does these tasks in this order."""
    worker = problem.workers[worker_index]
    table = problem.tables[worker.table]
    clock, arrivals, travel, late, waited = _Clock(worker), [], 0, 0, 0.0
    for index in route:
        task = problem.tasks[index]
        seconds = table[clock.place][task.place]
        arrivals.append(clock.go(task, seconds))
        travel += seconds
        late += max(0, clock.now - task.due) if task.due is not None else 0
        waited += task.eager * arrivals[-1]
    done_at = clock.now if not route else clock.finish()
    fits = problem.load(route) <= worker.capacity and (not route or done_at <= worker.ends)
    return Walk(tuple(arrivals), travel, late, waited, fits)


def judge(problem: Problem, plan: Plan) -> tuple[int, float]:
    """What makes a plan better than another: less left out by weight, then less cost."""
    left_out = sum(1 + problem.tasks[index].priority for index in plan.unplanned)
    return left_out, sum(each.cost for each in walks(problem, plan.routes))


def walks(problem: Problem, routes: Sequence[Route]) -> list[Walk]:
    return [walk(problem, number, route) for number, route in enumerate(routes)]
