"""The better plan: looked for in a process of its own, while the plan at once is on the page already."""

import logging
import time
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from dispatch import news
from dispatch.models import DayPlan
from dispatch.planning import child
from dispatch.planning.greedy import plan_greedily
from dispatch.planning.problem import Plan, Problem
from dispatch.planning.question import Question, Tables, tables_for
from dispatch.planning.schedule import judge, walk
from dispatch.ways import measured_tables
from districts.spatial import lock_rows
from live.sweeping import sweep

# A second run keeps away this long: longer than the planner may take.
CLAIM = timedelta(minutes=3)
MOST_ATTEMPTS = 2
EAGER_SLACK_S = 600
# For the search, whatever measuring took.
LEAST_SECONDS = 1.0
KEPT = timedelta(days=14)
logger = logging.getLogger(__name__)


def improve_plan(*, plan_id: UUID, at: datetime) -> bool:
    """Look for the better plan in a process of its own; returns whether there is one now.

    May run twice: whoever comes second finds the row claimed, and goes. Without an answer the rough plan
    stays.
    """
    plan = _claim(plan_id, at)
    if plan is None:
        return False
    began = time.monotonic()
    plan.tables = _measure(plan.asked)
    problem = Question.from_json(plan.asked, plan.tables or tables_for(plan.asked)).problem
    # What was planned by estimate may not fit the shifts by the measured ways.
    rough = plan_greedily(problem) if plan.tables else Plan(plan.routes, plan.unplanned)
    left = max(LEAST_SECONDS, child.SECONDS - (time.monotonic() - began))
    try:
        found = child.solve(_bounded(problem, rough), seconds=left)
    except child.PlannerFailed as error:
        logger.warning("No better plan for %s: %s", plan_id, error)
        return _settle(plan, rough, at, made=plan.made)
    is_better = judge(problem, found.plan) < judge(problem, rough)
    return _settle(plan, found.plan if is_better else rough, at, made=DayPlan.Made.SOLVER)


def improve_waiting_plans(*, at: datetime) -> int:
    """Improve every plan whose task was lost. Returns how many were looked at."""
    waiting = DayPlan.objects.filter(improve_after__lte=at)
    looked = sweep(
        "dispatch.waiting_plans",
        waiting,
        lambda plan_id: improve_plan(plan_id=plan_id, at=at),
        at=at,
        at_once=20,
    )
    DayPlan.objects.filter(created_at__lt=at - KEPT).delete()
    return len(looked)


def _claim(plan_id: UUID, at: datetime) -> DayPlan | None:
    with transaction.atomic():
        due = DayPlan.objects.filter(pk=plan_id, improve_after__lte=at, state=DayPlan.State.OPEN)
        plan = lock_rows(due, skip_locked=True).first()
        if plan is None:
            return None
        plan.attempts += 1
        plan.improve_after = at + CLAIM if plan.attempts < MOST_ATTEMPTS else None
        plan.save(update_fields=["attempts", "improve_after"])
    return plan


def _measure(asked: dict[str, Any]) -> Tables | None:
    """The question's tables by the routing server; None where the estimate counts, for all vehicles alike."""
    places = [(lon, lat) for lon, lat in asked["places"]]
    return measured_tables(places, asked["problem"]["tables"])


def _bounded(problem: Problem, rough: Plan) -> Problem:
    """VROOM weighs no waiting: what can't wait has to be done about when the rough plan would do it."""
    tasks = list(problem.tasks)
    for number, route in enumerate(rough.routes):
        arrivals = walk(problem, number, route).arrivals
        for index, arrival in zip(route, arrivals, strict=True):
            task = tasks[index]
            if task.eager:
                by = arrival + task.service + EAGER_SLACK_S
                tasks[index] = replace(task, due=by if task.due is None else min(by, task.due))
    return replace(problem, tasks=tuple(tasks))


def _settle(plan: DayPlan, chosen: Plan, at: datetime, *, made: str) -> bool:
    """Write the chosen plan unless somebody has changed, taken or dropped the proposal meanwhile."""
    with transaction.atomic():
        held = lock_rows(DayPlan.objects.filter(pk=plan.pk).select_related("district")).first()
        if held is None or held.state != DayPlan.State.OPEN or held.version != plan.version:
            return False
        held.improve_after, held.improved_at, held.tables = None, at, plan.tables
        if made == DayPlan.Made.SOLVER or chosen != Plan(held.routes, held.unplanned):
            held.routes, held.unplanned, held.made = chosen.routes, chosen.unplanned, made
            held.version += 1
        held.save(
            update_fields=["improve_after", "improved_at", "tables", "routes", "unplanned", "made", "version"]
        )
        news.tell_plan(held, at=at)
    return made == DayPlan.Made.SOLVER
