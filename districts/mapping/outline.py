"""The city's outline in memory: districts and neighbourhoods, lightened to draw, kept until they change."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import shapely
from django.db.models import Q
from shapely.geometry.base import BaseGeometry

from accounts.languages import localized
from districts.mapping import drawing
from districts.models import Boundary, DistrictKind, Neighbourhood, ResponsibilityVersion

# Raise it when the shape of the answers changes, so that no browser keeps the old one.
FORMAT = 2


@dataclass(frozen=True)
class Area:
    """One district or neighbourhood as it is drawn."""

    code: str
    names: dict[str, str]
    shape: BaseGeometry
    place: tuple[float, float]
    tint: int
    approximate: bool
    parent: str = ""

    def properties(self, language: str) -> dict[str, Any]:
        facts = {"code": self.code, "name": localized(self.names, language) or self.code, "tint": self.tint}
        return facts | {"approximate": self.approximate} | ({"district": self.parent} if self.parent else {})


@dataclass(frozen=True)
class Outline:
    """All that is drawn of the city on one day; `version` changes whenever any of it may have."""

    version: str
    areas: tuple[Area, ...]

    @property
    def bounds(self) -> tuple[float, float, float, float] | None:
        """West, south, east, north in degrees; None for a city without boundaries."""
        if not self.areas:
            return None
        west, south, east, north = shapely.total_bounds([area.shape for area in self.areas]).tolist()
        return west, south, east, north

    @property
    def approximate(self) -> bool:
        return any(area.approximate for area in self.areas)

    def collection(self, language: str, *, with_areas: bool) -> dict[str, Any]:
        """A GeoJSON collection: `role` is area, label (where the name stands) or border (each line once)."""
        areas = [_feature(a.shape, a.properties(language) | {"role": "area"}) for a in self.areas]
        labels = [
            _feature(shapely.Point(a.place), a.properties(language) | {"role": "label"}) for a in self.areas
        ]
        features = (areas if with_areas else []) + labels + self._borders()
        return {"type": "FeatureCollection", "features": features}

    def _borders(self) -> list[dict[str, Any]]:
        lines = []
        for approximate in (False, True):
            shapes = [area.shape for area in self.areas if area.approximate is approximate]
            if shapes:
                facts = {"role": "border", "approximate": approximate}
                lines.append(_feature(drawing.border_lines(shapes), facts))
        return lines


def _feature(shape: BaseGeometry, properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "geometry": drawing.as_geojson(shape), "properties": properties}


# The last outline of each kind, by its name; replaced as a whole, so threads need no lock.
_kept: dict[str, Outline] = {}


def outline_version(on: date) -> str:
    """Changes with every change of boundaries and on the days on which dated ones may begin or end."""
    version = ResponsibilityVersion.objects.values_list("version", flat=True).first() or 0
    return f"{FORMAT}.{version}.{on:%Y%m%d}"


def get_districts(on: date, version: str) -> Outline:
    """The districts as they are valid on a day; `version` is that day's `outline_version`."""
    return _get("districts", on, version)


def get_neighbourhoods(on: date, version: str) -> Outline:
    return _get("neighbourhoods", on, version)


def _get(kind: str, on: date, version: str) -> Outline:
    kept = _kept.get(kind)
    if kept is None or kept.version != version:
        areas = _district_areas(on) if kind == "districts" else _neighbourhood_areas()
        kept = _kept[kind] = Outline(version, areas)
    return kept


def _district_areas(on: date) -> tuple[Area, ...]:
    boundaries = list(
        Boundary.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=on), valid_from__lte=on)
        .filter(district__kind=DistrictKind.DISTRICT)
        .select_related("district")
        .order_by("district__code")
    )
    shapes = _light_shapes(boundaries, drawing.DISTRICT_TOLERANCE)
    tints = drawing.give_tints(shapes)
    return tuple(
        _area(b.district.code, b.district.names, shape, tint, b.approximate)
        for b, shape, tint in zip(boundaries, shapes, tints, strict=True)
    )


def _neighbourhood_areas() -> tuple[Area, ...]:
    rows = list(Neighbourhood.objects.select_related("district").order_by("code"))
    shapes = _light_shapes(rows, drawing.NEIGHBOURHOOD_TOLERANCE)
    return tuple(
        _area(n.code, n.names, shape, 0, n.approximate, n.district.code)
        for n, shape in zip(rows, shapes, strict=True)
    )


def _light_shapes(rows: Sequence[Boundary | Neighbourhood], tolerance: float) -> list[BaseGeometry]:
    return drawing.lighten([shapely.from_wkb(bytes(row.polygon.wkb)) for row in rows], tolerance)


def _area(
    code: str, names: dict[str, str], shape: BaseGeometry, tint: int, approximate: bool, parent: str = ""
) -> Area:
    place = drawing.name_place(shape)
    return Area(code, names, shape, (place.x, place.y), tint, approximate, parent)
