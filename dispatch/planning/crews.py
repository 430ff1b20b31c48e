"""The crews of a question: their shifts, places and jobs, and which jobs come first whatever is planned."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from uuid import UUID

from dispatch.models import OPEN_JOB_STATUSES, Crew, Job, JobStatus, Shift
from dispatch.selectors.places import trusted_places
from dispatch.selectors.shifts import shifts_around
from dispatch.sharing import crews_for
from dispatch.tracking import Fix, last_fixes

AHEAD = timedelta(hours=14)
# Who is on duty so long before the shift begins works another one, that is not planned.
EARLY = timedelta(hours=1)
UNDER_WAY = (JobStatus.ON_THE_WAY, JobStatus.ON_SITE)
_TO_COME = (JobStatus.ASSIGNED, JobStatus.ACCEPTED)
# Such a job has ended without the crew's having worked on the visit.
_LEFT = (JobStatus.CANCELLED, JobStatus.DECLINED, JobStatus.HANDED_OVER)


@dataclass(frozen=True, slots=True)
class CrewFacts:
    """`jobs` are the open ones in the order of the route; `begun` are visits of which something was begun."""

    crew: Crew
    skills: frozenset[int]
    shift: Shift | None
    fix: Fix | None
    jobs: list[Job]
    begun: frozenset[UUID | None]

    @property
    def pinned(self) -> list[Job]:
        """What is under way, then the rest of a visit that was begun: nothing comes between its stops."""
        first = [job for job in self.jobs if job.status in UNDER_WAY]
        current = {job.visit for job in first}
        rest = [job for job in self.jobs if job.status in _TO_COME and job.visit in self.begun]
        return [*first, *sorted(rest, key=lambda job: job.visit not in current)]

    @property
    def stops(self) -> list[list[Job]]:
        """What can be planned; the jobs of a visit together, where its first one stands."""
        pinned = {job.pk for job in self.pinned}
        stops: dict[UUID, list[Job]] = {}
        for job in self.jobs:
            if job.status in _TO_COME and job.pk not in pinned:
                stops.setdefault(job.visit or job.pk, []).append(job)
        return list(stops.values())

    @property
    def is_at_work(self) -> bool:
        return self.shift is not None or self.crew.is_on_duty


def read_crews(district_id: int, at: datetime) -> list[CrewFacts]:
    """The crews that work today for the district, or have jobs. Seven queries, one more for old places."""
    crews = list(crews_for(district_id, at=at).prefetch_related("skills").order_by("name", "pk"))
    ids = [crew.pk for crew in crews]
    shifts = shifts_around(ids, at=at, ahead=AHEAD)
    places = trusted_places(crews, last_fixes(ids), at=at)
    jobs = Job.objects.filter(crew__in=ids, status__in=OPEN_JOB_STATUSES).select_related("report")
    in_order = jobs.order_by("crew_id", "position", "created_at", "pk")
    own = {crew_id: list(found) for crew_id, found in groupby(in_order, lambda job: job.crew_id)}
    begun = _begun_visits(job for found in own.values() for job in found)
    known = [
        CrewFacts(
            crew,
            frozenset(skill.pk for skill in crew.skills.all()),
            _shift_of(crew, shifts.get(crew.pk, []), at),
            places.get(crew.pk),
            own.get(crew.pk, []),
            begun,
        )
        for crew in crews
    ]
    return [facts for facts in known if facts.is_at_work or facts.jobs]


def _shift_of(crew: Crew, shifts: Sequence[Shift], at: datetime) -> Shift | None:
    """The one that runs, else the next."""
    first = next(iter(shifts), None)
    is_far = first is not None and first.starts_at > at + EARLY
    return None if is_far and crew.is_on_duty else first


def _begun_visits(jobs: Iterable[Job]) -> frozenset[UUID | None]:
    visits = {job.visit for job in jobs if job.visit is not None}
    begun = Job.objects.filter(visit__in=visits, started_at__isnull=False).exclude(status__in=_LEFT)
    return frozenset(begun.values_list("visit", flat=True))
