"""How long a crew needs from one place to another, and when it should be there. Pure but for one setting."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from dispatch.facts import lonlat
from dispatch.models import Crew, Job, Watch
from dispatch.tracking import Fix
from districts.geometry import Position, metres_between


@dataclass(frozen=True, slots=True)
class Pace:
    """Streets against the straight line, and how fast the vehicle gets along them, stops included."""

    detour: float
    kmh: float

    def minutes(self, metres: float) -> float:
        """For so many metres by the straight line, as the city's setting scales it."""
        return self.bare_minutes(metres) * float(settings.TRAVEL_SCALE)

    def bare_minutes(self, metres: float) -> float:
        return metres * self.detour / (self.kmh * 1000 / 60)


# Where these come from: docs/decisions. `manage.py measure_travel` compares them with a city's own ways.
PACES = {
    Crew.Vehicle.MOTORBIKE: Pace(1.4, 25.0),
    Crew.Vehicle.CARGO_BIKE: Pace(1.3, 14.0),
    Crew.Vehicle.VAN: Pace(1.4, 21.0),
    Crew.Vehicle.TRUCK: Pace(1.4, 17.0),
    Crew.Vehicle.FOOT: Pace(1.3, 4.8),
}
MINUTES_FROM_NOWHERE = 20.0
# An older place says nothing about where the crew is.
FRESH_FOR = timedelta(minutes=30)
# What a routing server said from where the crew was so much before its last place is an answer still.
ANSWER_HOLDS = timedelta(minutes=3)


def minutes_for(distance_m: float | None, vehicle: str = Crew.Vehicle.MOTORBIKE) -> float:
    """Minutes for so many metres by the straight line; None: from nobody knows where."""
    if distance_m is None:
        return MINUTES_FROM_NOWHERE
    return PACES[Crew.Vehicle(vehicle)].minutes(distance_m)


def minutes_between(start: Position, end: Position, vehicle: str) -> float:
    """Minutes from one place (lon, lat) to another."""
    return minutes_for(metres_between(start, end), vehicle)


def expect_arrival(job: Job, fix: Fix | None, watch: Watch | None) -> datetime | None:
    """When the crew of a job that is on the way should be there; None while it isn't on the way.

    As the routing server said for its last place, or one hardly older; else, also where the server knows no
    way, by estimate, from the start where its place is unknown or long past. `watch` is the job's.
    """
    if job.started_at is None:
        return None
    if watch and watch.arrives_at and watch.asked_from and _holds(watch.asked_from, fix):
        return watch.arrives_at
    if fix is None or job.started_at - fix.at > FRESH_FOR:
        return job.started_at + timedelta(minutes=MINUTES_FROM_NOWHERE)
    vehicle = job.crew.vehicle if job.crew else Crew.Vehicle.MOTORBIKE
    way = minutes_between(fix.lonlat, lonlat(job.report.point), vehicle)
    return max(job.started_at, fix.at) + timedelta(minutes=way)


def _holds(asked_from: datetime, fix: Fix | None) -> bool:
    return fix is None or fix.at - asked_from < ANSWER_HOLDS
