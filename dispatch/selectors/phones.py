"""A crew's phones and members, as its desk and its phones see them."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.errors import NotFound
from accounts.models import User
from dispatch.models import Crew, CrewPhone, CrewPin, PhoneAct, PhoneCode
from dispatch.offline import person_key

ACTS_AT_MOST = 50


@dataclass(frozen=True, slots=True)
class Member:
    """A member who may sign in; `key` names them in addresses, `pin` is None before the desk gave one."""

    user: User
    key: str
    pin: CrewPin | None

    def needs_new(self, at: datetime) -> bool:
        """Whether nothing that they could tap opens anything: the desk has to give a starting PIN."""
        return self.pin is None or not self.pin.is_usable(at)


def list_members(crew: Crew) -> list[Member]:
    """The active members in the order of their names. One query."""
    people = User.objects.filter(crew_memberships__crew=crew, is_active=True).select_related("crew_pin")
    found = [Member(user, person_key(user), getattr(user, "crew_pin", None)) for user in people]
    return sorted(found, key=lambda member: str(member.user).casefold())


def find_member(crew: Crew, key: str) -> Member:
    """The member whom the key names. Raises NotFound."""
    found = next((member for member in list_members(crew) if member.key == key), None)
    if found is None:
        raise NotFound(_("This crew has no such member."))
    return found


def list_phones(crew: Crew) -> tuple[list[CrewPhone], list[CrewPhone]]:
    """The crew's phones, and those that were cut off, the latest first. One query."""
    known = list(crew.phones.select_related("enrolled_by", "used_by", "revoked_by"))
    ended = [phone for phone in known if phone.revoked_at is not None]
    return [phone for phone in known if phone.revoked_at is None], ended


def list_open_codes(crew: Crew, *, at: datetime) -> list[PhoneCode]:
    """The codes that can still enrol a phone, the latest first. One query."""
    unused = crew.phone_codes.filter(used_at=None, withdrawn_at=None, expires_at__gt=at)
    return list(unused.select_related("created_by").order_by("-created_at"))


def list_acts(crew: Crew) -> list[PhoneAct]:
    """What was done last with the crew's phones and its members' PINs, the latest first. One query.

    A PIN is the person's on the phones of all their crews, whichever desk gave or unlocked it.
    """
    acts = PhoneAct.objects.filter(Q(crew=crew) | Q(member__in=crew.members.values("pk")))
    return list(acts.select_related("phone", "member", "actor")[:ACTS_AT_MOST])
