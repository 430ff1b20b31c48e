"""What the tests of districts share."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.contrib.gis.geos import MultiPolygon, Polygon

from districts import locating
from districts.models import Boundary, District
from tests.districts.cities import LAT, LON, STEP


@pytest.fixture(autouse=True)
def _nothing_in_memory() -> Iterator[None]:
    locating.forget()
    yield
    locating.forget()


def stored_box(west: float, south: float, east: float, north: float) -> MultiPolygon:
    """A box in steps from the city's corner, for the database."""
    corners = (LON + west * STEP, LAT + south * STEP, LON + east * STEP, LAT + north * STEP)
    return MultiPolygon(Polygon.from_bbox(corners), srid=4326)


@pytest.fixture
def two_stored_districts() -> tuple[District, District]:
    """A west of B, sharing an edge, since 2020."""
    districts = []
    for number, code in enumerate("AB"):
        district = District.objects.create(code=code, names={"en": f"District {code}", "bg": f"Район {code}"})
        Boundary.objects.create(
            district=district,
            polygon=stored_box(10 * number, 0, 10 * number + 10, 10),
            valid_from=date(2020, 1, 1),
        )
        districts.append(district)
    return districts[0], districts[1]
