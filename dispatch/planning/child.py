"""Starts the planner's process and bounds its time and its answer: one at a time on a machine."""

import json
import logging
import subprocess  # noqa: S404
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from dispatch.planning.problem import Plan, Problem, Route
from reports.imaging.machine_lock import LockBusy, one_at_a_time

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 12.0
# For starting, loading the libraries and answering, beside the search itself.
MORE_SECONDS = 8.0
WAIT_SECONDS = 60.0
THREADS = 2
# How hard VROOM looks (0 to 5), up to so many tasks: bench/plan.py measures it.
LEVELS = ((120, 3), (250, 2), (500, 1))
LOWEST_LEVEL = 0
logger = logging.getLogger(__name__)


class PlannerFailed(Exception):
    """No better plan: the one at hand stays. Trying again may help."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`cost` is in seconds on the road, `seconds` are those of the search."""

    plan: Plan
    cost: int
    seconds: float


def solve(problem: Problem, *, seconds: float = SECONDS, level: int | None = None) -> Answer:
    """Have a new process look for the better plan for at most so many seconds. Raises PlannerFailed.

    The process is gone when this returns or raises. `level` as LEVELS say unless given.
    """
    chosen = level_for(len(problem.tasks)) if level is None else level
    folder: Path = settings.VAR_DIR
    try:
        with one_at_a_time(folder / "plan.lock", wait_seconds=WAIT_SECONDS) as held:
            return _checked(problem, _run(problem, seconds, chosen, held))
    except LockBusy as error:
        raise PlannerFailed("busy") from error


def level_for(tasks: int) -> int:
    return next((level for most, level in LEVELS if tasks <= most), LOWEST_LEVEL)


def _run(problem: Problem, seconds: float, level: int, held: int) -> dict[str, Any]:
    command = [sys.executable, "-s", "-m", "dispatch.planning.solver", str(seconds), str(level), str(THREADS)]
    try:
        done = subprocess.run(  # noqa: S603
            command,
            cwd=ROOT,
            env={"LC_ALL": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"},
            input=json.dumps(problem.as_json()).encode(),
            capture_output=True,
            timeout=seconds + MORE_SECONDS,
            pass_fds=(held,),
            process_group=0,
        )
    except subprocess.TimeoutExpired as error:
        raise PlannerFailed("time") from error
    if done.returncode != 0:
        logger.error(
            "The planner ended with %d: %s", done.returncode, done.stderr[-2_000:].decode(errors="replace")
        )
        raise PlannerFailed("ended")
    try:
        answer = json.loads(done.stdout)
    except ValueError as error:
        raise PlannerFailed("unreadable") from error
    return answer if isinstance(answer, dict) else {}


def _checked(problem: Problem, answer: dict[str, Any]) -> Answer:
    """Every task once, each with somebody who can do it."""
    try:
        plan = Plan([list(route) for route in answer["routes"]], list(answer["unplanned"]))
        found = Answer(plan, int(answer["cost"]), float(answer["seconds"]))
    except (KeyError, TypeError, ValueError) as error:
        raise PlannerFailed("unreadable") from error
    named = sorted([*plan.unplanned, *(index for route in plan.routes for index in route)])
    if named != list(range(len(problem.tasks))) or len(plan.routes) != len(problem.workers):
        raise PlannerFailed("unreadable")
    for worker, route in enumerate(plan.routes):
        if not all(_may_hold(problem, worker, route, index) for index in route):
            raise PlannerFailed("unreadable")
    return found


def _may_hold(problem: Problem, worker: int, route: Route, index: int) -> bool:
    return worker in problem.tasks[index].workers and not problem.has_twin(route, index)
