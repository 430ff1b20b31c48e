"""The desk's map: reports counted on a grid by the database, and one by one where they stand alone."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Avg, Count, F, FloatField, Func, Min, QuerySet
from django.db.models.functions import Floor
from django.utils.translation import gettext as _

from accounts.errors import DomainError
from dispatch.selectors.counted import counted_once
from dispatch.selectors.desk import Row, queue_asked
from dispatch.selectors.filters import Filters, Tab
from dispatch.selectors.standing import tone_counts
from districts.models import District
from districts.spatial import points_within
from reports.codes import format_code
from reports.models import Report
from reports.selectors import queue as reports_queue

# MapLibre's tiles are 512 pixels wide; two pins closer than this lie over each other.
TONES = ("late", "moving", "planned", "fixed")
TILE_PIXELS, CELL_PIXELS = 512, 72
# From here on every report is a pin of its own, as long as not too many are in view.
CLOSEST_ZOOM, PINS_AT_MOST = 17, 300
# Below this zoom a district has few cells: all of them are counted once, for every part of the map.
KEPT_BELOW_ZOOM = 14
# What a pin doesn't show.
_OF_REPORT = ("answers", "description", "search_text", "reason", "routing")
_OF_CATEGORY = ("category__keywords", "category__questions", "category__danger_notices")
_UNSEEN = (*_OF_REPORT, *_OF_CATEGORY)

Facts = dict[str, Any]


class ViewportUnreadable(DomainError):
    """The part of the map that was asked for is none."""

    code = "invalid"
    http_status = 422


@dataclass(frozen=True, slots=True)
class Viewport:
    """What a map shows: degrees, and MapLibre's zoom."""

    west: float
    south: float
    east: float
    north: float
    zoom: float

    @classmethod
    def read(cls, box: str, zoom: str) -> "Viewport":
        """From "west,south,east,north" and the zoom. Raises ViewportUnreadable."""
        try:
            west, south, east, north = (float(part) for part in box[:200].split(","))
            found = cls(west, south, east, north, float(zoom[:20]))
        except ValueError:
            raise ViewportUnreadable(_("This is no part of a map."), field="bbox") from None
        if not found.is_sound:
            raise ViewportUnreadable(_("This is no part of a map."), field="bbox")
        return found

    @property
    def is_sound(self) -> bool:
        west_to_east = -180 <= self.west < self.east <= 180
        south_to_north = -90 <= self.south < self.north <= 90
        return west_to_east and south_to_north and 0 <= self.zoom <= 24

    @property
    def cell(self) -> tuple[float, float]:
        """Width and height of a cell in degrees. It stays the same while the map is moved."""
        wide = 360 * CELL_PIXELS / (TILE_PIXELS * 2 ** math.floor(self.zoom))
        middle = round((self.south + self.north) / 2)
        return wide, wide * max(math.cos(math.radians(middle)), 0.1)

    @property
    def whole_cells(self) -> tuple[float, float, float, float]:
        """The box widened to whole cells, so that a cell at the edge counts what it counts elsewhere."""
        wide, high = self.cell
        west, south = math.floor(self.west / wide) * wide, math.floor(self.south / high) * high
        east, north = math.ceil(self.east / wide) * wide, math.ceil(self.north / high) * high
        return west, south, east, north

    def holds(self, column: float, line: float) -> bool:
        """Whether this cell is one of the whole cells."""
        wide, high = self.cell
        across = math.floor(self.west / wide) <= column < math.ceil(self.east / wide)
        return across and math.floor(self.south / high) <= line < math.ceil(self.north / high)


def map_features(
    district: District, *, filters: Filters, sees_contacts: bool, viewport: Viewport, at: datetime
) -> Facts:
    """What the view holds there, as GeoJSON: clusters with `count` and counts by tone, and single reports.

    Three queries at most, however many reports there are.
    """
    asked = queue_asked(district, filters=filters, sees_contacts=sees_contacts, at=at)
    listed = reports_queue.queued(**asked)
    reports = points_within(listed, "point", *viewport.whole_cells)
    if filters.narrows or filters.view is Tab.FINISHED or viewport.zoom >= KEPT_BELOW_ZOOM:
        cells = _counted(reports, filters, viewport, at)
    else:
        cells = _kept_cells(listed, district, filters, viewport, at)
    if viewport.zoom >= CLOSEST_ZOOM and sum(cell["count"] for cell in cells) <= PINS_AT_MOST:
        return _collection(_pins(reports, at))
    alone = [cell["first"] for cell in cells if cell["count"] == 1]
    single = _pins(Report.objects.filter(pk__in=alone), at) if alone else []
    many = [_cluster(cell, viewport) for cell in cells if cell["count"] > 1]
    return _collection([*many, *single])


def _kept_cells(
    listed: QuerySet[Report], district: District, filters: Filters, viewport: Viewport, at: datetime
) -> list[Facts]:
    """The cells in view of a whole tab: all of its cells are counted once for each event of the district."""
    wide, high = viewport.cell
    name = f"desk-cells:{filters.view}:{wide:.9f}:{high:.9f}"
    cells = counted_once(name, district, at=at, count=lambda: _counted(listed, filters, viewport, at))
    return [cell for cell in cells if viewport.holds(cell["column"], cell["line"])]


def _counted(reports: QuerySet[Report], filters: Filters, viewport: Viewport, at: datetime) -> list[Facts]:
    """A row for each cell that holds something: how many, of each tone too, the first, and their middle."""
    wide, high = viewport.cell
    lon = Func(F("point"), function="ST_X", output_field=FloatField())
    lat = Func(F("point"), function="ST_Y", output_field=FloatField())
    placed = reports.order_by().annotate(column=Floor(lon / wide), line=Floor(lat / high))
    tones = tone_counts(ended=filters.view is Tab.FINISHED, at=at)
    middle = {"middle_lon": Avg(lon), "middle_lat": Avg(lat)}
    counted = placed.values("column", "line").annotate(count=Count("pk"), first=Min("pk"), **middle, **tones)
    return list(counted)


def _collection(features: Sequence[Facts]) -> Facts:
    return {"type": "FeatureCollection", "features": features}


def _cluster(cell: Facts, viewport: Viewport) -> Facts:
    """Drawn where its reports lie, but well inside its cell: neighbours must not cover each other."""
    wide, high = viewport.cell
    lon = _inside(cell["middle_lon"], cell["column"], wide)
    lat = _inside(cell["middle_lat"], cell["line"], high)
    tones = {tone: cell[tone] for tone in TONES if cell.get(tone)}
    facts = {"count": cell["count"], "tones": tones, "id": f"{cell['column']:.0f}/{cell['line']:.0f}"}
    return _feature(lon, lat, facts)


def _inside(middle: float, cell: float, size: float) -> float:
    return min(max(middle, (cell + 0.35) * size), (cell + 0.65) * size)


def _pins(reports: QuerySet[Report], at: datetime) -> list[Facts]:
    """Each report as a point of the map. One query, which leaves the long texts where they are."""
    return [_pin(report, at) for report in reports.select_related("category").defer(*_UNSEEN)]


def _pin(report: Report, at: datetime) -> Facts:
    mark = Row(report, crew="", at=at, districts={}).mark
    facts = {
        "id": report.code,
        "tone": mark.tone,
        "label": f"{report.category.name} · {mark.word}",
        "code": format_code(report.code),
    }
    return _feature(report.point.x, report.point.y, facts)


def _feature(lon: float, lat: float, facts: Facts) -> Facts:
    geometry = {"type": "Point", "coordinates": [round(lon, 6), round(lat, 6)]}
    return {"type": "Feature", "geometry": geometry, "properties": facts}
