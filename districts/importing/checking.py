"""Rows of a file as areas with a code and names: pure, repairing what can be repaired and saying so."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from districts.geometry import area_m2, polygons_of
from districts.importing.findings import Findings, Kind, Place, square_metres
from districts.importing.reading import Source, SourceRefused, SourceRow

_AREAS = {"Polygon", "MultiPolygon", "GeometryCollection"}


@dataclass(frozen=True, slots=True)
class Area:
    """`parent` is the code of the district that a neighbourhood says it lies in, if the file says."""

    code: str
    names: dict[str, str]
    polygon: shapely.MultiPolygon
    parent: str = ""

    @property
    def label(self) -> str:
        return " ".join([self.code, *list(self.names.values())[:1]])


@dataclass(frozen=True, slots=True)
class Fields:
    """Which fields to read; `names` maps a language to its field."""

    code: str
    names: Mapping[str, str]
    parent: str | None = None

    def all(self) -> list[str]:
        return [self.code, *self.names.values(), *([self.parent] if self.parent else [])]


def check_fields(source: Source, fields: Fields) -> None:
    missing = [name for name in fields.all() if name not in source.fields]
    if missing:
        available = ", ".join(source.fields) or "none"
        raise SourceRefused(f"There is no field {', '.join(missing)}; the file has: {available}.")


def check_rows(rows: Sequence[SourceRow], fields: Fields, findings: Findings) -> list[Area]:
    """The areas that can be used; for all others the findings say why not."""
    areas = [area for row in rows if (area := _area(row, fields, findings)) is not None]
    if not rows:
        findings.add(Kind.REFUSED, "the file has no features")
    _check_codes(rows, fields, findings)
    return areas


def _area(row: SourceRow, fields: Fields, findings: Findings) -> Area | None:
    code = row.values[fields.code]
    label = f"feature {row.number} ({code or 'no code'})"
    names = {lang: row.values[name] for lang, name in fields.names.items() if row.values[name]}
    if problem := _problem(row, code):
        findings.add(Kind.REFUSED, f"{label} {problem}")
        return None
    assert row.geometry is not None  # noqa: S101 (the problem above)
    polygon = _repair(row.geometry, label, findings)
    if not names:
        findings.add(Kind.NOTE, f"{label} has no name; its code stands in")
    parent = row.values[fields.parent] if fields.parent else ""
    return None if polygon is None else Area(code, names, polygon, parent)


def _problem(row: SourceRow, code: str) -> str:
    """Why the row can't be used at all."""
    if row.problem:
        return row.problem
    if not code:
        return "has no code"
    if len(code) > 32:
        return "has a code longer than 32 characters"
    if row.geometry is None or row.geometry.is_empty:
        return "has no geometry"
    return _shape_problem(row.geometry)


def _shape_problem(geometry: BaseGeometry) -> str:
    if geometry.geom_type not in _AREAS:
        return f"is a {geometry.geom_type} where a polygon is wanted"
    corners = shapely.get_coordinates(geometry)
    odd = corners[~(np.isfinite(corners).all(axis=1) & (np.abs(corners) <= [180, 90]).all(axis=1))]
    if len(odd):
        return f"has coordinates that can't be degrees, such as {odd[0][0]:g}, {odd[0][1]:g}"
    return ""


def _repair(geometry: BaseGeometry, label: str, findings: Findings) -> shapely.MultiPolygon | None:
    if geometry.is_valid and geometry.geom_type != "GeometryCollection":
        return polygons_of(geometry)
    reason, place = _why_invalid(geometry)
    polygon = polygons_of(shapely.make_valid(geometry))
    if polygon.is_empty:
        findings.add(Kind.REFUSED, f"{label} encloses no area ({reason})", place)
        return None
    if not polygon.is_valid:
        polygon = polygons_of(shapely.union_all(shapely.get_parts(polygon)))
    findings.add(Kind.REPAIRED, f"{label}: {reason}, {square_metres(area_m2(polygon))} kept", place)
    return polygon


def _why_invalid(geometry: BaseGeometry) -> tuple[str, Place | None]:
    """GEOS's words, such as "Self-intersection[23.3 42.5]", and the place in them."""
    reason, _, rest = shapely.is_valid_reason(geometry).partition("[")
    if reason == "Valid Geometry":
        return "points and lines beside the polygons", None
    x, _, y = rest.rstrip("]").partition(" ")
    return reason, (float(x), float(y)) if y else None


def _check_codes(rows: Sequence[SourceRow], fields: Fields, findings: Findings) -> None:
    seen: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        seen[row.values[fields.code]].append(row.number)
    for code, numbers in seen.items():
        if code and len(numbers) > 1:
            findings.add(Kind.DUPLICATE, f"{code} in features {', '.join(map(str, numbers))}")
