"""The city's own place names: a district or a neighbourhood by words, for those who can't use a map."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.db.models import Q
from shapely import wkb

from accounts.languages import localized
from districts.geometry import metres_between
from districts.models import Boundary, District, Neighbourhood, ResponsibilityVersion
from districts.spatial import fold_text

MOST_FOUND = 8
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Place:
    """A named area by a point within it (WGS 84 lon/lat) and how far it reaches around it, in metres."""

    key: str
    district: str
    names: tuple[tuple[str, str], ...]
    district_names: tuple[tuple[str, str], ...]
    lon: float
    lat: float
    reach_m: float

    @property
    def name(self) -> str:
        return localized(dict(self.names))

    @property
    def district_name(self) -> str:
        return localized(dict(self.district_names))


def list_places(*, on: date) -> tuple[Place, ...]:
    """Every district and neighbourhood valid on the day, districts in order, each before its parts."""
    version = ResponsibilityVersion.objects.values_list("version", flat=True).first() or 0
    return _places(version, on)


def find_place(key: str, *, on: date) -> Place | None:
    return next((place for place in list_places(on=on) if place.key == key), None)


def find_places(text: str, *, on: date) -> list[Place]:
    """The places whose name stands in the text, or begins with it; the smallest first."""
    words = _words(text)
    if len(words) < 3:
        return []
    found = [place for place in list_places(on=on) if _is_named(place, words)]
    return sorted(found, key=lambda place: (place.reach_m, -len(place.name)))[:MOST_FOUND]


def _is_named(place: Place, words: str) -> bool:
    names = [_words(name) for _language, name in place.names]
    return any(f" {name} " in f" {words} " or name.startswith(words) for name in names if name)


def _words(text: str) -> str:
    """Folded, with nothing but blanks between the words."""
    return " ".join(_WORD.findall(fold_text(text)))


@lru_cache(maxsize=2)
def _places(version: int, on: date) -> tuple[Place, ...]:
    return tuple(_read_places(on))


def _read_places(on: date) -> Iterator[Place]:
    parts = list(Neighbourhood.objects.select_related("district").order_by("slug"))
    valid = Q(valid_from__lte=on) & (Q(valid_to__isnull=True) | Q(valid_to__gt=on))
    boundaries = Boundary.objects.filter(valid).select_related("district")
    for boundary in boundaries.order_by("district__position", "district__code"):
        district = boundary.district
        yield _place(f"d:{district.code}", district, district.names, bytes(boundary.polygon.wkb))
        for part in parts:
            if part.district_id == district.pk:
                yield _place(f"n:{part.slug}", district, part.names, bytes(part.polygon.wkb))


def _place(key: str, district: District, names: dict[str, str], polygon: bytes) -> Place:
    shape = wkb.loads(polygon)
    inside = shape.representative_point()
    west, south, east, north = shape.bounds
    reach_m = max(metres_between((inside.x, inside.y), corner) for corner in ((west, south), (east, north)))
    return Place(
        key=key,
        district=district.code,
        names=tuple(names.items()),
        district_names=tuple(district.names.items()),
        lon=inside.x,
        lat=inside.y,
        reach_m=round(reach_m),
    )
