"""Reads the city's facts from the database."""

from typing import cast
from zoneinfo import ZoneInfo

import shapely
from django.conf import settings
from django.contrib.gis.geos import GEOSGeometry

from districts.locating.facts import BoundaryFact, CityFacts, DistrictFact, NeighbourhoodFact, RuleFact
from districts.locating.index import AnyPolygon
from districts.locating.responsibilities import Responsibilities
from districts.models import Boundary, District, DistrictKind, Neighbourhood, RoutingRule


def load(version: int) -> Responsibilities:
    """Four queries; the caller names the version that it read before."""
    return Responsibilities(
        read_facts(),
        margin_m=settings.OUTSIDE_MARGIN_M,
        time_zone=ZoneInfo(settings.TIME_ZONE),
        version=version,
    )


def read_facts() -> CityFacts:
    districts = tuple(_district(row) for row in District.objects.only("code", "names", "kind"))
    known = {district.id for district in districts}
    # Rows that appear between the queries wait for the next reading, which their version will bring.
    return CityFacts(
        districts,
        tuple(_boundary(row) for row in Boundary.objects.all() if row.district_id in known),
        tuple(_rule(row) for row in RoutingRule.objects.filter(is_active=True) if row.district_id in known),
        tuple(_neighbourhood(row) for row in Neighbourhood.objects.all()),
    )


def _district(row: District) -> DistrictFact:
    return DistrictFact(row.pk, row.code, row.names, row.kind == DistrictKind.CITYWIDE)


def _boundary(row: Boundary) -> BoundaryFact:
    return BoundaryFact(
        row.pk, row.district_id, _polygon(row.polygon), row.valid_from, row.valid_to, row.approximate
    )


def _rule(row: RoutingRule) -> RuleFact:
    return RuleFact(
        id=row.pk,
        position=row.position,
        name=row.name,
        district_id=row.district_id,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        categories=frozenset(row.categories),
        area=_polygon(row.area) if row.area else None,
        reasons=row.reasons,
    )


def _neighbourhood(row: Neighbourhood) -> NeighbourhoodFact:
    return NeighbourhoodFact(row.pk, row.code, row.district_id, row.names, _polygon(row.polygon))


def _polygon(stored: GEOSGeometry) -> AnyPolygon:
    """Django's geometry as shapely's."""
    return cast(AnyPolygon, shapely.from_wkb(bytes(stored.wkb)))
