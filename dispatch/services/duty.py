"""Crews going on and off duty, and on their breaks."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import DomainError, NotFound
from accounts.models import User
from dispatch import access, news, tracking
from dispatch.models import Crew
from districts.memberships import may_dispatch
from districts.spatial import lock_rows

USUAL_BREAK = timedelta(minutes=30)
LONGEST_BREAK = timedelta(hours=2)


class NotOnDuty(DomainError):
    """Only a crew on duty has a break."""

    code = "not_on_duty"
    http_status = 409


def set_duty(*, crew_id: UUID, is_on_duty: bool, actor: User, at: datetime) -> Crew:
    """Sign the crew on or off, by one of its members or a dispatcher of its district.

    Off duty its last place is forgotten. Doing it twice changes nothing. Raises NotFound.
    """
    with transaction.atomic():
        crew = _lock_own(crew_id, actor)
        if crew.is_on_duty != is_on_duty:
            write_duty(crew, is_on_duty=is_on_duty, at=at)
    return crew


def write_duty(crew: Crew, *, is_on_duty: bool, at: datetime, because: str = "") -> None:
    """Sign a locked crew on or off and tell it and its desks; `because` is a `Crew.OffDuty`."""
    crew.is_on_duty = is_on_duty
    crew.on_duty_since = at if is_on_duty else None
    crew.break_until = None
    crew.off_duty_because = because
    crew.save(update_fields=["is_on_duty", "on_duty_since", "break_until", "off_duty_because"])
    if not is_on_duty:
        tracking.forget(crew.pk)
    news.tell_duty(crew, at=at)


def take_break(*, crew_id: UUID, actor: User, at: datetime, length: timedelta = USUAL_BREAK) -> Crew:
    """From now on and for so long nothing rings and nothing is tracked; during a break nothing changes.

    By a member or a dispatcher of the crew's district. Raises NotFound, NotOnDuty.
    """
    with transaction.atomic():
        crew = _lock_own(crew_id, actor)
        if not crew.is_on_duty:
            raise NotOnDuty(_("The crew is off duty: nothing rings anyway."))
        if not crew.is_resting(at):
            write_break(crew, until=at + min(length, LONGEST_BREAK), at=at)
    return crew


def end_break(*, crew_id: UUID, actor: User, at: datetime) -> Crew:
    """Back before the break is over; without a break nothing changes. Raises NotFound."""
    with transaction.atomic():
        crew = _lock_own(crew_id, actor)
        if crew.is_resting(at):
            write_break(crew, until=None, at=at)
    return crew


def write_break(crew: Crew, *, until: datetime | None, at: datetime) -> None:
    """Begin or end the break of a locked crew and tell it and its desks."""
    crew.break_until = until
    crew.save(update_fields=["break_until"])
    news.tell_break(crew, at=at)


def _lock_own(crew_id: UUID, actor: User) -> Crew:
    crew = lock_rows(Crew.objects.filter(pk=crew_id).select_related("district")).first()
    if crew is None or not _may_sign(actor, crew):
        raise NotFound(_("There is no such crew, or it is not yours."))
    return crew


def _may_sign(actor: User, crew: Crew) -> bool:
    return access.is_member(actor, crew.pk) or may_dispatch(actor, crew.district_id)
