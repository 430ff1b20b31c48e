"""Who may change a report: staff of the district that has it, and the resident who holds its private link."""

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from accounts.errors import NotAllowed, NotFound
from accounts.models import User
from districts.memberships import DESK_ROLES, MembershipSet, may_dispatch, memberships_of
from districts.models import Role
from reports.links import check_private_token
from reports.models import Involvement, Report
from reports.workflow import Party

Person = User | AnonymousUser | None
SPEAKING = (*DESK_ROLES, Role.OPERATOR)


def parties_of(person: Person, report: Report) -> frozenset[Party]:
    """As whom the person may move this report; empty for all who don't work for its district."""
    if person is None or not person.is_authenticated:
        return frozenset()
    parties = set()
    if may_dispatch(person, report.district_id):
        parties.add(Party.DISPATCHER)
    if is_operator(memberships_of(person), report.district_id):
        parties.add(Party.OPERATOR)
    return frozenset(parties)


def is_operator(memberships: MembershipSet, district_id: int) -> bool:
    return district_id in memberships.districts(role=Role.OPERATOR)


def require_staff(person: Person, report: Report) -> frozenset[Party]:
    """The person's parties, if any acts for the report's current district.

    Raises NotAllowed for an alternative or previous district, NotFound for everybody else.
    """
    parties = parties_of(person, report)
    if not parties:
        raise _refusal(person, report)
    return parties


def require_dispatcher(person: Person, report: Report) -> None:
    """The same, for what only a dispatcher or supervisor may do."""
    if Party.DISPATCHER not in require_staff(person, report):
        raise NotAllowed(_("Only a dispatcher of the district can do this."))


def require_voice(person: Person, report: Report) -> int:
    """The id of the district that the person speaks for: the report's, or another one that sees it.

    Desk and call centre of every district concerned write to each other. Raises NotFound, and NotAllowed for
    others who see it.
    """
    require_sight(person, report)
    own = memberships_of(person)  # type: ignore[arg-type]
    if own.is_administrator or own.has_role(SPEAKING, report.district_id):
        return report.district_id
    involved = Involvement.objects.filter(report=report).values_list("district_id", flat=True)
    for district_id in involved:
        if own.has_role(SPEAKING, district_id):
            return district_id
    raise NotAllowed(_("Only the desks of the districts concerned write here."))


def require_resident(person: Person, report: Report, token: str) -> frozenset[Party]:
    """RESIDENT for who holds the private link or reported it signed in, the staff's parties otherwise.

    Raises NotFound.
    """
    own = person is not None and report.reporter_id is not None and report.reporter_id == person.pk
    if own or (token and check_private_token(report, token)):
        return frozenset({Party.RESIDENT})
    return require_staff(person, report)


def require_sight(person: Person, report: Report) -> None:
    """Raises NotFound unless the person works for a district that has or had to do with the report."""
    if person is None or not person.is_authenticated or not is_involved(person, report):
        raise NotFound(_("There is no such report."))


def is_involved(user: User, report: Report) -> bool:
    """Whether the person works for a district that has or had to do with the report, or city-wide."""
    own = memberships_of(user)
    if own.is_administrator or report.district_id in own.districts():
        return True
    return Involvement.objects.filter(report=report, district_id__in=own.districts()).exists()


def signed_in(person: Person) -> User | None:
    """The user to record as the actor; None for a stranger."""
    return person if isinstance(person, User) else None


def _refusal(person: Person, report: Report) -> NotAllowed | NotFound:
    if person is not None and person.is_authenticated and is_involved(person, report):
        return NotAllowed(_("This report is with another district now: you can see it, but not change it."))
    return NotFound(_("There is no such report."))
