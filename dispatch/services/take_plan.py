"""Taking a proposed plan: each of its parts is checked again, and what can't be applied is told."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.models import User
from dispatch import news
from dispatch.models import OPEN_JOB_STATUSES, DayPlan, Job
from dispatch.planning.problem import Route
from dispatch.planning.question import Errand, Question
from dispatch.services.assign import assign_draft, assign_job, reassign_job
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
class _Part:
    """An errand and the crew that gets it; `key` tells its step from all others of the plan."""

    key: str
    errand: Errand
    crew_id: UUID
    is_there: bool
    is_new: bool

    @property
    def job_id(self) -> UUID:
        return UUID(self.errand.job or "")


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
    refused: list[Refused] = []
    for number, route in enumerate(plan.routes):
        crew_id = UUID(question.crews[number])
        applied = [_apply(part, plan, actor, at) for part in _parts(question, number, route)]
        refused += [each for each in applied if isinstance(each, Refused)]
        jobs = [UUID(job_id) for job_id in question.pinned[number]]
        jobs += [each for each in applied if isinstance(each, UUID)]
        order_route(crew_id=crew_id, job_ids=jobs, actor=actor, at=at)
    return _close(plan, refused, actor, at)


def _parts(question: Question, number: int, route: Route) -> Iterator[_Part]:
    crew_id = UUID(question.crews[number])
    for index in route:
        item = question.items[index]
        for place, errand in enumerate(item.errands):
            key = f"{index}.{place} {crew_id}"
            yield _Part(key, errand, crew_id, is_there=item.crew == number, is_new=item.crew is None)


def _apply(part: _Part, plan: DayPlan, actor: User, at: datetime) -> UUID | Refused:
    """The id of the job that the crew has now, or why not."""
    try:
        return _step_for(part)(part, uuid5(plan.pk, part.key), actor, at)
    except DomainError as refusal:
        return Refused(part.errand.report, refusal.code, refusal.detail)


def _step_for(part: _Part) -> Callable[[_Part, UUID, User, datetime], UUID]:
    if part.errand.job is None:
        return _assign
    return _keep if part.is_there else _give


def _assign(part: _Part, command_id: UUID, actor: User, at: datetime) -> UUID:
    return assign_job(
        report_id=part.errand.report,
        crew_id=part.crew_id,
        actor=actor,
        at=at,
        command_id=command_id,
        version=part.errand.version,
    ).job.pk


def _give(part: _Part, command_id: UUID, actor: User, at: datetime) -> UUID:
    """This very draft, whoever has the report's other parts, or a job of another crew."""
    give = assign_draft if part.is_new else reassign_job
    return give(
        job_id=part.job_id,
        crew_id=part.crew_id,
        actor=actor,
        at=at,
        command_id=command_id,
        version=part.errand.version,
    ).job.pk


def _keep(part: _Part, command_id: UUID, actor: User, at: datetime) -> UUID:
    """Only its place in the route may change; steps that the crew took meanwhile are no obstacle."""
    job = Job.objects.filter(pk=part.job_id).first()
    if job is None or job.crew_id != part.crew_id or job.status not in OPEN_JOB_STATUSES:
        raise PlanChanged(_("The crew does not have this job any more."))
    return job.pk


def _close(plan: DayPlan, refused: list[Refused], actor: User, at: datetime) -> DayPlan:
    with transaction.atomic():
        held = lock_rows(DayPlan.objects.filter(pk=plan.pk).select_related("district")).get()
        held.state, held.taken_at, held.taken_by = DayPlan.State.TAKEN, at, actor
        held.refused, held.improve_after = [asdict(each) for each in refused], None
        held.tables = None
        held.save(update_fields=["state", "taken_at", "taken_by", "refused", "improve_after", "tables"])
        news.tell_plan(held, at=at)
    return held
