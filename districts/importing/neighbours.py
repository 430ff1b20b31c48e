"""Where areas overlap, and what they leave between them: pure."""

from collections.abc import Iterator, Sequence

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from districts.geometry import Geometries, area_m2, polygons_of
from districts.importing.checking import Area
from districts.importing.findings import Findings, Kind, Place

# Digitising leaves less than this between areas that are meant to touch.
_LEAST_M2 = 1.0
_MOST_LABELS = 4


def find_overlaps(areas: Sequence[Area], findings: Findings) -> None:
    """Each pair that shares more than 1 m², with its whole shared area."""
    polygons = np.array([area.polygon for area in areas], dtype=object)
    left, right = shapely.STRtree(polygons).query(polygons, predicate="intersects")
    for a, b in sorted(zip(left.tolist(), right.tolist(), strict=True)):
        if a < b:
            shared = polygons_of(shapely.intersection(polygons[a], polygons[b]))
            _add_area(findings, Kind.OVERLAP, f"{areas[a].label} / {areas[b].label}", shared)


def find_gaps(areas: Sequence[Area], findings: Findings) -> None:
    """Each place over 1 m² that areas enclose and that none of them holds."""
    polygons = np.array([area.polygon for area in areas], dtype=object)
    tree = shapely.STRtree(polygons)
    for gap in _enclosed(polygons):
        around = [areas[i].label for i in sorted(tree.query(gap, predicate="intersects").tolist())]
        more = [f"{len(around) - _MOST_LABELS} more"] if len(around) > _MOST_LABELS else []
        _add_area(findings, Kind.GAP, " / ".join([*around[:_MOST_LABELS], *more]), gap)


def _enclosed(polygons: Geometries) -> Iterator[shapely.Polygon]:
    for part in shapely.get_parts(shapely.union_all(polygons)):
        yield from (shapely.Polygon(ring) for ring in part.interiors)


def _add_area(findings: Findings, kind: Kind, text: str, geometry: BaseGeometry) -> None:
    area = area_m2(geometry)
    if area > _LEAST_M2:
        findings.add(kind, text, _somewhere_in(geometry), area)


def _somewhere_in(geometry: BaseGeometry) -> Place:
    point = max(shapely.get_parts(geometry), key=lambda part: part.area).representative_point()
    return point.x, point.y
