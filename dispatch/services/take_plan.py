"""Taking a proposed plan: each of its parts is checked again, and what can't be applied is told."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.models import User
from dispatch import news
from dispatch.models import OPEN_JOB_STATUSES, DayPlan, Job
from dispatch.planning.gather import Item, Question
from dispatch.services.assign import assign_job, reassign_job
from dispatch.services.plans import PlanChanged, hold_plan
from dispatch.services.routes import order_route
from districts.spatial import lock_rows


@dataclass(frozen=True, slots=True)
class Refused:
    """What could not be applied: the report's row, and why in words."""

    report: int
    code: str
    words: str


@dataclass(frozen=True, slots=True)
class _Stop:
    index: int
    item: Item
    crew_id: UUID


def take_plan(*, plan_id: UUID, version: int, actor: User, at: datetime) -> DayPlan:
    """Assign, hand over and order as the proposal says; returns it with what was `refused`.

    Each part is a step of its own that compares the version which the plan saw: what changed meanwhile stays
    as it is and is told. Taking it again after a crash goes on where it stopped, since the ids of all steps
    follow from the plan's. Raises NotFound and PlanChanged; then nothing was done.
    """
    with transaction.atomic():
        plan = hold_plan(plan_id, actor)
        if plan.version != version:
            raise PlanChanged(_("The proposal has changed since. Look at it again."))
    question = Question.from_json(plan.asked, {name: [] for name in plan.asked["problem"]["tables"]})
    refused = []
    for number, route in enumerate(plan.routes):
        crew_id = UUID(question.crews[number])
        stops = [_Stop(index, question.items[index], crew_id) for index in route]
        applied = [_apply(stop, plan, number, actor, at) for stop in stops]
        refused += [each for each in applied if isinstance(each, Refused)]
        jobs = [UUID(job_id) for job_id in question.pinned[number]]
        jobs += [each for each in applied if isinstance(each, UUID)]
        order_route(crew_id=crew_id, job_ids=jobs, actor=actor, at=at)
    return _close(plan, refused, actor, at)


def _apply(stop: _Stop, plan: DayPlan, number: int, actor: User, at: datetime) -> UUID | Refused:
    """The id of the job that the crew has now, or why not."""
    step = _step_for(stop, number)
    command_id = uuid5(plan.pk, f"{stop.index} {stop.crew_id}")
    try:
        return step(stop, command_id, actor, at)
    except DomainError as refusal:
        return Refused(stop.item.report, refusal.code, refusal.detail)


def _step_for(stop: _Stop, number: int) -> Callable[[_Stop, UUID, User, datetime], UUID]:
    if stop.item.job is None:
        return _assign
    return _keep if stop.item.crew == number else _hand_over


def _assign(stop: _Stop, command_id: UUID, actor: User, at: datetime) -> UUID:
    return assign_job(
        report_id=stop.item.report,
        crew_id=stop.crew_id,
        actor=actor,
        at=at,
        command_id=command_id,
        version=stop.item.version,
    ).job.pk


def _hand_over(stop: _Stop, command_id: UUID, actor: User, at: datetime) -> UUID:
    assert stop.item.job is not None  # noqa: S101 - see _step_for
    return reassign_job(
        job_id=UUID(stop.item.job),
        crew_id=stop.crew_id,
        actor=actor,
        at=at,
        command_id=command_id,
        version=stop.item.version,
    ).job.pk


def _keep(stop: _Stop, command_id: UUID, actor: User, at: datetime) -> UUID:
    """Only its place in the route may change; steps that the crew took meanwhile are no obstacle."""
    assert stop.item.job is not None  # noqa: S101 - see _step_for
    job = Job.objects.filter(pk=UUID(stop.item.job)).first()
    if job is None or job.crew_id != stop.crew_id or job.status not in OPEN_JOB_STATUSES:
        raise PlanChanged(_("The crew does not have this job any more."))
    return job.pk


def _close(plan: DayPlan, refused: list[Refused], actor: User, at: datetime) -> DayPlan:
    with transaction.atomic():
        held = lock_rows(DayPlan.objects.filter(pk=plan.pk).select_related("district")).get()
        held.state, held.taken_at, held.taken_by = DayPlan.State.TAKEN, at, actor
        held.refused, held.improve_after = [asdict(each) for each in refused], None
        held.save(update_fields=["state", "taken_at", "taken_by", "refused", "improve_after"])
        news.tell_plan(held, at=at)
    return held
