"""Proposing a district's day: at once, better, and changed by hand."""

import logging
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import DomainError, NotFound
from accounts.models import User
from dispatch import news
from dispatch.models import DayPlan
from dispatch.planning import child
from dispatch.planning.gather import Question, ask, tables_for
from dispatch.planning.greedy import plan_greedily
from dispatch.planning.problem import Plan, Problem
from dispatch.planning.schedule import judge, walk
from dispatch.queueing import improve_plan_soon
from dispatch.ways import measured_table
from districts.memberships import may_dispatch
from districts.models import District
from districts.spatial import lock_rows
from live.sweeping import sweep
from reports.models import Report
from reports.workflow import OPEN

# A second run keeps away this long: longer than the planner may take.
CLAIM = timedelta(minutes=3)
MOST_ATTEMPTS = 2
EAGER_SLACK_S = 600
KEPT = timedelta(days=14)
logger = logging.getLogger(__name__)


class PlanChanged(DomainError):
    """Somebody, or the planner, has changed the proposal since."""

    code = "plan_changed"
    http_status = 409


class PlanRefused(DomainError):
    """The proposal can't be changed like this; `field` names what is at fault."""

    code = "plan_refused"
    http_status = 422


def propose_plan(
    *, plan_id: UUID, district_id: int, actor: User, at: datetime, with_unseen: bool = False
) -> DayPlan:
    """Plan the district's day anew: at once by a rough rule, the better plan follows within seconds.

    Takes the place of a proposal that is still open. `with_unseen`: also what the desk has not seen yet. The
    same id twice is one proposal. Raises NotFound.
    """
    _require_dispatcher(actor, district_id)
    question = ask(district_id, at=at, with_unseen=with_unseen)
    plan = plan_greedily(question.problem)
    return _store(plan_id, district_id, question, plan, actor, at, improve_after=at)


def propose_insertion(*, plan_id: UUID, code: str, district_id: int, actor: User, at: datetime) -> DayPlan:
    """Put one report into today's routes where it fits best; all else keeps its crew and its order.

    Raises NotFound, and PlanRefused when there is no such report or nobody can take it in.
    """
    _require_dispatcher(actor, district_id)
    report = Report.objects.filter(code=code, district=district_id, status__in=OPEN).first()
    if report is None:
        raise PlanRefused(_("This district has no open report with this code."), field="code")
    question = ask(district_id, at=at, only=report)
    plan = plan_greedily(question.problem, question.today)
    if plan.unplanned:
        raise PlanRefused(
            _("It fits in nowhere today. Plan the day anew, or send a crew yourself."), field="code"
        )
    return _store(plan_id, district_id, question, plan, actor, at, inserts=code)


def improve_plan(*, plan_id: UUID, at: datetime) -> bool:
    """Look for the better plan in a process of its own; returns whether there is one now.

    May run twice: whoever comes second finds the row claimed, and goes. Without an answer the rough plan
    stays.
    """
    plan = _claim(plan_id, at)
    if plan is None:
        return False
    question = _measured(plan.asked)
    try:
        found = child.solve(_bounded(question.problem, Plan(plan.routes, plan.unplanned)))
    except child.PlannerFailed as error:
        logger.warning("No better plan for %s: %s", plan_id, error)
        return _settle(plan, None, at)
    rough = Plan(plan.routes, plan.unplanned)
    is_better = judge(question.problem, found.plan) < judge(question.problem, rough)
    return _settle(plan, found.plan if is_better else rough, at)


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


def move_stop(
    *, plan_id: UUID, item: int, crew: int | None, place: int, version: int, actor: User, at: datetime
) -> DayPlan:
    """Put a stop to another crew or place (from 1); `crew` is its number in the plan, None: to nobody.

    Raises NotFound, PlanChanged, PlanRefused.
    """
    with transaction.atomic():
        plan = hold_plan(plan_id, actor)
        if plan.version != version:
            raise PlanChanged(_("The proposal has changed since. Look at it again."))
        _move(plan, item, crew, place)
        plan.made, plan.improve_after = DayPlan.Made.HAND, None
        plan.version += 1
        plan.save(update_fields=["routes", "unplanned", "made", "improve_after", "version"])
        news.tell_plan(plan, at=at)
    return plan


def drop_plan(*, plan_id: UUID, actor: User, at: datetime) -> None:
    """Put the proposal away; nothing else changes. Raises NotFound."""
    with transaction.atomic():
        plan = hold_plan(plan_id, actor)
        _close(plan)
        news.tell_plan(plan, at=at)


def hold_plan(plan_id: UUID, actor: User) -> DayPlan:
    """The open proposal, locked, of a district where the person dispatches. Raises NotFound."""
    plans = DayPlan.objects.filter(pk=plan_id, state=DayPlan.State.OPEN)
    plan = lock_rows(plans.select_related("district")).first()
    if plan is None or not may_dispatch(actor, plan.district_id):
        raise NotFound(_("There is no such proposal any more, or it is not yours."))
    return plan


def _store(
    plan_id: UUID,
    district_id: int,
    question: Question,
    plan: Plan,
    actor: User,
    at: datetime,
    **fields: Any,
) -> DayPlan:
    with transaction.atomic():
        district = lock_rows(District.objects.filter(pk=district_id)).get()
        known = DayPlan.objects.filter(pk=plan_id).first()
        if known is not None:
            return known
        for former in DayPlan.objects.filter(district=district, state=DayPlan.State.OPEN):
            _close(former)
        stored = DayPlan.objects.create(
            pk=plan_id,
            district=district,
            asked=question.as_json(),
            fingerprint=question.fingerprint,
            routes=plan.routes,
            unplanned=plan.unplanned,
            created_by=actor,
            created_at=at,
            **fields,
        )
        news.tell_plan(stored, at=at)
        if stored.improve_after is not None:
            transaction.on_commit(lambda: improve_plan_soon(plan_id))
    return stored


def _close(plan: DayPlan) -> None:
    plan.state, plan.improve_after = DayPlan.State.DROPPED, None
    plan.save(update_fields=["state", "improve_after"])


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


def _measured(asked: dict[str, Any]) -> Question:
    """The stored question with tables from the routing server, where there is one."""
    places = [(lon, lat) for lon, lat in asked["places"]]
    tables = {name: measured_table(places, name) for name in asked["problem"]["tables"]}
    return Question.from_json(asked, tables)


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


def _settle(plan: DayPlan, better: Plan | None, at: datetime) -> bool:
    """Write the better plan unless somebody has changed, taken or dropped the proposal meanwhile."""
    with transaction.atomic():
        held = lock_rows(DayPlan.objects.filter(pk=plan.pk).select_related("district")).first()
        if held is None or held.state != DayPlan.State.OPEN or held.version != plan.version:
            return False
        held.improve_after, held.improved_at = None, at
        if better is not None:
            held.routes, held.unplanned, held.made = better.routes, better.unplanned, DayPlan.Made.SOLVER
            held.version += 1
        held.save(update_fields=["improve_after", "improved_at", "routes", "unplanned", "made", "version"])
        news.tell_plan(held, at=at)
    return better is not None


def _move(plan: DayPlan, item: int, crew: int | None, place: int) -> None:
    question = Question.from_json(plan.asked, tables_for(plan.asked))
    if not 0 <= item < len(question.items):
        raise PlanRefused(_("There is no such stop."), field="item")
    if crew is not None and crew not in question.problem.tasks[item].workers:
        raise PlanRefused(
            _("This crew can't do it, or it stays with the crew that accepted it."), field="crew"
        )
    if crew is None and question.items[item].job is not None:
        raise PlanRefused(_("A crew has this job: take it back at the desk."), field="crew")
    plan.routes = [[each for each in route if each != item] for route in plan.routes]
    plan.unplanned = [each for each in plan.unplanned if each != item]
    if crew is None:
        plan.unplanned = [*plan.unplanned, item]
    else:
        plan.routes[crew].insert(max(0, place - 1), item)


def _require_dispatcher(actor: User, district_id: int) -> None:
    if not may_dispatch(actor, district_id):
        raise NotFound(_("There is no such district, or its desk is not yours."))
