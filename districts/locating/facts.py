"""What locating knows of the city: plain facts, taken from the database or made up for a trial."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import shapely


@dataclass(frozen=True, slots=True)
class DistrictFact:
    id: int
    code: str
    names: Mapping[str, str]
    is_citywide: bool = False


@dataclass(frozen=True, slots=True)
class BoundaryFact:
    """A district's area on the days from `valid_from` until before `valid_to`."""

    id: int | None
    district_id: int
    polygon: shapely.MultiPolygon | shapely.Polygon
    valid_from: date
    valid_to: date | None = None
    approximate: bool = False

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True, slots=True)
class RuleFact:
    """No categories: all of them. No area: the whole city."""

    id: int | None
    position: int
    name: str
    district_id: int
    valid_from: date
    valid_to: date | None = None
    categories: frozenset[str] = frozenset()
    area: shapely.MultiPolygon | shapely.Polygon | None = None
    reasons: Mapping[str, str] | None = None

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True, slots=True)
class NeighbourhoodFact:
    id: int | None
    code: str
    district_id: int
    names: Mapping[str, str]
    polygon: shapely.MultiPolygon | shapely.Polygon


@dataclass(frozen=True, slots=True)
class CityFacts:
    districts: tuple[DistrictFact, ...] = ()
    boundaries: tuple[BoundaryFact, ...] = ()
    rules: tuple[RuleFact, ...] = ()
    neighbourhoods: tuple[NeighbourhoodFact, ...] = ()

    def turning_days(self) -> list[date]:
        """The days on which something begins or ends, in order: between two of them nothing changes."""
        dated: tuple[BoundaryFact | RuleFact, ...] = (*self.boundaries, *self.rules)
        return sorted({day for fact in dated for day in (fact.valid_from, fact.valid_to) if day is not None})

    def with_boundary(self, new: BoundaryFact) -> "CityFacts":
        """The district's boundary that is open when the new one begins ends there; a later one gives way."""
        others = tuple(b for b in self.boundaries if b.district_id != new.district_id)
        own = (
            b for b in self.boundaries if b.district_id == new.district_id and b.valid_from < new.valid_from
        )
        closed = (replace(b, valid_to=min(b.valid_to or new.valid_from, new.valid_from)) for b in own)
        return replace(self, boundaries=(*others, *closed, new))

    def with_rule(self, new: RuleFact) -> "CityFacts":
        """The rule in place of the one with the same id; one without an id is added."""
        others = tuple(r for r in self.rules if new.id is None or r.id != new.id)
        return replace(self, rules=(*others, new))
