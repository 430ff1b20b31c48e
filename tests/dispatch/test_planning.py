"""Planning by itself: schedules, the plan at once, and the better one from the planner's own process."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings

from dispatch.planning import child
from dispatch.planning.greedy import plan_greedily
from dispatch.planning.problem import Plan, Problem, Rest, Task, Worker
from dispatch.planning.schedule import judge, walk
from reports.imaging.machine_lock import one_at_a_time

ROOT = Path(__file__).resolve().parents[2]
HOUR, MINUTE = 3600, 60


def line(workers: list[Worker], tasks: list[Task], places: int = 20) -> Problem:
    """Places on a line, ten minutes from each to the next."""
    table = [[abs(start - end) * 10 * MINUTE for end in range(places)] for start in range(places)]
    return Problem({"motorbike": table}, tuple(workers), tuple(tasks))


def worker(place: int = 0, **fields: Any) -> Worker:
    told = {"starts": 0, "ends": 8 * HOUR, "capacity": 12, "table": "motorbike", **fields}
    return Worker(place, **told)


def task(place: int, *, workers: tuple[int, ...] = (0,), **fields: Any) -> Task:
    told = {"service": 20 * MINUTE, "due": None, "priority": 10, **fields}
    return Task(place=place, workers=workers, **told)


def test_a_walk_tells_arrivals_travel_and_lateness() -> None:
    problem = line([worker()], [task(1, due=25 * MINUTE), task(3)])
    way = walk(problem, 0, [0, 1])
    assert way.arrivals == (10 * MINUTE, 50 * MINUTE)
    assert (way.travel, way.late, way.fits) == (30 * MINUTE, 5 * MINUTE, True)


def test_breaks_are_taken_when_their_time_has_come_and_never_in_the_middle_of_a_job() -> None:
    rest = Rest(earliest=HOUR, latest=HOUR + 20 * MINUTE, length=30 * MINUTE)
    problem = line([worker(rests=(rest,))], [task(1), task(2), task(3)])
    # The second would last until 60, the third beyond the break's latest begin: rest first.
    assert walk(problem, 0, [0, 1, 2]).arrivals == (10 * MINUTE, 40 * MINUTE, 100 * MINUTE)


def test_a_shift_and_a_capacity_hold_only_so_much() -> None:
    short = worker(ends=35 * MINUTE)
    assert walk(line([short], [task(1)]), 0, [0]).fits
    assert not walk(line([short], [task(2)]), 0, [0]).fits
    full = line([worker(capacity=1)], [task(1), task(1)])
    assert not walk(full, 0, [0, 1]).fits


def test_the_plan_at_once_gives_each_task_to_somebody_who_can_and_says_who_gets_none() -> None:
    tasks = [task(1, workers=(1,)), task(15, workers=(0, 1)), task(2, workers=())]
    plan = plan_greedily(line([worker(19), worker(0)], tasks))
    assert plan == Plan([[1], [0]], [2])


def test_what_is_urgent_is_planned_first_and_gets_there_first() -> None:
    tasks = [task(1), task(2), task(9, priority=100, eager=10.0)]
    assert plan_greedily(line([worker()], tasks)).routes[0][0] == 2


def test_one_more_is_fitted_in_and_all_others_keep_crew_and_order() -> None:
    tasks = [task(5, workers=(0, 1)), task(1, workers=(0, 1)), task(3, workers=(0, 1))]
    plan = plan_greedily(line([worker(), worker(10)], tasks), [[0, 1], []])
    assert [index for index in plan.routes[0] if index != 2] == [0, 1]
    assert sorted([*plan.routes[0], *plan.routes[1]]) == [0, 1, 2]


def test_the_planners_process_keeps_skills_breaks_and_shifts_and_is_late_rather_than_leaving_out(
    settings: LazySettings, tmp_path: Path
) -> None:
    settings.VAR_DIR = tmp_path
    rest = Rest(earliest=2 * HOUR, latest=3 * HOUR, length=30 * MINUTE)
    tasks = [task(place, workers=(0, 1)) for place in range(1, 9)]
    tasks += [task(12, workers=(1,)), task(18, workers=(0, 1), due=30 * MINUTE), task(3, workers=())]
    problem = line([worker(rests=(rest,)), worker(10)], tasks)
    rough, found = plan_greedily(problem), child.solve(problem, seconds=5)
    assert found.plan.unplanned == [10]
    assert 8 in found.plan.routes[1]
    assert judge(problem, found.plan)[0] == judge(problem, rough)[0]
    assert all(walk(problem, number, route).fits for number, route in enumerate(found.plan.routes))
    assert found.cost > 0


def test_the_planners_process_weighs_what_matters_and_counts_what_a_visit_holds(
    settings: LazySettings, tmp_path: Path
) -> None:
    settings.VAR_DIR = tmp_path
    tasks = [task(1), task(2, size=2), task(9, priority=80, size=2), task(3)]
    found = child.solve(line([worker(capacity=3)], tasks), seconds=5)
    assert sorted(found.plan.routes[0]) in ([0, 2], [2, 3])
    # The way to what is due first leads past the other: still it comes first.
    found = child.solve(line([worker()], [task(1), task(2, due=40 * MINUTE)]), seconds=5)
    assert found.plan.routes == [[1, 0]]
    apart = [task(1, apart=7), task(1, apart=7), task(1)]
    found = child.solve(line([worker()], apart), seconds=5)
    assert (len(found.plan.routes[0]), 2 in found.plan.routes[0]) == (2, True)


def test_a_planner_that_answers_nonsense_or_dies_or_is_busy_is_a_failure(
    settings: LazySettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.VAR_DIR = tmp_path
    problem = line([worker()], [task(1)])

    def answer(stdout: bytes, code: int = 0) -> None:
        ended = subprocess.CompletedProcess([], code, stdout, b"")
        monkeypatch.setattr(subprocess, "run", lambda *_, **__: ended)

    for stdout in (b"", b"[]", b'{"routes": [[0, 0]], "unplanned": [], "cost": 1, "seconds": 1}'):
        answer(stdout)
        with pytest.raises(child.PlannerFailed, match="unreadable"):
            child.solve(problem)
    answer(b"", 1)
    with pytest.raises(child.PlannerFailed, match="ended"):
        child.solve(problem)
    monkeypatch.setattr(child, "WAIT_SECONDS", 0.1)
    with (
        one_at_a_time(tmp_path / "plan.lock", wait_seconds=1),
        pytest.raises(child.PlannerFailed, match="busy"),
    ):
        child.solve(problem)


def test_the_servers_processes_never_load_the_solver() -> None:
    load = "import django, sys; django.setup(); import config.urls, dispatch.tasks"
    code = f"{load}; print('vroom' in sys.modules)"
    told = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={"DJANGO_SETTINGS_MODULE": "tests.bed.settings", "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == "False"
