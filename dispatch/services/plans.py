"""Proposing a district's day, at once by a rough rule or by hand, and changing the proposal."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import DomainError, NotFound
from accounts.models import User
from dispatch import news
from dispatch.models import DayPlan
from dispatch.planning.gather import ask
from dispatch.planning.greedy import plan_greedily
from dispatch.planning.problem import Plan
from dispatch.planning.question import Question, tables_for
from dispatch.queueing import improve_plan_soon
from districts.memberships import may_dispatch
from districts.models import District
from districts.spatial import lock_rows
from reports.models import Report
from reports.workflow import OPEN


class PlanChanged(DomainError):
    """Somebody, or the planner, has changed the proposal since."""

    code = "plan_changed"
    http_status = 409


class PlanRefused(DomainError):
    """The proposal can't be changed like this; `field` names what is at fault."""

    code = "plan_refused"
    http_status = 422


def propose_plan(
    *,
    plan_id: UUID,
    district_id: int,
    actor: User,
    at: datetime,
    with_unseen: bool = False,
    by_hand: bool = False,
) -> DayPlan:
    """Plan the district's day anew: at once by a rough rule, the better plan follows within seconds.

    Takes the place of a proposal that is still open. `with_unseen`: also what the desk has not seen yet.
    `by_hand`: the routes as they are, for somebody to move what waits into them. The same id twice is one
    proposal. Raises NotFound.
    """
    _require_dispatcher(actor, district_id)
    question = ask(district_id, at=at, with_unseen=with_unseen)
    if by_hand:
        plan = Plan(question.today, question.waiting)
        return _store(plan_id, district_id, question, plan, actor, at, made=DayPlan.Made.HAND)
    plan = plan_greedily(question.problem)
    is_worth_it = question.problem.workers and question.problem.tasks
    return _store(plan_id, district_id, question, plan, actor, at, improve_after=at if is_worth_it else None)


def propose_insertion(*, plan_id: UUID, code: str, district_id: int, actor: User, at: datetime) -> DayPlan:
    """Put one report into today's routes where it fits best; all else keeps its crew and its order.

    Of a split report all parts that wait for a crew. Raises NotFound, and PlanRefused when there is no such
    report, nothing of it waits, or nobody can take it in.
    """
    _require_dispatcher(actor, district_id)
    report = Report.objects.filter(code=code, district=district_id, status__in=OPEN).first()
    if report is None:
        raise PlanRefused(_("This district has no open report with this code."), field="code")
    question = ask(district_id, at=at, only=report)
    if not question.waiting:
        raise PlanRefused(_("A crew has this report already. “Plan by hand” moves it."), field="code")
    plan = plan_greedily(question.problem, question.today)
    if len(plan.unplanned) == len(question.waiting):
        raise PlanRefused(
            _("It fits in nowhere today. Plan the day anew, or send a crew yourself."), field="code"
        )
    return _store(plan_id, district_id, question, plan, actor, at, inserts=code)


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
    plan.state, plan.improve_after, plan.tables = DayPlan.State.DROPPED, None, None
    plan.save(update_fields=["state", "improve_after", "tables"])


def _move(plan: DayPlan, item: int, crew: int | None, place: int) -> None:
    question = Question.from_json(plan.asked, plan.tables or tables_for(plan.asked))
    if not 0 <= item < len(question.items):
        raise PlanRefused(_("There is no such stop."), field="item")
    _require_able(question, plan, item, crew)
    plan.routes = [[each for each in route if each != item] for route in plan.routes]
    plan.unplanned = [each for each in plan.unplanned if each != item]
    if crew is None:
        plan.unplanned = [*plan.unplanned, item]
    else:
        plan.routes[crew].insert(max(0, place - 1), item)


def _require_able(question: Question, plan: DayPlan, item: int, crew: int | None) -> None:
    problem = question.problem
    if crew is None and question.items[item].crew is not None:
        raise PlanRefused(_("A crew has this job: take it back at the desk."), field="crew")
    if crew is not None and crew not in problem.tasks[item].workers:
        raise PlanRefused(
            _("This crew can't do it, or it stays with the crew that accepted it."), field="crew"
        )
    if crew is not None and problem.has_twin(plan.routes[crew], item):
        raise PlanRefused(_("This crew gets another part of the same report."), field="crew")


def _require_dispatcher(actor: User, district_id: int) -> None:
    if not may_dispatch(actor, district_id):
        raise NotFound(_("There is no such district, or its desk is not yours."))
