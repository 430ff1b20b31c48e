"""Writing imported areas: in the caller's transaction, and only what has changed."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import shapely
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon
from django.utils.text import slugify

from districts.importing.checking import Area
from districts.importing.reading import SourceRefused
from districts.models import Boundary, District, DistrictKind, Neighbourhood
from districts.models.areas import WGS84


@dataclass(frozen=True, slots=True)
class Labels:
    """What the rows will say of their origin; `source` None leaves that of known areas as it is."""

    file: str
    source: str | None
    approximate: bool

    @property
    def origin(self) -> str:
        return (self.source or self.file)[:300]

    def refresh(self, row: Boundary | Neighbourhood) -> bool:
        """Relabel a row; whether that changed anything."""
        before = (row.source, row.approximate)
        row.source = self.source or row.source
        row.approximate = self.approximate
        return before != (row.source, row.approximate)


def save_districts(
    areas: Sequence[Area], *, kind: DistrictKind, valid_from: date, labels: Labels
) -> Counter[str]:
    """Create and rename districts, and date their boundaries; how many rows of which fate.

    A changed polygon closes the open boundary on `valid_from`; one that begins that very day is corrected in
    place. Raises SourceRefused where a boundary would have to change before it begins.
    """
    counts: Counter[str] = Counter()
    known = {district.code: district for district in District.objects.all()}
    for position, area in enumerate(areas):
        district = known.get(area.code) or District(code=area.code, kind=kind, position=position)
        counts[f"{_save_named(district, area, kind)} districts"] += 1
        counts[f"{_save_boundary(district, area, valid_from, labels)} boundaries"] += 1
    return counts


def save_neighbourhoods(areas: Sequence[Area], *, valid_from: date, labels: Labels) -> Counter[str]:
    """Create and correct neighbourhoods, each in the district that the file names or that holds most."""
    districts = _open_areas(valid_from)
    known = {row.code: row for row in Neighbourhood.objects.all()}
    slugs = {row.slug for row in known.values()}
    counts: Counter[str] = Counter()
    for area in areas:
        row = known.get(area.code) or Neighbourhood(code=area.code, slug=_free_slug(area, slugs))
        counts[f"{_save_neighbourhood(row, area, districts, labels)} neighbourhoods"] += 1
    return counts


def other_areas(codes: set[str], day: date) -> list[Area]:
    """The districts that a file leaves as they are: neighbours of those that it changes."""
    return [Area(d.code, d.names, polygon) for d, polygon in _open_areas(day) if d.code not in codes]


def _open_areas(day: date) -> list[tuple[District, shapely.MultiPolygon]]:
    rows = Boundary.objects.filter(valid_to__isnull=True, district__kind=DistrictKind.DISTRICT)
    return [(row.district, _shape(row.polygon)) for row in rows.select_related("district")]


def _save_named(district: District, area: Area, kind: DistrictKind) -> str:
    if district.kind != kind:
        raise SourceRefused(f"{area.label} is known as a {district.get_kind_display()}, not a {kind.label}.")
    names = district.names | area.names
    if district.pk and names == district.names:
        return "unchanged"
    fate = "renamed" if district.pk else "new"
    district.names = names
    district.save()
    return fate


def _save_boundary(district: District, area: Area, valid_from: date, labels: Labels) -> str:
    latest = district.boundaries.order_by("valid_from").last()
    if latest is None or (latest.valid_to is not None and latest.valid_to <= valid_from):
        return _open_boundary(district, area, valid_from, labels)
    if latest.valid_to is None and _is_same(latest.polygon, area.polygon):
        return _save_if(labels.refresh(latest), latest)
    if latest.valid_to is not None or latest.valid_from > valid_from:
        raise SourceRefused(
            f"{area.label} has a boundary from {latest.valid_from} on: choose a later --valid-from."
        )
    if latest.valid_from == valid_from:
        return _correct(latest, area, labels)
    latest.valid_to = valid_from
    latest.save(update_fields=["valid_to"])
    _open_boundary(district, area, valid_from, labels)
    return "changed"


def _open_boundary(district: District, area: Area, valid_from: date, labels: Labels) -> str:
    Boundary.objects.create(
        district=district,
        polygon=_geos(area.polygon),
        valid_from=valid_from,
        source=labels.origin,
        approximate=labels.approximate,
    )
    return "new"


def _correct(row: Boundary | Neighbourhood, area: Area, labels: Labels) -> str:
    row.polygon = _geos(area.polygon)
    labels.refresh(row)
    row.save()
    return "corrected"


def _save_if(changed: bool, row: Boundary | Neighbourhood) -> str:  # noqa: FBT001
    if changed:
        row.save()
    return "relabelled" if changed else "unchanged"


def _save_neighbourhood(
    row: Neighbourhood,
    area: Area,
    districts: Sequence[tuple[District, shapely.MultiPolygon]],
    labels: Labels,
) -> str:
    is_new = row.pk is None
    before = (row.names, row.district_id)
    row.names = row.names | area.names
    row.district = _parent(area, districts)
    if is_new:
        row.source = labels.origin
        _correct(row, area, labels)
        return "new"
    if not _is_same(row.polygon, area.polygon):
        return _correct(row, area, labels)
    return _save_if(labels.refresh(row) or before != (row.names, row.district_id), row)


def _parent(area: Area, districts: Sequence[tuple[District, shapely.MultiPolygon]]) -> District:
    if area.parent:
        found = [district for district, _ in districts if district.code == area.parent]
        shares = {district.code: (1.0, district) for district in found}
    else:
        held = [(shapely.intersection(area.polygon, shape).area, district) for district, shape in districts]
        shares = {district.code: (share, district) for share, district in held if share > 0}
    if not shares:
        raise SourceRefused(f"{area.label} lies in no district{f' {area.parent}' if area.parent else ''}.")
    return max(shares.items(), key=lambda item: (item[1][0], item[0]))[1][1]


def _free_slug(area: Area, taken: set[str]) -> str:
    name = area.names.get("en") or next(iter(area.names.values()), area.code)
    plain = slugify(name, allow_unicode=True)[:70] or slugify(area.code, allow_unicode=True)
    choices = [plain, f"{plain}-{slugify(area.code, allow_unicode=True)}"[:80]]
    slug = next((choice for choice in choices if choice not in taken), "")
    if not slug:
        raise SourceRefused(f"{area.label} would have the same address as another neighbourhood.")
    taken.add(slug)
    return slug


def _is_same(stored: MultiPolygon, polygon: shapely.MultiPolygon) -> bool:
    """The same corners, wherever its rings begin."""
    return bool(shapely.normalize(_shape(stored)).equals_exact(shapely.normalize(polygon), 0.0))


def _shape(stored: MultiPolygon) -> shapely.MultiPolygon:
    shape = shapely.from_wkb(bytes(stored.wkb))
    assert isinstance(shape, shapely.MultiPolygon)  # noqa: S101 (the column's type)
    return shape


def _geos(polygon: shapely.MultiPolygon) -> MultiPolygon:
    geometry = GEOSGeometry(memoryview(shapely.to_wkb(polygon)), srid=WGS84)
    assert isinstance(geometry, MultiPolygon)  # noqa: S101 (what was written)
    return geometry
