"""Planning when crews work. Every write locks the crew, so that no two of its shifts can overlap."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import DomainError, NotFound
from accounts.models import User
from dispatch import news
from dispatch.models import Crew, Shift, ShiftBreak
from dispatch.spans import ShiftRefused, Span, Times, require_sound
from districts.memberships import may_dispatch
from districts.spatial import lock_rows


class ShiftReused(DomainError):
    """The same id with other times: a fault of the client, nothing is done."""

    code = "shift_reused"
    http_status = 422


def plan_shift(*, shift_id: UUID, crew_id: UUID, times: Times, actor: User | None, at: datetime) -> Shift:
    """A new shift, planned by a dispatcher of the crew's district; `actor` None is a command.

    The same id and content twice is one shift. Raises NotFound, ShiftRefused, ShiftReused.
    """
    require_sound(times)
    with transaction.atomic():
        crew = _lock_crew(crew_id, actor)
        known = Shift.objects.filter(uuid=shift_id).prefetch_related("breaks").first()
        if known is not None:
            return _repeated(known, crew, times)
        shift = Shift(uuid=shift_id, crew=crew)
        _write(shift, times)
        news.tell_shift(crew, shift_id, "crew.shift_planned", at=at)
    return shift


def change_shift(*, shift_id: UUID, times: Times, actor: User | None, at: datetime) -> Shift:
    """Other times for a shift; the same again changes nothing. Raises NotFound, ShiftRefused."""
    require_sound(times)
    with transaction.atomic():
        shift = _lock_shift(shift_id, actor)
        if times_of(shift) != times:
            _write(shift, times)
            news.tell_shift(shift.crew, shift_id, "crew.shift_changed", at=at)
    return shift


def remove_shift(*, shift_id: UUID, actor: User | None, at: datetime) -> None:
    """Take the shift off the plan. Raises NotFound, also when it was removed before."""
    with transaction.atomic():
        shift = _lock_shift(shift_id, actor)
        shift.delete()
        news.tell_shift(shift.crew, shift_id, "crew.shift_removed", at=at)


def times_of(shift: Shift) -> Times:
    """The shift's times with its breaks; one query unless they are prefetched."""
    breaks = tuple(Span(each.starts_at, each.ends_at) for each in shift.breaks.all())
    return Times(Span(shift.starts_at, shift.ends_at), breaks)


def _repeated(known: Shift, crew: Crew, times: Times) -> Shift:
    if known.crew_id != crew.pk or times_of(known) != times:
        raise ShiftReused(_("This shift's id was used for another one before."), field="id")
    return known


def _lock_shift(shift_id: UUID, actor: User | None) -> Shift:
    """The shift, with its crew locked before it."""
    crew_id = Shift.objects.filter(uuid=shift_id).values_list("crew_id", flat=True).first()
    if crew_id is None:
        raise NotFound(_("There is no such shift, or it is not yours."))
    crew = _lock_crew(crew_id, actor)
    shift = Shift.objects.filter(uuid=shift_id).prefetch_related("breaks").first()
    if shift is None:
        raise NotFound(_("There is no such shift, or it is not yours."))
    shift.crew = crew
    return shift


def _lock_crew(crew_id: UUID, actor: User | None) -> Crew:
    active = Crew.objects.filter(pk=crew_id, is_active=True)
    crew = lock_rows(active.select_related("district")).first()
    if crew is None or not (actor is None or may_dispatch(actor, crew.district_id)):
        raise NotFound(_("There is no such crew, or it is not yours."), field="crew")
    return crew


def _write(shift: Shift, times: Times) -> None:
    """Breaks that stay keep whether they were taken."""
    _require_apart(shift, times.shift)
    shift.starts_at, shift.ends_at = times.shift.starts_at, times.shift.ends_at
    shift.save()
    begun = {(each.starts_at, each.ends_at): each.begun_at for each in shift.breaks.all()}
    shift.breaks.all().delete()
    ShiftBreak.objects.bulk_create(
        [
            ShiftBreak(
                shift=shift,
                starts_at=span.starts_at,
                ends_at=span.ends_at,
                begun_at=begun.get((span.starts_at, span.ends_at)),
            )
            for span in times.breaks
        ]
    )


def _require_apart(shift: Shift, span: Span) -> None:
    others = Shift.objects.filter(crew=shift.crew, starts_at__lt=span.ends_at, ends_at__gt=span.starts_at)
    if others.exclude(pk=shift.pk).exists():
        words = _("%(crew)s has another shift at that time.") % {"crew": shift.crew.name}
        raise ShiftRefused(words, field="starts")
