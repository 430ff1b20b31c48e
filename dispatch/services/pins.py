"""PINs of who rides: given by the desk, chosen by the person, and tapped on an enrolled phone.

A try is counted in the database before it is looked at, in one statement, so that neither many at once nor a
cache that is away lets anybody guess. docs/decisions says why.
"""

from datetime import datetime

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.errors import DomainError, NotFound
from accounts.models import User
from dispatch import pins
from dispatch.models import Crew, CrewPhone, CrewPin
from dispatch.models.phone import PHONE_TRIES, PIN_TRIES
from dispatch.services.phone_acts import Kind, record_pin
from dispatch.services.phones import require_dispatcher
from live import hints


class PinWrong(DomainError):
    """Another PIN than the person's; `left` tells how many tries are left."""

    code = "pin_wrong"
    http_status = 401


class PinMissing(DomainError):
    """The person has no PIN that could be tapped: none, or a starting PIN that is too old."""

    code = "pin_missing"
    http_status = 409


class PinLocked(DomainError):
    """Too many wrong ones in a row, of the person or on the phone; `field` is "pin" or "phone"."""

    code = "pin_locked"
    http_status = 423


class PhoneCutOff(DomainError):
    """The phone belongs to no crew any more."""

    code = "phone_cut_off"
    http_status = 403


def give_starting_pin(*, crew: Crew, member: User, actor: User, at: datetime) -> str:
    """A starting PIN for a member, in place of any that they had; it can't be read again. Unlocks them.

    It does no more than let them choose their own, within a week. What the PIN before it opened ends.
    Raises NotAllowed, NotFound.
    """
    _require_member(crew, member, actor)
    pin = pins.roll_starting_pin()
    facts = {"hash": make_password(pin), "is_starting": True, "made_at": at, "made_by": actor, "wrong": 0}
    with transaction.atomic():
        CrewPin.objects.update_or_create(user=member, defaults=facts)
        hints.people_changed([member.pk])
        record_pin(crew, member, Kind.PIN_GIVEN, actor=actor, at=at)
    return pin


def unlock_pin(*, crew: Crew, member: User, actor: User, at: datetime) -> None:
    """Let the member try their PIN again; twice changes nothing. Raises NotAllowed, NotFound."""
    _require_member(crew, member, actor)
    with transaction.atomic():
        if CrewPin.objects.filter(user=member, wrong__gt=0).update(wrong=0):
            record_pin(crew, member, Kind.PIN_UNLOCKED, actor=actor, at=at)


def check_pin(*, phone: CrewPhone, member: User, pin: str, at: datetime) -> None:
    """That this is the member's own PIN. Ends both counts when it is.

    Raises PinWrong, PinMissing, PinLocked, PhoneCutOff, NotFound.
    """
    _check(phone, member, pin, is_starting=False, at=at)


def choose_pin(*, phone: CrewPhone, member: User, old: str, new: str, at: datetime) -> None:
    """Set the member's PIN, who knows the one before, be it the desk's or their own. What that opened ends.

    Raises PinRefused with the field "new", and what `check_pin` raises.
    """
    wanted, before = pins.read_digits(new), pins.read_digits(old)
    pins.require_good(wanted, field="new")
    if wanted == before:
        raise pins.PinRefused(_("That is the PIN that you have. Choose another."), field="new")
    found = _check(phone, member, old, is_starting=None, at=at)
    facts = {"hash": make_password(wanted), "is_starting": False, "made_at": at, "made_by": member}
    with transaction.atomic():
        if not CrewPin.objects.filter(pk=found.pk, hash=found.hash).update(**facts):
            words = _("Your PIN was just changed elsewhere. Start again, or ask your desk.")
            raise PinMissing(words, field="pin")
        hints.people_changed([member.pk])
        record_pin(phone.crew, member, Kind.PIN_CHOSEN, actor=member, at=at)


def _check(phone: CrewPhone, member: User, pin: str, *, is_starting: bool | None, at: datetime) -> CrewPin:
    if not phone.crew.memberships.filter(user=member, user__is_active=True).exists():
        raise NotFound(_("This person does not ride with the crew of this phone."))
    found = _spend_try(phone, member, is_starting, at)
    if not check_password(pins.read_digits(pin), found.hash):
        raise _wrong(found)
    with transaction.atomic():
        CrewPhone.objects.filter(pk=phone.pk).update(wrong=0)
        CrewPin.objects.filter(pk=found.pk).update(wrong=0)
    return found


def _spend_try(phone: CrewPhone, member: User, is_starting: bool | None, at: datetime) -> CrewPin:
    """Count one try of the phone and of the member; a member who is locked costs the phone none."""
    with transaction.atomic():
        open_phone = CrewPhone.objects.filter(pk=phone.pk, revoked_at=None, wrong__lt=PHONE_TRIES)
        if not open_phone.update(wrong=F("wrong") + 1):
            raise _phone_refuses(phone)
        open_pin = CrewPin.objects.filter(user=member, wrong__lt=PIN_TRIES)
        counted = open_pin.update(wrong=F("wrong") + 1)
        found = CrewPin.objects.filter(user=member).first()
        if found is None or not found.is_usable(at) or (found.is_starting and is_starting is False):
            raise PinMissing(_("You have no PIN here yet. Ask your desk for a starting PIN."), field="pin")
        if not counted:
            raise PinLocked(_locked_words(), field="pin")
        return found


def _phone_refuses(phone: CrewPhone) -> DomainError:
    if CrewPhone.objects.filter(pk=phone.pk, revoked_at=None).exists():
        words = _("Too many wrong PINs were tapped on this phone. Your desk can unlock it.")
        return PinLocked(words, field="phone")
    return PhoneCutOff(_("The desk has cut off this phone."))


def _wrong(found: CrewPin) -> DomainError:
    left = PIN_TRIES - found.wrong
    if left <= 0:
        return PinLocked(_locked_words(), field="pin")
    more = ngettext(
        "This is not your PIN. %(count)s more try, then your desk has to unlock it.",
        "This is not your PIN. %(count)s more tries, then your desk has to unlock it.",
        left,
    )
    return PinWrong(more % {"count": left}, field="pin", left=left)


def _locked_words() -> str:
    return _("Too many wrong PINs: nobody can sign in as you here now. Call your desk; it unlocks you.")


def _require_member(crew: Crew, member: User, actor: User) -> None:
    require_dispatcher(crew, actor)
    if not crew.memberships.filter(user=member).exists():
        raise NotFound(_("This crew has no such member."))
