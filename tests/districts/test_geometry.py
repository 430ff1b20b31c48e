"""Metres and square metres, against formulas of other hands."""

from math import atan, atan2, cos, radians, sin, sqrt, tan

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from districts.geometry import area_m2, box_around, metres_between, metres_to, polygons_of

LATITUDES = st.floats(-65, 65)
LONGITUDES = st.floats(-170, 170)


def vincenty_m(a: tuple[float, float], b: tuple[float, float]) -> float:
    """The inverse formula of T. Vincenty (1975) on WGS 84, for (lon, lat) in degrees."""
    axis, flat = 6_378_137.0, 1 / 298.257223563
    polar = axis * (1 - flat)
    u1, u2 = (atan((1 - flat) * tan(radians(p[1]))) for p in (a, b))
    start = lam = radians(b[0] - a[0])
    for _ in range(100):
        sin_sigma = sqrt((cos(u2) * sin(lam)) ** 2 + (cos(u1) * sin(u2) - sin(u1) * cos(u2) * cos(lam)) ** 2)
        if sin_sigma == 0:
            return 0.0
        cos_sigma = sin(u1) * sin(u2) + cos(u1) * cos(u2) * cos(lam)
        sigma = atan2(sin_sigma, cos_sigma)
        sin_alpha = cos(u1) * cos(u2) * sin(lam) / sin_sigma
        cos2_alpha = 1 - sin_alpha**2
        cos_2m = cos_sigma - 2 * sin(u1) * sin(u2) / cos2_alpha if cos2_alpha else 0.0
        c = flat / 16 * cos2_alpha * (4 + flat * (4 - 3 * cos2_alpha))
        tail = sigma + c * sin_sigma * (cos_2m + c * cos_sigma * (-1 + 2 * cos_2m**2))
        before, lam = lam, start + (1 - c) * flat * sin_alpha * tail
        if abs(lam - before) < 1e-12:
            break
    u_squared = cos2_alpha * (axis**2 - polar**2) / polar**2
    big_a = 1 + u_squared / 16384 * (4096 + u_squared * (-768 + u_squared * (320 - 175 * u_squared)))
    big_b = u_squared / 1024 * (256 + u_squared * (-128 + u_squared * (74 - 47 * u_squared)))
    inner = cos_sigma * (2 * cos_2m**2 - 1) - big_b / 6 * cos_2m * (4 * sin_sigma**2 - 3) * (
        4 * cos_2m**2 - 3
    )
    return polar * big_a * (sigma - big_b * sin_sigma * (cos_2m + big_b / 4 * inner))


@given(LONGITUDES, LATITUDES, st.floats(-0.3, 0.3), st.floats(-0.3, 0.3))
def test_distances_are_true_metres(lon: float, lat: float, east: float, north: float) -> None:
    a, b = (lon, lat), (lon + east, lat + north)
    assert metres_between(a, b) == pytest.approx(vincenty_m(a, b), rel=0.0005, abs=0.001)


@given(LONGITUDES, LATITUDES, st.floats(-0.1, 0.1), st.floats(0.0001, 0.1))
def test_the_distance_to_a_border_is_that_to_its_nearest_point(
    lon: float, lat: float, east: float, north: float
) -> None:
    # An east-west edge north of the point: the nearest is due north.
    area = shapely.box(lon - 1, lat + north, lon + 1, lat + north + 1)
    point = (lon + east, lat)
    assert metres_to(area, point) == pytest.approx(vincenty_m(point, (point[0], lat + north)), rel=0.005)
    assert metres_to(area, (lon, lat + north + 0.5)) == 0


def test_areas_are_true_square_metres() -> None:
    side = 0.01
    box = shapely.box(23, 42, 23 + side, 42 + side)
    middle = 42 + side / 2
    wide = vincenty_m((23, middle), (23 + side, middle))
    high = vincenty_m((23, 42), (23, 42 + side))
    assert area_m2(box) == pytest.approx(wide * high, rel=1e-5)


@given(LONGITUDES, LATITUDES, st.floats(1, 5000), st.floats(0, 6.283))
def test_a_box_around_a_point_holds_the_circle(lon: float, lat: float, metres: float, angle: float) -> None:
    west, south, east, north = box_around((lon, lat), metres)
    # A point on the circle, roughly; then pulled in until it is surely not outside.
    step = metres / 111_700
    on_circle = (lon + step * sin(angle) / max(cos(radians(lat)), 0.1), lat + step * cos(angle))
    if vincenty_m((lon, lat), on_circle) <= metres:
        assert west <= on_circle[0] <= east
        assert south <= on_circle[1] <= north


def test_only_polygons_are_kept_of_a_mixed_geometry() -> None:
    square = shapely.box(0, 0, 1, 1)
    nested = shapely.GeometryCollection(
        [shapely.LineString([(0, 0), (5, 5)]), shapely.MultiPolygon([square])]
    )
    mixed = shapely.GeometryCollection([nested, shapely.Point(9, 9)])
    assert polygons_of(mixed).equals(square)
    assert polygons_of(shapely.Point(1, 1)).is_empty
