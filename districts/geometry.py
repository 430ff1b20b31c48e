"""Metres and square metres for positions in degrees: the one place where areas and distances are computed.

Positions are (longitude, latitude) in degrees, WGS 84. Two projections of the ellipsoid serve: the
conformal Mercator projection, which divided by its scale at the place gives true metres nearby, and the
cylindrical equal-area projection, which gives true areas anywhere. Formulas: J. P. Snyder, Map Projections:
A Working Manual (USGS 1395), equations 7-7, 3-12 and 14-16.
"""

from collections.abc import Sequence
from math import asinh, atanh, cos, hypot, radians, sin, sqrt, tan
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

Position = tuple[float, float]
Floats = NDArray[np.float64]
Geometries = NDArray[Any]

EQUATOR_M = 6_378_137.0
_FLATTENING = 1 / 298.257223563
_E2 = _FLATTENING * (2 - _FLATTENING)
_E = sqrt(_E2)
_LAST_LATITUDE = 89.9
# Edges are straight in degrees and bend when projected: 0.005° (550 m) by less than a centimetre.
_STRAIGHT_DEGREES = 0.005


def to_local(lon: float, lat: float) -> tuple[float, float, float]:
    """Mercator x and y of a position, and the scale there: projected lengths divided by it are metres."""
    phi = radians(max(-_LAST_LATITUDE, min(_LAST_LATITUDE, lat)))
    sine = sin(phi)
    y = EQUATOR_M * (asinh(tan(phi)) - _E * atanh(_E * sine))
    return EQUATOR_M * radians(lon), y, sqrt(1 - _E2 * sine * sine) / cos(phi)


def to_local_array(lonlat: Floats) -> Floats:
    """`to_local` for an array of positions (n, 2), without the scale."""
    lon, phi = _radians(lonlat)
    y = np.arcsinh(np.tan(phi)) - _E * np.arctanh(_E * np.sin(phi))
    return EQUATOR_M * np.column_stack([lon, y])


def scale_array(lat: Floats) -> Floats:
    """The scale of `to_local` at each latitude."""
    phi = np.radians(np.clip(lat, -_LAST_LATITUDE, _LAST_LATITUDE))
    return np.asarray(np.sqrt(1 - _E2 * np.sin(phi) ** 2) / np.cos(phi))


def _radians(lonlat: Floats) -> tuple[Floats, Floats]:
    lat = np.clip(lonlat[:, 1], -_LAST_LATITUDE, _LAST_LATITUDE)
    return np.radians(lonlat[:, 0]), np.radians(lat)


def _to_equal_area(lonlat: Floats) -> Floats:
    lon, phi = _radians(lonlat)
    sine = np.sin(phi)
    q = (1 - _E2) * (sine / (1 - _E2 * sine**2) + np.arctanh(_E * sine) / _E)
    return EQUATOR_M * np.column_stack([lon, q / 2])


def straightened(geometry: Any) -> Any:
    """The geometry (or array of them) with long edges divided, to stay where they are when projected."""
    return shapely.segmentize(geometry, _STRAIGHT_DEGREES)


def project(geometry: Any) -> Any:
    """A geometry, or an array of them, on the plane of `to_local`."""
    return shapely.transform(straightened(geometry), to_local_array)


def area_m2(geometry: BaseGeometry) -> float:
    """The area on the ellipsoid."""
    return float(shapely.area(shapely.transform(straightened(geometry), _to_equal_area)))


def metres_between(a: Position, b: Position) -> float:
    """The distance between two positions not more than some 100 km apart."""
    ax, ay, _ = to_local(*a)
    bx, by, _ = to_local(*b)
    middle = to_local(a[0], (a[1] + b[1]) / 2)[2]
    return hypot(bx - ax, by - ay) / middle


def metres_table(places: Sequence[Position]) -> Floats:
    """The distance from each position to each, (n, n), as `metres_between`."""
    lonlat = np.asarray(places, dtype=np.float64).reshape(-1, 2)
    x, y = to_local_array(lonlat).T
    scale = scale_array(lonlat[:, 1])
    middle = (scale[:, None] + scale[None, :]) / 2
    return np.asarray(np.hypot(x[:, None] - x[None, :], y[:, None] - y[None, :]) / middle)


def metres_to(geometry: BaseGeometry, point: Position) -> float:
    """The distance from a position to a geometry in degrees; 0 inside it."""
    x, y, scale = to_local(*point)
    return float(shapely.distance(project(geometry), shapely.Point(x, y))) / scale


def box_around(point: Position, metres: float) -> tuple[float, float, float, float]:
    """West, south, east, north in degrees of the box that holds the circle around a position."""
    lon, lat = point
    _, _, scale = to_local(lon, lat)
    # A degree of latitude is never shorter than 110,574 m, one of longitude is the equator's over the scale.
    high = metres / 110_574
    wide = metres * max(scale, to_local(lon, abs(lat) + high)[2]) / radians(EQUATOR_M)
    return lon - wide, lat - high, lon + wide, lat + high


def polygons_of(geometry: BaseGeometry) -> shapely.MultiPolygon:
    """The polygons of a geometry, without the points and lines that repairing or cutting may leave."""
    parts = shapely.get_parts(geometry)
    while any(part.geom_type == "GeometryCollection" for part in parts):
        parts = shapely.get_parts(parts)
    polygons = [p for part in parts for p in shapely.get_parts(part) if p.geom_type == "Polygon"]
    return shapely.MultiPolygon([p for p in polygons if not p.is_empty])
