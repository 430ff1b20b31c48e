"""Where crews are. Lossy: the latest wins, and none of it is in the log."""

import math
from datetime import datetime

from django.contrib.gis.geos import Point
from django.core.cache import cache
from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.models import User
from dispatch.models import Crew, Position
from dispatch.selectors import crew_of

SECONDS_BETWEEN_WRITES = 10
WORST_ACCURACY_M = 5_000.0


class InvalidPosition(DomainError):
    """No place on earth, or none that is of use."""

    code = "invalid_position"
    http_status = 422


def receive(user: User, lat: float, lon: float, accuracy: float | None, at: datetime) -> None:
    """Keep the crew's place, in degrees, `accuracy` in metres, as of `at`.

    At most one write per crew and ten seconds. Off duty nothing is kept; a fix worse than five kilometres is
    none. Raises InvalidPosition.
    """
    _require_place(lat, lon, accuracy)
    crew = crew_of(user)
    if crew is None or not crew.is_on_duty or (accuracy is not None and accuracy > WORST_ACCURACY_M):
        return
    if cache.add(_turn(crew), 1, SECONDS_BETWEEN_WRITES):
        _write(crew, lat, lon, accuracy, at)


def _turn(crew: Crew) -> str:
    return f"position-written:{crew.pk}"


def _write(crew: Crew, lat: float, lon: float, accuracy: float | None, at: datetime) -> None:
    values = {"point": Point(lon, lat, srid=4326), "accuracy_m": accuracy, "at": at}
    if Position.objects.filter(crew=crew, at__lte=at).update(**values):
        return
    Position.objects.get_or_create(crew=crew, defaults=values)


def _require_place(lat: float, lon: float, accuracy: float | None) -> None:
    numbers = (lat, lon, 0.0 if accuracy is None else accuracy)
    sound = all(math.isfinite(number) for number in numbers)
    if not sound or abs(lat) > 90 or abs(lon) > 180 or numbers[2] < 0:
        raise InvalidPosition(_("This is no place on earth."), field="lat")
