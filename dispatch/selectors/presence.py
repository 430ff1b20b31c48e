"""Whether a crew can be reached, as its desk sees it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from dispatch.facts import Facts
from dispatch.models import OPEN_JOB_STATUSES, Crew, Job, JobStatus
from dispatch.tracking import Fix, last_fixes
from dispatch.travel import expect_arrival
from live.models import Presence
from live.presence import connected, last_heard


class Reach(StrEnum):
    """How a crew can be reached."""

    CONNECTED = "connected"
    NAVIGATING = "navigating"  # on the way, its page suspended by the maps app, the estimate not over
    AWAY = "away"


@dataclass(frozen=True, slots=True)
class CrewPresence:
    """`since`: connected without a break, `last_seen`: when something last came from one of its phones.

    `apps` tells pages from native clients, `devices` are the names they gave. `position_at` is the age of its
    last place, `arrives_at` the estimate while it is on the way.
    """

    reach: Reach
    since: datetime | None = None
    last_seen: datetime | None = None
    apps: tuple[str, ...] = ()
    devices: tuple[str, ...] = ()
    position_at: datetime | None = None
    arrives_at: datetime | None = None

    def as_json(self) -> dict[str, Any]:
        moments = ("since", "last_seen", "position_at", "arrives_at")
        told = {name: getattr(self, name) for name in moments}
        return {
            "reach": self.reach.value,
            "apps": list(self.apps),
            "devices": list(self.devices),
            **{name: moment.isoformat() if moment else None for name, moment in told.items()},
        }


def list_presence(crews: Iterable[Crew], *, at: datetime) -> dict[UUID, CrewPresence]:
    """Each crew's presence by its id. Five queries, whatever their number."""
    own = list(crews)
    streams = [crew.stream for crew in own]
    here: dict[str, list[Presence]] = {}
    for presence in connected(streams, at=at):
        here.setdefault(presence.stream, []).append(presence)
    heard = last_heard(streams)
    fixes = last_fixes(crew.pk for crew in own)
    arrivals = _arrivals(own, fixes)
    return {
        crew.pk: _presence(
            here.get(crew.stream, []),
            heard.get(crew.stream),
            fixes.get(crew.pk),
            arrivals.get(crew.pk),
            at,
        )
        for crew in own
    }


def with_presence(jobs: Iterable[Facts], *, at: datetime) -> list[Facts]:
    """The jobs, those that are open each with its crew's `presence`. No query where none is."""
    told = list(jobs)
    ids = {job["crew"]["id"] for job in told if job["crew"] and job["status"] in OPEN_JOB_STATUSES}
    present = list_presence(Crew.objects.filter(pk__in=ids), at=at) if ids else {}
    by_id = {str(crew_id): presence for crew_id, presence in present.items()}
    return [job | {"presence": _of_open(job, by_id)} for job in told]


def _of_open(job: Facts, by_id: Mapping[str, CrewPresence]) -> CrewPresence | None:
    is_open = job["crew"] and job["status"] in OPEN_JOB_STATUSES
    return by_id.get(job["crew"]["id"]) if is_open else None


def _arrivals(crews: list[Crew], fixes: Mapping[UUID, Fix]) -> dict[UUID, datetime]:
    moving = Job.objects.filter(crew__in=crews, status=JobStatus.ON_THE_WAY)
    found: dict[UUID, datetime] = {}
    for job in moving.select_related("report", "crew", "watch"):
        watch = getattr(job, "watch", None)
        arrival = expect_arrival(job, fixes.get(job.crew_id), watch) if job.crew_id else None
        if arrival is not None and job.crew_id:
            found[job.crew_id] = max(arrival, found.get(job.crew_id, arrival))
    return found


def _presence(
    here: list[Presence],
    heard: datetime | None,
    fix: Fix | None,
    arrives_at: datetime | None,
    at: datetime,
) -> CrewPresence:
    return CrewPresence(
        reach=_reach(here, arrives_at, at),
        since=here[0].since if here else None,
        last_seen=heard,
        apps=tuple(sorted({one.app for one in here})),
        devices=tuple(one.device for one in here if one.device),
        position_at=fix.at if fix else None,
        arrives_at=arrives_at,
    )


def _reach(here: list[Presence], arrives_at: datetime | None, at: datetime) -> Reach:
    if here:
        return Reach.CONNECTED
    return Reach.NAVIGATING if arrives_at is not None and at < arrives_at else Reach.AWAY
