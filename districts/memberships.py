"""Who may do what, and where."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from districts.models import Membership, Role

AnyUser = AbstractBaseUser | AnonymousUser
_KEPT_AS = "_membership_set"
DESK_ROLES = frozenset({Role.DISPATCHER, Role.SUPERVISOR})


@dataclass(frozen=True)
class MembershipSet:
    """The districts (by id) in which a person has each role."""

    by_role: dict[Role, frozenset[int]] = field(default_factory=dict)
    is_administrator: bool = False

    def districts(self, role: Role | None = None) -> frozenset[int]:
        """Ids of the districts with this role, or with any."""
        if role is not None:
            return self.by_role.get(Role(role), frozenset())
        return frozenset().union(*self.by_role.values())

    def has_role(self, roles: Iterable[Role], district_id: int | None) -> bool:
        return any(district_id in self.districts(role) for role in roles)

    @property
    def is_empty(self) -> bool:
        return not self.by_role and not self.is_administrator


NOBODY = MembershipSet()


def memberships_of(user: AnyUser) -> MembershipSet:
    """One query for each user object, which a request has one of; inactive and anonymous people have none.

    Neither has who signed in for a crew alone, on its phone.
    """
    if not user.is_authenticated or not user.is_active or getattr(user, "acts_only_for", None):
        return NOBODY
    kept: MembershipSet | None = getattr(user, _KEPT_AS, None)
    if kept is None:
        kept = _read(user.pk)
        setattr(user, _KEPT_AS, kept)
    return kept


def forget_memberships(user: AnyUser) -> None:
    """Ask the database again: for those who keep a user longer than a request, such as sockets."""
    if hasattr(user, _KEPT_AS):
        delattr(user, _KEPT_AS)


def may_dispatch(user: AnyUser, district_id: int) -> bool:
    """Dispatchers and supervisors of the district, and city administrators."""
    own = memberships_of(user)
    return own.is_administrator or own.has_role(DESK_ROLES, district_id)


def may_supervise(user: AnyUser, district_id: int) -> bool:
    own = memberships_of(user)
    return own.is_administrator or own.has_role({Role.SUPERVISOR}, district_id)


def has_supervisor(district_id: int) -> bool:
    """Whether somebody active supervises the district. One query."""
    return supervisors_of(district_id).exists()


def supervisors_of(district_id: int) -> QuerySet[Membership]:
    """The memberships of those who supervise the district and may still sign in."""
    return Membership.objects.filter(district=district_id, role=Role.SUPERVISOR, user__is_active=True)


def is_administrator(user: AnyUser) -> bool:
    return memberships_of(user).is_administrator


def is_office_staff(user: AnyUser) -> bool:
    """Whether the person has any role in a district or city-wide; crews have none."""
    return not memberships_of(user).is_empty


def _read(user_id: int) -> MembershipSet:
    by_role: dict[Role, set[int]] = {}
    is_city_wide = False
    for role, district_id in Membership.objects.filter(user_id=user_id).values_list("role", "district_id"):
        if district_id is None:
            is_city_wide = True
        else:
            by_role.setdefault(Role(role), set()).add(district_id)
    return MembershipSet({role: frozenset(ids) for role, ids in by_role.items()}, is_city_wide)
