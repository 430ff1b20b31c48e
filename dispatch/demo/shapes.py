"""Approximate boundaries from centres: Voronoi cells, merged by district, clipped to the surroundings."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from shapely import MultiPoint, Point, voronoi_polygons
from shapely.affinity import scale
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.ops import unary_union

Centre = tuple[str, float, float]

# One degree of longitude is this share of one of latitude at Sofia (cos 42.7°).
LONGITUDE_SHARE = 0.735
REACH_DEG = 0.032  # about 3.5 km: how far the city reaches beyond its outermost centres


def neighbourhood_cells(centres: Iterable[Centre]) -> dict[str, MultiPolygon]:
    """A cell for each named centre: no gaps and no overlaps between them. Names must be unique."""
    flat = {name: Point(lon * LONGITUDE_SHARE, lat) for name, lon, lat in centres}
    around = unary_union([point.buffer(2 * REACH_DEG) for point in flat.values()])
    outline = around.buffer(-1.4 * REACH_DEG)  # closes the gaps between neighbouring villages
    cells = voronoi_polygons(MultiPoint(list(flat.values())), extend_to=outline)
    return {
        name: _degrees(_polygons(cell.intersection(outline)))
        for cell in cells.geoms
        for name, point in flat.items()
        if cell.contains(point)
    }


def district_areas(
    cells: Mapping[str, MultiPolygon], district_of: Mapping[str, str]
) -> dict[str, MultiPolygon]:
    """The districts' areas: each the union of its neighbourhoods' cells."""
    grouped: dict[str, list[BaseGeometry]] = defaultdict(list)
    for name, cell in cells.items():
        grouped[district_of[name]].append(cell)
    return {code: _polygons(unary_union(parts)) for code, parts in grouped.items()}


def _degrees(shape: MultiPolygon) -> MultiPolygon:
    widened = scale(shape, xfact=1 / LONGITUDE_SHARE, yfact=1, origin=(0, 0))
    return _polygons(widened)


def _polygons(shape: BaseGeometry) -> MultiPolygon:
    parts = [part for part in getattr(shape, "geoms", [shape]) if isinstance(part, Polygon)]
    return MultiPolygon(parts)
