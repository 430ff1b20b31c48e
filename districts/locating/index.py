"""Many polygons in memory: which of them hold a point, and how far it is to their borders.

Whether a polygon holds a point is asked in degrees, on the very coordinates of the file; distances are
measured on the local projection. GEOS builds parts of its indexes at their first use and not under a lock,
so each is used once here, before other threads see it.
"""

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from districts.geometry import Floats, Geometries, project

Indexes = NDArray[np.int64]
Mask = NDArray[np.bool_]
AnyPolygon = shapely.Polygon | shapely.MultiPolygon
# Measured on 24 to 39 districts of a thousand corners: the nearest border is found twice as fast as among
# single edges in nodes of the default size.
_EDGES = 6
_NODE_CAPACITY = 3
_LONG_REACH = 50.0


class AreaIndex:
    """Polygons, found by position; results are indexes into the sequence given."""

    def __init__(self, polygons: Sequence[AnyPolygon]) -> None:
        self.polygons: Geometries = np.array(list(polygons), dtype=object)
        shapely.prepare(self.polygons)
        self._tree = shapely.STRtree(self.polygons)
        self._borders, self._owners = _borders_of(self.polygons)
        self._border_tree = shapely.STRtree(self._borders, node_capacity=_NODE_CAPACITY)
        self._use_once()

    def _use_once(self) -> None:
        for polygon in self.polygons:
            centre = polygon.representative_point()
            self.covering(centre)
            self.nearest_edge(centre)

    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north of them all; a box that holds nothing when there are none."""
        if not len(self.polygons):
            return np.inf, np.inf, -np.inf, -np.inf
        west, south, east, north = shapely.total_bounds(self.polygons).tolist()
        return west, south, east, north

    def covering(self, point: shapely.Point) -> list[int]:
        """The polygons that hold a point in degrees, their edges included, in the order given."""
        near = self._tree.query(point)
        if not len(near):
            return []
        found: list[int] = near[shapely.intersects(self.polygons[near], point)].tolist()
        found.sort()
        return found

    def covering_many(self, points: Geometries) -> tuple[Indexes, Indexes]:
        """Pairs of (point, polygon that holds it), for points in degrees."""
        point, polygon = self._tree.query(points)
        holds = shapely.intersects(self.polygons[polygon], points[point])
        return point[holds], polygon[holds]

    def nearest_edge(self, local_point: shapely.Point) -> float | None:
        """The projected length from a projected point to the nearest edge; None without polygons."""
        found, lengths = self._border_tree.query_nearest(local_point, return_distance=True, all_matches=False)
        return float(lengths[0]) if len(found) else None

    def nearest_edges(self, local_points: Geometries, limit: float) -> Floats:
        """The projected length from each point to the nearest edge, infinite beyond the limit."""
        lengths = np.full(len(local_points), np.inf)
        (point, _), found = self._border_tree.query_nearest(
            local_points, max_distance=limit, return_distance=True, all_matches=False
        )
        lengths[point] = found
        return lengths

    def edges_within(self, local_point: shapely.Point, reach: float) -> dict[int, float]:
        """The polygons with an edge within the projected reach, and the length to it."""
        near = self._border_tree.query(local_point, predicate="dwithin", distance=reach)
        lengths = shapely.distance(self._borders[near], local_point)
        shortest: dict[int, float] = {}
        for polygon, length in zip(self._owners[near].tolist(), lengths.tolist(), strict=True):
            if length < shortest.get(polygon, np.inf):
                shortest[polygon] = length
        return shortest

    def edge_of(self, polygon: int, local_point: shapely.Point) -> float:
        """The projected length from a point to one polygon's own border."""
        return float(shapely.distance(self._borders[self._owners == polygon], local_point).min())

    def near_mask(self, local_points: Geometries, reach: Floats) -> Mask:
        """Which of the points have an edge within their projected reach."""
        # Within a long reach lie thousands of edges: there the nearest is found sooner than all.
        is_long = reach > _LONG_REACH
        mask = np.zeros(len(local_points), dtype=bool)
        if is_long.any():
            lengths = self.nearest_edges(local_points[is_long], float(reach[is_long].max()))
            mask[is_long] = lengths <= reach[is_long]
        short = np.flatnonzero(~is_long)
        found = self._border_tree.query(local_points[short], predicate="dwithin", distance=reach[short])[0]
        mask[short[found]] = True
        return mask


def _borders_of(polygons: Geometries) -> tuple[Geometries, Indexes]:
    """Every ring cut into projected lines of a few edges, and the polygon that each belongs to."""
    parts, part_of = shapely.get_parts(polygons, return_index=True)
    rings, ring_of = shapely.get_rings(parts, return_index=True)
    pieces = [_pieces(shapely.get_coordinates(ring)) for ring in project(rings)]
    owners = np.repeat(part_of[ring_of], [len(piece) for piece in pieces])
    lines = shapely.linestrings(np.concatenate([np.empty((0, _EDGES + 1, 2)), *pieces]))
    return np.asarray(lines), np.asarray(owners)


def _pieces(corners: Floats) -> Floats:
    """(pieces, corners of a piece, 2); the last piece repeats the last corner."""
    starts = np.arange(0, len(corners) - 1, _EDGES)
    picked = starts[:, np.newaxis] + np.arange(_EDGES + 1)
    return np.asarray(corners[np.minimum(picked, len(corners) - 1)])
