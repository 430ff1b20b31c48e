"""What the clock does with shifts: forgotten sign-offs, and planned breaks that begin. Swept every minute."""

from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, Max, OuterRef, QuerySet

from dispatch.models import Crew, Job, JobStatus, JobStep, Shift, ShiftBreak
from dispatch.services.duty import write_break, write_duty
from districts.spatial import lock_rows
from live.sweeping import sweep

# A break that a job kept the crew from is still taken for so long after its planned end.
LATE_BREAK = timedelta(hours=1)
_AT_WORK = (JobStatus.ON_THE_WAY, JobStatus.ON_SITE)


def end_forgotten_duties(*, at: datetime) -> int:
    """Sign off every crew whose shift ended a while ago; returns how many.

    Only duties that began before the shift's end: who signs on afterwards, or without a shift, decides alone.
    A crew that goes on taking steps is not cut off: the grace counts from its last one.
    """
    grace = timedelta(minutes=settings.SHIFT_GRACE_MIN)
    overdue = _forgotten(Crew.objects.filter(is_on_duty=True), at - grace, at)
    end = partial(_end_if_forgotten, grace=grace, at=at)
    return sum(sweep("dispatch.forgotten_duties", overdue, end, at=at))


def begin_planned_breaks(*, at: datetime) -> int:
    """Let every crew rest whose planned break has come and who is between two jobs; returns how many."""
    due = ShiftBreak.objects.filter(
        begun_at=None,
        starts_at__lte=at,
        ends_at__gt=at - LATE_BREAK,
        shift__ends_at__gt=at,
        shift__crew__is_on_duty=True,
    )
    return sum(sweep("dispatch.planned_breaks", due, partial(_begin, at=at), at=at))


def _forgotten(crews: QuerySet[Crew], limit: datetime, at: datetime) -> QuerySet[Crew]:
    own = Shift.objects.filter(crew=OuterRef("pk"))
    ended = own.filter(ends_at__lte=limit, ends_at__gt=OuterRef("on_duty_since"))
    running = own.filter(starts_at__lte=at, ends_at__gt=limit)
    return crews.filter(Exists(ended)).exclude(Exists(running))


def _end_if_forgotten(crew_id: UUID, grace: timedelta, at: datetime) -> bool:
    """May run twice at once: whoever comes second finds the crew off duty, or locked, and goes."""
    with transaction.atomic():
        crews = Crew.objects.filter(pk=crew_id, is_on_duty=True).select_related("district")
        crew = lock_rows(crews, skip_locked=True).first()
        if crew is None or not _forgotten(crews, at - grace, at).exists() or _has_worked(crew, at - grace):
            return False
        write_duty(crew, is_on_duty=False, at=at, because=Crew.OffDuty.SHIFT_ENDED)
    return True


def _has_worked(crew: Crew, since: datetime) -> bool:
    last: datetime | None = JobStep.objects.filter(crew=crew).aggregate(at=Max("at"))["at"]
    return last is not None and last > since


def _begin(break_id: int, at: datetime) -> bool:
    with transaction.atomic():
        planned = ShiftBreak.objects.filter(pk=break_id, begun_at=None).select_related("shift").first()
        if planned is None:
            return False
        crews = Crew.objects.filter(pk=planned.shift.crew_id, is_on_duty=True).select_related("district")
        crew = lock_rows(crews, skip_locked=True).first()
        if crew is None or _is_at_work(crew):
            return False
        # Two sweeps at once: the row says who began it.
        if not ShiftBreak.objects.filter(pk=break_id, begun_at=None).update(begun_at=at):
            return False
        write_break(crew, until=min(at + _length(planned), planned.shift.ends_at), at=at)
    return True


def _length(planned: ShiftBreak) -> timedelta:
    return planned.ends_at - planned.starts_at


def _is_at_work(crew: Crew) -> bool:
    return Job.objects.filter(crew=crew, status__in=_AT_WORK).exists()
