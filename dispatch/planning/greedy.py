"""A plan at once: what matters most first, each where it costs least. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dispatch.planning.problem import Plan, Problem, Route
from dispatch.planning.schedule import Walk, walk, walks


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a task could stand, and by how much that makes the plan dearer."""

    cost: float
    worker: int
    position: int
    walk: Walk


def plan_greedily(problem: Problem, routes: Sequence[Route] = ()) -> Plan:
    """Insert every task that no route has yet, the most urgent first; the order in `routes` stays."""
    planned = [list(route) for route in routes] or [[] for _ in problem.workers]
    taken = {index for route in planned for index in route}
    known = walks(problem, planned)
    unplanned = []
    for index in sorted(set(range(len(problem.tasks))) - taken, key=lambda each: _rank(problem, each)):
        best = find_place(problem, planned, known, index)
        if best is None:
            unplanned.append(index)
            continue
        planned[best.worker].insert(best.position, index)
        known[best.worker] = best.walk
    return Plan(planned, unplanned)


def find_place(problem: Problem, routes: Sequence[Route], known: Sequence[Walk], index: int) -> _Place | None:
    """The cheapest place for the task that fits; None when there is none."""
    return min(_places(problem, routes, known, index), key=lambda place: place.cost, default=None)


def _places(problem: Problem, routes: Sequence[Route], known: Sequence[Walk], index: int) -> Iterator[_Place]:
    for worker in problem.tasks[index].workers:
        route = routes[worker]
        if problem.has_twin(route, index) or problem.load([*route, index]) > problem.workers[worker].capacity:
            continue
        for position in range(len(route) + 1):
            tried = walk(problem, worker, [*route[:position], index, *route[position:]])
            if tried.fits:
                yield _Place(tried.cost - known[worker].cost, worker, position, tried)


def _rank(problem: Problem, index: int) -> tuple[int, int, int]:
    task = problem.tasks[index]
    due = task.due if task.due is not None else 1 << 40
    return -task.priority, due, index
