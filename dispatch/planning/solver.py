"""The child process: one question from standard input, the better plan on standard output, and the end.

`python -m dispatch.planning.solver SECONDS LEVEL THREADS`. The only module that imports VROOM, and never
imported itself: solving holds the interpreter's lock throughout, and its libraries are large. Started without
Django.
"""

import json
import resource
import sys
import time
from collections.abc import Collection
from datetime import timedelta
from typing import Any

import vroom

from dispatch.planning.problem import Plan, Problem, Worker

MEMORY = 4_000_000_000
CPU_SECONDS = 120


def main(arguments: list[str]) -> None:
    """Answer with routes, what is left out, VROOM's cost (seconds on the road) and the seconds it took."""
    seconds, level, threads = float(arguments[0]), int(arguments[1]), int(arguments[2])
    _set_limits()
    problem = Problem.from_json(json.load(sys.stdin))
    began = time.monotonic()
    plan, cost = _solve_twice(problem, level, threads, began + seconds)
    told = {"routes": plan.routes, "unplanned": plan.unplanned, "cost": cost}
    json.dump({**told, "seconds": time.monotonic() - began}, sys.stdout)


def _set_limits() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _solve_twice(problem: Problem, level: int, threads: int, deadline: float) -> tuple[Plan, int]:
    """VROOM leaves a task out rather than be late; what it left out for its due time alone may be late."""
    hard = {index for index, task in enumerate(problem.tasks) if task.due is not None}
    plan, cost = _solve(problem, hard, level, threads, deadline)
    late = hard & set(plan.unplanned)
    if late and time.monotonic() < deadline:
        plan, cost = _solve(problem, hard - late, level, threads, deadline)
    return plan, cost


def _solve(
    problem: Problem, hard: Collection[int], level: int, threads: int, deadline: float
) -> tuple[Plan, int]:
    left = timedelta(seconds=max(0.5, deadline - time.monotonic()))
    found = _ask(problem, hard).solve(exploration_level=level, nb_threads=threads, timeout=left).to_dict()
    routes: list[list[int]] = [[] for _ in problem.workers]
    for route in found["routes"]:
        routes[route["vehicle"]] = [step["id"] for step in route["steps"] if step["type"] == "job"]
    unplanned = sorted(each["id"] for each in found["unassigned"])
    return Plan(routes, unplanned), int(found["summary"]["cost"])


def _ask(problem: Problem, hard: Collection[int]) -> vroom.Input:
    """Who can do a task is a skill: one for each set of workers that some tasks need.

    Of what must stay apart a vehicle has room for one.
    """
    skills: dict[tuple[int, ...], int] = {}
    for task in problem.tasks:
        skills.setdefault(task.workers, len(skills))
    apart = sorted({task.apart for task in problem.tasks if task.apart is not None})
    asked = vroom.Input()
    for name, table in problem.tables.items():
        asked.set_durations_matrix(name, table)
    for number, worker in enumerate(problem.workers):
        able = {skill for own, skill in skills.items() if number in own}
        asked.add_vehicle(_vehicle(number, worker, able, len(apart)))
    for index, task in enumerate(problem.tasks):
        latest = max(0, task.due - task.service) if index in hard and task.due is not None else None
        asked.add_job(
            vroom.Job(
                index,
                location=task.place,
                default_service=task.service,
                pickup=vroom.Amount([task.size, *(int(task.apart == each) for each in apart)]),
                skills={skills[task.workers]},
                priority=task.priority,
                time_windows=[] if latest is None else [(0, latest)],
            )
        )
    return asked


def _vehicle(number: int, worker: Worker, skills: set[int], apart: int) -> Any:
    rests = [
        vroom.Break(index, time_windows=[(rest.earliest, rest.latest)], service=rest.length)
        for index, rest in enumerate(worker.rests)
    ]
    return vroom.Vehicle(
        number,
        start=worker.place,
        profile=worker.table,
        capacity=[worker.capacity, *[1] * apart],
        skills=skills,
        time_window=(worker.starts, worker.ends),
        breaks=rests,
    )


if __name__ == "__main__":
    main(sys.argv[1:])
