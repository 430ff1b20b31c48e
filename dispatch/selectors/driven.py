"""What the crews' own ways say of the estimate: by vehicle, nobody's in particular."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from dispatch.facts import lonlat
from dispatch.models import Crew, Job, TrackPoint
from dispatch.travel import PACES
from districts.geometry import metres_between

SHORTEST_M = 500.0
LONGEST = timedelta(minutes=90)
# The track must begin near the moment the crew set off.
BEGINS_WITHIN = timedelta(minutes=3)


@dataclass(frozen=True, slots=True)
class Driven:
    """Medians of so many ways: road against straight line, speed along it, minutes against the estimate."""

    ways: int
    detour: float
    kmh: float
    scale: float


@dataclass(frozen=True, slots=True)
class _Leg:
    straight_m: float
    road_m: float
    minutes: float
    vehicle: str


def measure_ways(*, since: datetime) -> dict[str, Driven]:
    """From the tracks that are kept between "on the way" and "on site", by vehicle. A query for each job."""
    jobs = Job.objects.filter(started_at__gte=since, arrived_at__isnull=False).select_related(
        "crew", "report"
    )
    legs: dict[str, list[_Leg]] = {}
    for job in jobs.exclude(crew=None):
        leg = _leg(job)
        if leg is not None:
            legs.setdefault(leg.vehicle, []).append(leg)
    return {vehicle: _driven(vehicle, own) for vehicle, own in sorted(legs.items())}


def _leg(job: Job) -> _Leg | None:
    if job.crew is None or job.started_at is None or job.arrived_at is None:
        return None
    points = list(
        TrackPoint.objects.filter(crew=job.crew, at__gte=job.started_at, at__lte=job.arrived_at).order_by(
            "at"
        )
    )
    if (
        not points
        or points[0].at - job.started_at > BEGINS_WITHIN
        or job.arrived_at - job.started_at > LONGEST
    ):
        return None
    places = [*(lonlat(each.point) for each in points), lonlat(job.report.point)]
    straight = metres_between(places[0], places[-1])
    if straight < SHORTEST_M:
        return None
    minutes = (job.arrived_at - points[0].at).total_seconds() / 60
    return _Leg(straight, _length(places), minutes, job.crew.vehicle)


def _length(places: Iterable[tuple[float, float]]) -> float:
    return sum(metres_between(start, end) for start, end in pairwise(places))


def _driven(vehicle: str, legs: Sequence[_Leg]) -> Driven:
    pace = PACES[Crew.Vehicle(vehicle)]
    return Driven(
        ways=len(legs),
        detour=median(leg.road_m / leg.straight_m for leg in legs),
        kmh=median(leg.road_m / 1000 / (leg.minutes / 60) for leg in legs),
        scale=median(leg.minutes / pace.bare_minutes(leg.straight_m) for leg in legs),
    )
