"""Enrolling a crew's phone by a code, and cutting it off."""

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import DomainError, NotAllowed, NotFound
from accounts.models import User
from dispatch.models import Crew, CrewPhone, PhoneAct, PhoneCode, TrackerToken
from dispatch.models.phone import CODE_LIFE, digest_of
from dispatch.services.phone_acts import (
    Kind,
    record_code,
    record_phone,
    record_replaced,
    record_tracker_ended,
)
from districts.memberships import may_dispatch
from districts.spatial import lock_rows
from live import hints

DEAD_CODES_KEPT = timedelta(days=1)
DEAD_PHONES_KEPT = timedelta(days=365)
SECRET_CHARACTERS = (40, 100)


class CodeOver(DomainError):
    """The code was used, or is too old; it enrols nothing any more."""

    code = "code_over"
    http_status = 410


class CodeUsed(DomainError):
    """It is too late to withdraw the code: a phone was enrolled with it."""

    code = "code_used"
    http_status = 409


class DeviceRefused(DomainError):
    """The secret that the phone is to keep was not made by the page."""

    code = "device_refused"
    http_status = 422


def new_secret() -> str:
    """256 bits, for a code or a phone."""
    return secrets.token_urlsafe(32)


def offer_phone(*, crew: Crew, label: str, actor: User, at: datetime) -> tuple[PhoneCode, str]:
    """A code that enrols one phone for the crew within ten minutes, and its secret.

    The secret can't be read again. Raises NotAllowed.
    """
    require_dispatcher(crew, actor)
    secret = new_secret()
    with transaction.atomic():
        code = PhoneCode.objects.create(
            crew=crew,
            label=label.strip()[:60],
            digest=digest_of(secret),
            created_by=actor,
            created_at=at,
            expires_at=at + CODE_LIFE,
        )
        record_code(code, Kind.CODE_SHOWN, actor=actor, at=at)
    return code, secret


def withdraw_code(*, code_id: UUID, actor: User, at: datetime) -> None:
    """Let the code enrol nothing any more; of one that is over, or twice, nothing changes.

    Of this and an enrolment at the same time one wins. Raises NotFound, CodeUsed.
    """
    with transaction.atomic():
        found = PhoneCode.objects.select_related("crew__district").filter(pk=code_id)
        code = lock_rows(found).first()
        if code is None or not may_dispatch(actor, code.crew.district_id):
            raise NotFound(_("There is no such code, or it is not yours."))
        if code.used_at is not None:
            words = _("A phone was just enrolled with this code. Cut it off if it is not your crew's.")
            raise CodeUsed(words)
        if not code.is_open(at):
            return
        code.withdrawn_at = at
        code.save(update_fields=["withdrawn_at"])
        record_code(code, Kind.CODE_WITHDRAWN, actor=actor, at=at)


def find_code(secret: str, *, at: datetime) -> PhoneCode:
    """The code that can still enrol a phone, with its crew. Raises CodeOver."""
    code = PhoneCode.objects.select_related("crew__district").filter(digest=digest_of(secret)).first()
    if code is None or not code.is_open(at) or not code.crew.is_active:
        raise _code_over()
    return code


def enrol_phone(
    *, secret: str, device: str, label: str, replaces: CrewPhone | None, at: datetime
) -> CrewPhone:
    """Enrol the phone that keeps `device` as its secret; `replaces` is what it was enrolled as before.

    The code is locked: of two phones one wins. The same phone sent twice is enrolled once, and gets the first
    answer again. Raises CodeOver, DeviceRefused.
    """
    if not SECRET_CHARACTERS[0] <= len(device) <= SECRET_CHARACTERS[1]:
        raise _device_refused()
    with transaction.atomic():
        code = lock_rows(PhoneCode.objects.filter(digest=digest_of(secret))).first()
        if code is None:
            raise _code_over()
        if code.phone is not None and code.phone.digest == digest_of(device):
            return code.phone
        if not code.is_open(at) or not code.crew.is_active:
            raise _code_over()
        if CrewPhone.objects.filter(digest=digest_of(device)).exists():
            raise _device_refused()
        phone = _write_phone(code, device, label or code.label, at)
        if replaces is not None and CrewPhone.objects.filter(pk=replaces.pk, revoked_at=None).update(
            revoked_at=at
        ):
            record_replaced(replaces, actor=code.created_by, at=at)
        record_phone(phone, Kind.ENROLLED, actor=code.created_by, at=at)
    return phone


def cut_off_phone(*, phone_id: UUID, actor: User, at: datetime, with_tracker: bool = False) -> CrewPhone:
    """End every session of the phone and close its sockets; what it had not sent stays on it.

    `with_tracker`: a tracking app on it places the crew no more either; the crew's token for it is over.
    Twice changes nothing. Raises NotFound.
    """
    with transaction.atomic():
        phone = _lock_own(phone_id, actor)
        if phone.revoked_at is None:
            if with_tracker and TrackerToken.objects.filter(crew=phone.crew_id).delete()[0]:
                record_tracker_ended(phone, actor=actor, at=at)
            phone.revoked_at, phone.revoked_by = at, actor
            phone.save(update_fields=["revoked_at", "revoked_by"])
            hints.people_changed(_people_on(phone))
            record_phone(phone, Kind.CUT_OFF, actor=actor, at=at)
    return phone


def unlock_phone(*, phone_id: UUID, actor: User, at: datetime) -> None:
    """Let the phone take PINs again after too many wrong ones; twice changes nothing. Raises NotFound."""
    with transaction.atomic():
        phone = _lock_own(phone_id, actor)
        if phone.wrong:
            phone.wrong = 0
            phone.save(update_fields=["wrong"])
            record_phone(phone, Kind.UNLOCKED, actor=actor, at=at)


def drop_dead(*, at: datetime) -> None:
    """Forget codes a day after their end, phones a year after they were cut off, and acts after a year."""
    PhoneCode.objects.filter(expires_at__lt=at - DEAD_CODES_KEPT).delete()
    CrewPhone.objects.filter(revoked_at__lt=at - DEAD_PHONES_KEPT).delete()
    PhoneAct.objects.filter(at__lt=at - DEAD_PHONES_KEPT).delete()


def require_dispatcher(crew: Crew, actor: User) -> None:
    """Raises NotAllowed for who may not send the crew: its own district's dispatchers and supervisors may."""
    if not may_dispatch(actor, crew.district_id):
        raise NotAllowed(_("Only the crew's own district gives and takes this."))


def _write_phone(code: PhoneCode, device: str, label: str, at: datetime) -> CrewPhone:
    phone = CrewPhone.objects.create(
        crew=code.crew,
        label=label.strip()[:60],
        digest=digest_of(device),
        enrolled_at=at,
        enrolled_by=code.created_by,
    )
    code.used_at, code.phone = at, phone
    code.save(update_fields=["used_at", "phone"])
    return phone


def _lock_own(phone_id: UUID, actor: User) -> CrewPhone:
    found = CrewPhone.objects.select_related("crew__district").filter(pk=phone_id)
    phone = lock_rows(found).first()
    if phone is None or not may_dispatch(actor, phone.crew.district_id):
        raise NotFound(_("There is no such phone, or it is not yours."))
    return phone


def _people_on(phone: CrewPhone) -> set[int]:
    """Whose sockets may come from the phone: its crew's members, and who was last seen on it."""
    people = set(phone.crew.members.values_list("pk", flat=True))
    return people | ({phone.used_by_id} if phone.used_by_id else set())


def _device_refused() -> DeviceRefused:
    return DeviceRefused(_("Open the link once more, from the beginning."), field="device")


def _code_over() -> CodeOver:
    return CodeOver(
        _("This link enrols nothing any more: it works once, for ten minutes. Ask your desk for a new one.")
    )
