"""The geometry of the map: lighter borders that still meet, border lines drawn once, places for names, tints.

Pure functions on shapely geometries in degrees; nothing here asks the database.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from shapely import MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.strtree import STRtree

# About 15 m and 30 m: the map is for finding one's way; who is responsible is asked of the exact borders.
DISTRICT_TOLERANCE = 0.00015
NEIGHBOURHOOD_TOLERANCE = 0.0003
DECIMALS = 5
TINTS = 4
# The share of the widest place that the middle needs to carry the name.
ENOUGH_ROOM = 0.4


def lighten(shapes: Sequence[BaseGeometry], tolerance: float) -> list[BaseGeometry]:
    """The shapes with fewer vertices; what neighbours share stays shared, so no gaps open between them.

    The tolerance is in degrees.
    """
    if not shapes:
        return []
    valid = shapely.make_valid(np.array(shapes, dtype=object))
    snapped = shapely.set_precision(shapely.coverage_simplify(valid, tolerance), 10**-DECIMALS)
    return [_areas_only(light) or _areas_only(whole) for light, whole in zip(snapped, valid, strict=True)]


def _areas_only(shape: BaseGeometry) -> MultiPolygon:
    parts = [part for part in shapely.get_parts(shape) if isinstance(part, Polygon) and not part.is_empty]
    for part in shapely.get_parts(shape):
        if isinstance(part, MultiPolygon):
            parts.extend(part.geoms)
    return MultiPolygon(parts)


def border_lines(shapes: Sequence[BaseGeometry]) -> BaseGeometry:
    """The outlines of all shapes, each shared line once, so that dashes don't fill each other's gaps."""
    return shapely.line_merge(shapely.union_all([shape.boundary for shape in shapes]))


def name_place(shape: BaseGeometry) -> Point:
    """A point in the largest part for the name: the middle, if that has room, else the widest place."""
    largest = max(shapely.get_parts(shape), key=lambda part: part.area)
    circle = shapely.maximum_inscribed_circle(largest, tolerance=0.002)
    middle = largest.centroid
    has_room = largest.contains(middle) and middle.distance(largest.boundary) > ENOUGH_ROOM * circle.length
    return middle if has_room else Point(circle.coords[0])


def give_tints(shapes: Sequence[BaseGeometry]) -> list[int]:
    """A tint (0 to 3) for each shape, not a neighbour's where four are enough; the largest choose first."""
    near = _neighbours(shapes)
    order = sorted(range(len(shapes)), key=lambda index: (-shapes[index].area, index))
    given: dict[int, int] = {}
    for index in order:
        taken = {given[other] for other in near[index] if other in given}
        wanted = [(index + shift) % TINTS for shift in range(TINTS)]
        given[index] = next((tint for tint in wanted if tint not in taken), wanted[0])
    return [given[index] for index in range(len(shapes))]


def _neighbours(shapes: Sequence[BaseGeometry]) -> list[set[int]]:
    if not shapes:
        return []
    tree = STRtree(list(shapes))
    near: list[set[int]] = [set() for _ in shapes]
    for one, other in zip(*tree.query(list(shapes), predicate="intersects"), strict=True):
        if one != other:
            near[int(one)].add(int(other))
    return near


def as_geojson(shape: BaseGeometry) -> dict[str, Any]:
    """The GeoJSON geometry with coordinates of about one metre."""
    mapped: dict[str, Any] = shapely.geometry.mapping(shape)
    return {"type": mapped["type"], "coordinates": _rounded(mapped["coordinates"])}


def _rounded(coordinates: Any) -> Any:
    if isinstance(coordinates, float | int):
        return round(coordinates, DECIMALS)
    return [_rounded(each) for each in coordinates]
