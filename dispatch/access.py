"""Who acts on a job in whose name, and who sees it."""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.errors import NotFound
from accounts.models import User
from dispatch.facts import HOLDING_STATUSES
from dispatch.models import Crew, CrewMember, Job, JobStep
from dispatch.sharing import crews_for
from dispatch.workflow import Taker
from districts.memberships import may_dispatch
from reports.models import Photo, Report
from reports.services.acting import is_involved


def takers_of(actor: User | None, job: Job, report: Report) -> frozenset[Taker]:
    """In whose names the person may act on the job; nobody at all (`None`) is the system."""
    if actor is None:
        return frozenset({Taker.SYSTEM})
    takers = set()
    if may_dispatch(actor, report.district_id):
        takers.add(Taker.DISPATCHER)
    if is_member(actor, job.crew_id):
        takers.add(Taker.CREW)
    return frozenset(takers)


def is_member(user: User, crew_id: UUID | None) -> bool:
    """Whether the person rides with the crew; in a session of another crew's phone they don't."""
    if crew_id is None or user.acts_only_for not in (None, crew_id):
        return False
    return CrewMember.objects.filter(crew=crew_id, user=user).exists()


def has_ridden(user: User, job: Job) -> bool:
    """Whether the person rides with the job's crew, or took a step of the job when they did."""
    return is_member(user, job.crew_id) or _steps_of(user).filter(job=job).exists()


def rides_or_rode(user: User) -> bool:
    """Whether the person rides with a crew, or once took a step: their phone may still hold work."""
    return is_crew_member(user) or _steps_of(user).exists()


def _steps_of(user: User) -> QuerySet[JobStep]:
    return JobStep.objects.filter(actor=user, crew__isnull=False)


def is_crew_member(user: User) -> bool:
    """Whether the person rides with any crew that is active."""
    return CrewMember.objects.filter(user=user, crew__is_active=True).exists()


def require_sight(actor: User | None, report: Report, takers: frozenset[Taker]) -> None:
    """Raises NotFound for people who have nothing to do with the job or its report."""
    if not takers and not (actor and is_involved(actor, report)):
        raise NotFound(_("There is no such job, or it is not yours."))


def may_see_photo(user: User, photo: Photo) -> bool:
    """Whether they see an unreleased photo as a crew: of a job that it holds, or uploaded by themselves."""
    if photo.report_id is None:
        return photo.uploader_id == user.pk
    own = Job.objects.filter(crew__memberships__user=user, status__in=HOLDING_STATUSES)
    if user.acts_only_for is not None:
        own = own.filter(crew=user.acts_only_for)
    return own.filter(report=photo.report_id).exists()


def require_crew(crew_id: UUID, report: Report, *, at: datetime) -> Crew:
    """An active crew that works for the report's district that day. Raises NotFound with the field "crew"."""
    crew = crews_for(report.district_id, at=at).filter(pk=crew_id).select_related("district").first()
    if crew is None:
        raise NotFound(_("This district has no such crew."), field="crew")
    return crew
