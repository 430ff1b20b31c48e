"""One place of a crew, and what follows from two of them."""

import math
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.gis.geos import Point
from django.utils.translation import gettext as _

from accounts.errors import DomainError
from districts.geometry import metres_between

WORST_ACCURACY_M = 5_000.0
# Farther apart in time two fixes say nothing of the speed now.
SPEED_WITHIN_S = 120.0
MOVING_MPS = 1.5  # faster than somebody who walks around the work
FASTEST_MPS = 70.0  # no crew drives faster: its phone has found itself elsewhere


class InvalidPosition(DomainError):
    """No place on earth, or none that is of use."""

    code = "invalid_position"
    http_status = 422


@dataclass(frozen=True, slots=True)
class Fix:
    """Degrees (WGS 84), metres, metres a second; `speed_mps` is None while only one place is known."""

    crew_id: UUID
    lon: float
    lat: float
    accuracy_m: float | None
    at: datetime
    speed_mps: float | None = None

    @property
    def lonlat(self) -> tuple[float, float]:
        return self.lon, self.lat

    @property
    def point(self) -> Point:
        return Point(self.lon, self.lat, srid=4326)

    @property
    def is_moving(self) -> bool:
        return self.speed_mps is not None and self.speed_mps >= MOVING_MPS

    def as_json(self) -> dict[str, Any]:
        return {
            "lat": self.lat,
            "lon": self.lon,
            "accuracy": self.accuracy_m,
            "speed": None if self.speed_mps is None else round(self.speed_mps, 1),
            "at": self.at.isoformat(),
        }


def require_place(lat: float, lon: float, accuracy: float | None) -> None:
    """Raises InvalidPosition naming the field."""
    for field, value, most in (("lat", lat, 90.0), ("lon", lon, 180.0)):
        if not math.isfinite(value) or abs(value) > most:
            raise InvalidPosition(_("This is no place on earth."), field=field)
    if accuracy is not None and (not math.isfinite(accuracy) or accuracy < 0):
        raise InvalidPosition(_("An accuracy is a number of metres."), field="accuracy")


def is_of_use(accuracy: float | None) -> bool:
    """Whether the fix tells more than the city it is in."""
    return accuracy is None or accuracy <= WORST_ACCURACY_M


def speed_between(before: Fix | None, now: Fix) -> float | None:
    """Metres a second, None when it can't be told, as after a leap. A move smaller than its error is none."""
    if before is None:
        return None
    seconds = (now.at - before.at).total_seconds()
    if not 0 < seconds <= SPEED_WITHIN_S:
        return None
    moved = metres_between(before.lonlat, now.lonlat)
    error = max(now.accuracy_m or 0.0, before.accuracy_m or 0.0)
    speed = 0.0 if moved <= error else moved / seconds
    return None if speed > FASTEST_MPS else speed
