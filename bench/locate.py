"""What locating costs, against a bare shapely STRtree on the same polygons.

`python bench/locate.py [--districts FILE] [--points N]`. Without a file the districts are 24 cells with
borders of about a thousand corners, made here. Exits 1 when a bound is missed.
"""

import argparse
import csv
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal

import numpy as np
import shapely

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
VAR = tempfile.TemporaryDirectory(prefix="mahala-bench-")  # goes when the run ends
os.environ["MAHALA_VAR"] = VAR.name

BOUND = 3.0
SEED = 20261103
AT = datetime(2026, 11, 3, 9, tzinfo=UTC)
CITY = (23.20, 42.60, 23.50, 42.80)
SINGLE_POINTS, ROUNDS = 2_000, 7
CELLS, HALVINGS = 24, 8
Positions = np.ndarray[Any, np.dtype[np.float64]]


def main() -> int:
    """Print the ratios and what they were measured on; 1 when a bound was missed."""
    import django

    django.setup()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--districts", type=Path, help="a file of polygons that GDAL reads")
    parser.add_argument("--points", type=int, default=100_000)
    arguments = parser.parse_args()
    polygons = read_polygons(arguments.districts) if arguments.districts else noisy_cells()
    corners = shapely.get_num_coordinates(polygons)
    versions = f"shapely {shapely.__version__}, GEOS {shapely.geos_version_string}"
    print(f"Python {platform.python_version()}, {versions}")
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    print(f"{len(polygons)} polygons of {corners.min()} to {corners.max()} corners, {corners.sum()} in all")
    points = points_in(polygons, arguments.points)
    kept = [measure_single(polygons, points[:SINGLE_POINTS]), measure_file(polygons, points)]
    return 0 if all(kept) else 1


# --- what is located -------------------------------------------------------------------------------------


def noisy_cells() -> Sequence[shapely.Polygon]:
    """Voronoi cells whose shared borders wander like rivers, the same on both sides."""
    random = np.random.default_rng(SEED)
    frame = shapely.box(*CITY)
    seeds = shapely.MultiPoint(random.uniform(CITY[:2], CITY[2:], (CELLS, 2)))
    cells = shapely.get_parts(shapely.voronoi_polygons(seeds, extend_to=frame))
    edges = shapely.get_parts(
        shapely.node(shapely.union_all(shapely.boundary(shapely.intersection(cells, frame))))
    )
    borders = shapely.node(shapely.union_all([wander(edge, random) for edge in edges]))
    areas = shapely.get_parts(shapely.polygonize(shapely.get_parts(borders)))
    largest = areas[np.argsort(-shapely.area(areas))][:CELLS]
    return [area for area in largest if isinstance(area, shapely.Polygon)]


def wander(edge: shapely.Geometry, random: np.random.Generator) -> shapely.LineString:
    """Midpoint displacement of each straight piece, the ends kept."""
    line = shapely.get_coordinates(edge)
    for _ in range(HALVINGS):
        steps = np.diff(line, axis=0)
        across = np.column_stack([-steps[:, 1], steps[:, 0]])
        middles = (line[:-1] + line[1:]) / 2 + across * random.uniform(-0.12, 0.12, (len(steps), 1))
        line = np.insert(line, range(1, len(line)), middles, axis=0)
    return shapely.LineString(line)


def read_polygons(path: Path) -> Sequence[shapely.MultiPolygon]:
    from districts.geometry import polygons_of
    from districts.importing.reading import read_source

    shapes = [row.geometry for row in read_source(path).rows if row.geometry is not None]
    return [polygons_of(shapely.make_valid(shape)) for shape in shapes]


def points_in(polygons: Sequence[shapely.Geometry], count: int) -> Positions:
    """Positions (lon, lat) spread evenly over the covered area, to seven digits as a phone gives them."""
    random = np.random.default_rng(SEED)
    west, south, east, north = shapely.total_bounds(polygons)
    covered = shapely.union_all(polygons)
    shapely.prepare(covered)
    kept = np.empty((0, 2))
    while len(kept) < count:
        tried = random.uniform((west, south), (east, north), (count, 2)).round(7)
        kept = np.vstack([kept, tried[shapely.intersects_xy(covered, tried)]])
    return kept[:count]


def responsibilities(polygons: Sequence[Any]) -> Any:
    from districts.locating import BoundaryFact, CityFacts, DistrictFact, Responsibilities

    districts = tuple(DistrictFact(i, f"{i:02}", {"en": f"District {i}"}) for i in range(len(polygons)))
    areas = tuple(BoundaryFact(i, i, polygon, date(2020, 1, 1)) for i, polygon in enumerate(polygons))
    known = Responsibilities(CityFacts(districts, areas), margin_m=300, time_zone=UTC)
    start = time.perf_counter()
    known.map_on(AT.date())
    print(f"made ready in {1000 * (time.perf_counter() - start):.0f} ms")
    return known


# --- how long it takes -----------------------------------------------------------------------------------


def measure_single(polygons: Sequence[Any], points: Positions) -> bool:
    """Ours is the whole answer with the distance to the border; the floor only finds the polygon."""
    known, tree = responsibilities(polygons), shapely.STRtree(polygons)
    spots = [(lon, lat) for lon, lat in points.tolist()]

    def ours() -> None:
        for spot in spots:
            known.locate(point=spot, at=AT)

    def floor(predicate: Literal["intersects", "within"]) -> Callable[[], None]:
        def ask() -> None:
            for spot in spots:
                tree.query(shapely.Point(spot), predicate=predicate)

        return ask

    took = interleaved(ours, floor("intersects"), floor("within"))
    micro = [1e6 * seconds / len(spots) for seconds in took]
    # “within” leaves edges to nobody, but is the faster of the two: the stricter floor.
    return verdict("one point", micro, "µs")


def measure_file(polygons: Sequence[Any], points: Positions) -> bool:
    """Ours reads, locates and writes the CSV; the floor finds the polygons of points that are there."""
    from districts.locating.table import Columns, locate_table

    known, tree = responsibilities(polygons), shapely.STRtree(polygons)
    ready = shapely.points(points)
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "in.csv", Path(folder) / "out.csv"
        with source.open("w", newline="") as file:
            csv.writer(file).writerows(
                [("id", "lat", "lon"), *((i, y, x) for i, (x, y) in enumerate(points.tolist()))]
            )

        def ours() -> None:
            with source.open(newline="") as rows, target.open("w", newline="") as out:
                counts = locate_table(known, rows, out, Columns("lat", "lon"), at=AT)
            assert counts.total() == len(points)

        took = interleaved(
            ours,
            lambda: tree.query(ready, predicate="intersects"),
            lambda: tree.query(ready, predicate="within"),
        )
    return verdict(f"a CSV of {len(points):,}", [1000 * seconds for seconds in took], "ms")


def interleaved(*ways: Callable[[], object]) -> list[float]:
    """The median of each way's seconds over rounds in which all take turns, the first round thrown away."""
    rounds = [[seconds(way) for way in ways] for _ in range(ROUNDS + 1)][1:]
    return [statistics.median(took) for took in zip(*rounds, strict=True)]


def seconds(way: Callable[[], object]) -> float:
    start = time.perf_counter()
    way()
    return time.perf_counter() - start


def verdict(what: str, took: Sequence[float], unit: str) -> bool:
    ours, intersects, within = took
    floor = min(intersects, within)
    print(f"{what}: {ours:,.1f} {unit}, floor {floor:,.1f} {unit}, ratio {ours / floor:.2f} (≤ {BOUND:g})")
    print(f"  (STRtree.query: within {within:,.1f}, intersects {intersects:,.1f}; the floor is the faster)")
    return ours / floor <= BOUND


if __name__ == "__main__":
    sys.exit(main())
