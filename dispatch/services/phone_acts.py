"""What was done with a crew's phones, codes and PINs: recorded with by whom, told to the log as ids."""

from datetime import datetime

from accounts.models import User
from dispatch import news
from dispatch.models import Crew, CrewPhone, PhoneAct, PhoneCode
from dispatch.offline import person_key

Kind = PhoneAct.Kind
_TOLD = {
    Kind.CODE_SHOWN: "crew.phone_code_shown",
    Kind.CODE_WITHDRAWN: "crew.phone_code_withdrawn",
    Kind.ENROLLED: "crew.phone_enrolled",
    Kind.CUT_OFF: "crew.phone_cut_off",
    Kind.UNLOCKED: "crew.phone_unlocked",
    Kind.PIN_GIVEN: "crew.pin_given",
    Kind.PIN_UNLOCKED: "crew.pin_unlocked",
    Kind.PIN_CHOSEN: "crew.pin_chosen",
}


def record_phone(phone: CrewPhone, kind: PhoneAct.Kind, *, actor: User | None, at: datetime) -> None:
    """Record what was done with the phone, and tell it. The last statement of its transaction."""
    _record(phone.crew, kind, actor, at, phone=phone)
    news.tell_phone(phone.crew, _TOLD[kind], {"phone": phone.pk}, at=at)


def record_replaced(phone: CrewPhone, *, actor: User | None, at: datetime) -> None:
    """Record that the phone was enrolled anew; the log tells the enrolment."""
    _record(phone.crew, Kind.REPLACED, actor, at, phone=phone)


def record_tracker_ended(phone: CrewPhone, *, actor: User, at: datetime) -> None:
    """Record that the crew's token for a tracking app ended with the phone; the log tells the cutting off."""
    _record(phone.crew, Kind.TRACKER_ENDED, actor, at, phone=phone)


def record_code(code: PhoneCode, kind: PhoneAct.Kind, *, actor: User, at: datetime) -> None:
    """Record what was done with the code, and tell it. The last statement of its transaction."""
    _record(code.crew, kind, actor, at)
    news.tell_phone(code.crew, _TOLD[kind], {"code": code.pk}, at=at)


def record_pin(crew: Crew, member: User, kind: PhoneAct.Kind, *, actor: User, at: datetime) -> None:
    """Record what was done with the member's PIN, and tell it. The last statement of its transaction."""
    _record(crew, kind, actor, at, member=member)
    news.tell_phone(crew, _TOLD[kind], {"person": person_key(member)}, at=at)


def _record(
    crew: Crew,
    kind: PhoneAct.Kind,
    actor: User | None,
    at: datetime,
    *,
    phone: CrewPhone | None = None,
    member: User | None = None,
) -> None:
    PhoneAct.objects.create(crew=crew, kind=kind, phone=phone, member=member, actor=actor, at=at)
