"""Made-up cities for the tests of locating: a degree is some 82 km wide and 111 km high here."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import shapely

from districts.locating import BoundaryFact, CityFacts, DistrictFact, Responsibilities, RuleFact
from districts.locating.index import AnyPolygon

LON, LAT = 23.3, 42.7
SINCE = date(2020, 1, 1)
AT = datetime(2026, 11, 3, 9, tzinfo=UTC)
MARGIN_M = 300.0
# About 82 m east and 111 m north.
STEP = 0.001


def box(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    """A box in steps from the city's corner."""
    return shapely.box(LON + west * STEP, LAT + south * STEP, LON + east * STEP, LAT + north * STEP)


def place(east: float, north: float) -> tuple[float, float]:
    """A position (lon, lat) in steps from the city's corner."""
    return LON + east * STEP, LAT + north * STEP


def district(number: int, *, is_citywide: bool = False) -> DistrictFact:
    code = chr(ord("A") + number) if number < 26 else f"Z{number}"
    return DistrictFact(number, code, {"en": f"District {code}"}, is_citywide)


def facts_of(areas: Sequence[AnyPolygon], rules: Iterable[RuleFact] = (), bodies: int = 0) -> CityFacts:
    """District 0, 1, … with these areas (boundary ids 100, 101, …), then bodies without any."""
    count = len(areas)
    return CityFacts(
        tuple(district(i, is_citywide=i >= count) for i in range(count + bodies)),
        tuple(BoundaryFact(100 + i, i, area, SINCE) for i, area in enumerate(areas)),
        tuple(rules),
    )


def city(areas: Sequence[AnyPolygon], rules: Iterable[RuleFact] = (), bodies: int = 0) -> Responsibilities:
    return Responsibilities(
        facts_of(areas, rules, bodies), margin_m=MARGIN_M, time_zone=ZoneInfo("Europe/Sofia")
    )


def two_districts() -> list[AnyPolygon]:
    """A west of B, each 1 km square or so, sharing the edge at east = 10."""
    return [box(0, 0, 10, 10), box(10, 0, 20, 10)]


def holed(outer: shapely.Polygon, inner: shapely.Polygon) -> shapely.Polygon:
    return shapely.Polygon(outer.exterior, [inner.exterior])
