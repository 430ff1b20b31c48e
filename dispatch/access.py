"""Who acts on a job in whose name, and who sees it."""

from django.utils.translation import gettext as _

from accounts.errors import NotFound
from accounts.models import User
from dispatch.facts import HOLDING_STATUSES
from dispatch.models import Crew, CrewMember, Job
from dispatch.workflow import Taker
from districts.memberships import may_dispatch, memberships_of
from reports.models import Involvement, Photo, Report


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


def is_member(user: User, crew_id: object) -> bool:
    """Whether the person rides with the crew."""
    return crew_id is not None and CrewMember.objects.filter(crew=crew_id, user=user).exists()


def is_crew_member(user: User) -> bool:
    """Whether the person rides with any active crew."""
    return CrewMember.objects.filter(user=user, crew__is_active=True).exists()


def require_sight(actor: User | None, report: Report, takers: frozenset[Taker]) -> None:
    """Raises NotFound for people who have nothing to do with the job or its report."""
    if not takers and not (actor and is_involved(actor, report)):
        raise NotFound(_("There is no such job, or it is not yours."))


def is_involved(user: User, report: Report) -> bool:
    """Whether the person is staff of a district that has or had to do with the report."""
    own = memberships_of(user)
    if own.is_administrator or report.district_id in own.districts():
        return True
    return Involvement.objects.filter(report=report, district__in=own.districts()).exists()


def may_see_photo(user: User, photo: Photo) -> bool:
    """Whether a crew member sees a photo that is not released: those of the crew's own jobs, and of its own uploading."""
    if photo.report_id is None:
        return photo.uploader_id == user.pk
    own = Job.objects.filter(crew__memberships__user=user, status__in=HOLDING_STATUSES)
    return own.filter(report=photo.report_id).exists()


def require_crew(crew_id: object, report: Report) -> Crew:
    """An active crew of the report's district. Raises NotFound with the field "crew"."""
    crew = Crew.objects.filter(pk=crew_id, district=report.district_id, is_active=True).first()
    if crew is None:
        raise NotFound(_("This district has no such crew."), field="crew")
    return crew
