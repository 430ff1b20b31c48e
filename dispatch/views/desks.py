"""Whose desk it is: the districts at which a person works."""

from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.errors import NotAllowed, NotFound
from accounts.models import User
from districts.memberships import DESK_ROLES, memberships_of
from districts.models import District, Role


def require_desk(request: HttpRequest) -> User:
    """The person, who works at a desk of some district. Raises NotAllowed."""
    if not isinstance(request.user, User) or not list_desks(request.user):
        raise NotAllowed(_("The desk is for dispatchers. Ask your administrator to add you to a district."))
    return request.user


def list_desks(user: User) -> list[District]:
    """The districts at whose desk the person works, in the city's order; kept on the user for the request."""
    kept: list[District] | None = getattr(user, "_desks", None)
    if kept is None:
        kept = _read_desks(user)
        user._desks = kept  # type: ignore[attr-defined]
    return kept


def find_desk(user: User, code: str) -> District:
    """The desk with the district's code, the first of theirs without one. Raises NotFound."""
    desks = list_desks(user)
    if not code:
        return desks[0]
    found = next((district for district in desks if district.code == code), None)
    if found is None:
        raise NotFound(_("There is no such district, or its desk is not yours."))
    return found


def _read_desks(user: User) -> list[District]:
    own = memberships_of(user)
    districts = District.objects.order_by("position", "code")
    if own.is_administrator:
        return list(districts)
    ids = {pk for role in (*DESK_ROLES, Role.OPERATOR) for pk in own.districts(role)}
    return list(districts.filter(pk__in=ids)) if ids else []
