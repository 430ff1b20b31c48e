"""How long a crew needs from one place to another. Pure."""

from datetime import datetime, timedelta

from dispatch.facts import lonlat
from dispatch.models import Job
from dispatch.tracking import Fix
from districts.geometry import metres_between

# Streets against the straight line, and a motorbike in a city. Placeholders until measured.
DETOUR = 1.4
METRES_A_MINUTE = 420.0
MINUTES_FROM_NOWHERE = 20.0
# An older place says nothing about where the crew is.
FRESH_FOR = timedelta(minutes=30)


def minutes_for(distance_m: float | None) -> float:
    """Minutes for so many metres by the straight line; None: from nobody knows where."""
    return MINUTES_FROM_NOWHERE if distance_m is None else distance_m * DETOUR / METRES_A_MINUTE


def estimate_arrival(job: Job, fix: Fix | None) -> datetime | None:
    """When the crew of a job that is on the way should be there; None while it isn't on the way.

    Counted from its last place, or from the start where that is unknown or long past.
    """
    if job.started_at is None:
        return None
    if fix is None or job.started_at - fix.at > FRESH_FOR:
        return job.started_at + timedelta(minutes=MINUTES_FROM_NOWHERE)
    way_m = metres_between(fix.lonlat, lonlat(job.report.point))
    return max(job.started_at, fix.at) + timedelta(minutes=minutes_for(way_m))
