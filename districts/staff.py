"""Giving people roles."""

import secrets
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.models import User
from districts.models import District, Membership, Role


class AppointmentRefused(DomainError):
    """The role and the district do not go together, or there is no such district."""

    code = "appointment_refused"
    http_status = 422


@dataclass(frozen=True, slots=True)
class Appointed:
    """`password` is told once, for an account that was made now; None for one that was there."""

    user: User
    membership: Membership
    password: str | None


def appoint(*, email: str, role: Role, district: str | None = None, name: str = "") -> Appointed:
    """Give the person the role in the district (by code), or city-wide as an administrator.

    Makes the account when there is none. Repeating it changes nothing. Raises AppointmentRefused.
    """
    place = _find_district(role, district)
    with transaction.atomic():
        user, password = _find_or_make_user(email, name)
        membership, _is_new = Membership.objects.get_or_create(user=user, district=place, role=role)
        if role == Role.ADMINISTRATOR and not (user.is_staff and user.is_superuser):
            user.is_staff = user.is_superuser = True
            user.save(update_fields=["is_staff", "is_superuser"])
    return Appointed(user, membership, password)


def _find_district(role: Role, code: str | None) -> District | None:
    if role == Role.ADMINISTRATOR:
        if code:
            raise AppointmentRefused(_("An administrator works city-wide: leave the district out."))
        return None
    if not code:
        raise AppointmentRefused(_("Say in which district: this role needs one."))
    found = District.objects.filter(code=code).first()
    if found is None:
        raise AppointmentRefused(_("There is no district with the code %(code)s.") % {"code": code})
    return found


def _find_or_make_user(email: str, name: str) -> tuple[User, str | None]:
    known = User.objects.filter(email=email.strip().lower()).first()
    if known is not None:
        return known, None
    password = "-".join(secrets.token_hex(3) for _part in range(3))
    return User.objects.create_user(email.strip(), password, name=name), password
