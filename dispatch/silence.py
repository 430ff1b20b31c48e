"""When a crew's silence is the desk's business. Pure: from what is known of a job to the verdict."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from dispatch.models import JobStatus
from reports.models import Matter

LOOK_AGAIN = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Circumstances:
    """`moved_at`: the crew was last seen to drive; `arrived_at`: it last came to one of its jobs.

    `arrives_at` is the estimate for the job itself, `busy_until` that for another job to which the crew is on
    its way. `is_connected`: one of its phones is.
    """

    status: str
    assigned_at: datetime | None
    moved_at: datetime | None = None
    arrived_at: datetime | None = None
    busy_until: datetime | None = None
    arrives_at: datetime | None = None
    is_connected: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """`matter`: what the desk must be told. `look_at`: when to look again, None for never."""

    matter: Matter.Kind | None = None
    look_at: datetime | None = None


def judge(known: Circumstances, *, accept_within: timedelta, at: datetime) -> Verdict:
    """A job that was sent must be accepted in time; a crew on its way must be there, or heard of."""
    if known.status == JobStatus.ASSIGNED:
        due = _standing_since(known, at) + accept_within
        return Verdict(matter=Matter.Kind.SILENT) if due <= at else Verdict(look_at=due)
    if known.status == JobStatus.ON_THE_WAY and known.arrives_at is not None:
        return _on_the_way(known, known.arrives_at, at)
    return Verdict()


def _standing_since(known: Circumstances, at: datetime) -> datetime:
    """Nobody reads a phone while driving: the time to accept begins anew at each standstill."""
    moments = (known.assigned_at, known.moved_at, known.arrived_at, known.busy_until)
    return max((moment for moment in moments if moment is not None), default=at)


def _on_the_way(known: Circumstances, arrives_at: datetime, at: datetime) -> Verdict:
    """The phone's maps app suspends our page: silence means nothing until the estimate is over."""
    if at < arrives_at:
        return Verdict(look_at=arrives_at)
    return Verdict(look_at=at + LOOK_AGAIN) if known.is_connected else Verdict(matter=Matter.Kind.LATE)
