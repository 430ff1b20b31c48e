"""Reports on the border of the district whose desk the demo shows, so that its border desk has its work."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import NamedTuple, cast

from django.contrib.gis.geos import MultiLineString

from dispatch.demo.story import Scene, Teller
from dispatch.demo.texts import HANDED_OVER
from districts.locating import locate
from districts.models import Boundary
from reports.models import Report
from reports.services.border import hand_over_report

MOST = 5
OF_ALL = 8  # one of so many, in a small city
TRIES = 400
BESIDE = 0.00003  # degrees: a few metres from the line, on either side


class Spot(NamedTuple):
    """A place on a border, and the codes of the districts on its sides."""

    place: tuple[float, float]
    here: str
    beyond: str


def how_many(count: int) -> int:
    return min(MOST, count // OF_ALL)


def tell_border(
    teller: Teller, spots: Iterator[Spot], scene_at: Callable[[datetime], Scene], *, count: int, now: datetime
) -> list[Report]:
    """As many reports of the last hours, as they were received at the spots.

    The first that came to either side of the border is handed over to the other.
    """
    told: list[Report] = []
    handed: set[int] = set()
    for number, spot in zip(range(count), spots, strict=False):
        received_at = now - timedelta(hours=3 + 5 * number)
        report = teller.receive(replace(scene_at(received_at), place=spot.place))
        if report.district_id not in handed:
            _hand_over(teller, report, spot, at=received_at + timedelta(hours=1))
            handed |= {report.district_id}
        told.append(report)
    return told


def _hand_over(teller: Teller, report: Report, spot: Spot, *, at: datetime) -> None:
    came_to = report.district
    hand_over_report(
        report_id=report.pk,
        district=spot.beyond if came_to.code == spot.here else spot.here,
        reason=HANDED_OVER[report.language],
        actor=teller.dispatchers[came_to.pk],
        at=at,
    )


def find_spots(random: Random, code: str, *, at: datetime) -> Iterator[Spot]:
    """Places on the border of the district with this code that have a neighbour on the other side.

    Nothing where the district has no neighbour.
    """
    boundary = Boundary.objects.filter(district__code=code).order_by("-valid_from").first()
    if boundary is None:
        return
    line = cast(MultiLineString, boundary.polygon.boundary)
    for _try in range(TRIES):
        lon, lat = line.interpolate_normalized(random.random()).coords
        place = (lon + random.gauss(0, BESIDE), lat + random.gauss(0, BESIDE))
        found = locate(point=place, at=at)
        districts = [found.district, *(other.district for other in found.alternatives)]
        if found.alternatives and code in districts:
            yield Spot(place, code, next(other for other in districts if other and other != code))
