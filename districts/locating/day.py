"""The map of one stretch of days between two changes: whose area is where, and which rules hold."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

import shapely

from districts.locating.claims import NO_RULE, Claim
from districts.locating.facts import BoundaryFact, CityFacts, DistrictFact, NeighbourhoodFact, RuleFact
from districts.locating.index import AreaIndex
from districts.locating.ruling import Ruling, ruling_for

INFINITE = float("inf")


class Spot(NamedTuple):
    """A position in degrees and on the local projection; projected lengths over `scale` are metres."""

    point: shapely.Point
    local: shapely.Point
    scale: float


class DayMap:
    """Read-only once built; `rulings` are made for every category that a rule names, and for all others."""

    def __init__(self, facts: CityFacts, day: date) -> None:
        districts = {district.id: district for district in facts.districts}
        self.district_of = districts
        self.boundaries = _areas_on(day, facts, districts)
        self.areas = AreaIndex([boundary.polygon for boundary in self.boundaries])
        self.bounds = self.areas.bounds()
        self._rules = _rules_on(day, facts, districts)
        self._rulings = self._all_rulings()
        self._any_category = self._rulings.pop(None)
        self.neighbourhoods = sorted(facts.neighbourhoods, key=lambda n: n.code)
        self._hoods = AreaIndex([n.polygon for n in self.neighbourhoods]) if self.neighbourhoods else None

    def _all_rulings(self) -> dict[str | None, Ruling]:
        named = {category for rule in self._rules for category in rule.categories}
        return {category: ruling_for(category, self._rules) for category in (None, *sorted(named))}

    def ruling(self, category: str | None) -> Ruling:
        return self._rulings.get(category, self._any_category)

    def has_own_ruling(self, category: str | None) -> bool:
        """Some rule names the category."""
        return category in self._rulings

    def holds(self, lon: float, lat: float) -> bool:
        """A district's area holds the position; the box around them all spares most of the looking."""
        west, south, east, north = self.bounds
        return (
            west <= lon <= east
            and south <= lat <= north
            and bool(self.areas.covering(shapely.Point(lon, lat)))
        )

    def district_at(self, area: int) -> DistrictFact:
        return self.district_of[self.boundaries[area].district_id]

    def neighbourhood(self, point: shapely.Point, district: DistrictFact) -> NeighbourhoodFact | None:
        """The one that holds the point; of several, rather one of the district that answers."""
        if self._hoods is None:
            return None
        holding = [self.neighbourhoods[i] for i in self._hoods.covering(point)]
        own = [n for n in holding if n.district_id == district.id]
        return next(iter(own or holding), None)

    def border_m(self, spot: Spot, ruling: Ruling) -> float | None:
        """Metres to the nearest border of a district or of an area of these rules."""
        indexes = [self.areas] if ruling.areas is None else [self.areas, ruling.areas]
        lengths = [index.nearest_edge(spot.local) for index in indexes]
        return min((length / spot.scale for length in lengths if length is not None), default=None)

    def claims(
        self, spot: Spot, ruling: Ruling, inside: list[int], ruled: list[int], reach_m: float
    ) -> list[Claim]:
        """Everyone who may be responsible: `inside` and `ruled` hold the point, others lie within reach."""
        return [*self._area_claims(spot, inside, reach_m), *self._rule_claims(spot, ruling, ruled, reach_m)]

    def _area_claims(self, spot: Spot, inside: list[int], reach_m: float) -> Iterator[Claim]:
        for i, distance, depth in _measured(self.areas, spot, inside, reach_m):
            yield Claim(self.district_at(i), NO_RULE, distance, depth, boundary=self.boundaries[i])

    def _rule_claims(self, spot: Spot, ruling: Ruling, ruled: list[int], reach_m: float) -> Iterator[Claim]:
        if ruling.areas is None:
            return
        for i, distance, depth in _measured(ruling.areas, spot, ruled, reach_m):
            rank, rule = ruling.by_area[i]
            yield Claim(self.district_of[rule.district_id], rank, distance, depth, rule=rule)


def _measured(
    index: AreaIndex, spot: Spot, holding: list[int], reach_m: float
) -> Iterator[tuple[int, float, float]]:
    """(polygon, metres to it, metres to leave it) of those that hold the spot or lie within reach."""
    edges = index.edges_within(spot.local, reach_m * spot.scale)
    if len(holding) > 1:  # an overlap: the deepest inside answers, however deep
        edges |= {i: index.edge_of(i, spot.local) for i in holding}
    for i in sorted({*holding, *edges}):
        length = edges.get(i, INFINITE) / spot.scale
        yield (i, 0.0, length) if i in holding else (i, length, 0.0)


def _areas_on(day: date, facts: CityFacts, districts: dict[int, DistrictFact]) -> list[BoundaryFact]:
    """By district code; a city-wide body answers only where a rule names it, its own area decides nothing."""
    valid = [b for b in facts.boundaries if b.holds_on(day) and not districts[b.district_id].is_citywide]
    return sorted(valid, key=lambda b: (districts[b.district_id].code, b.valid_from))


def _rules_on(day: date, facts: CityFacts, districts: dict[int, DistrictFact]) -> list[RuleFact]:
    valid = [rule for rule in facts.rules if rule.holds_on(day) and rule.district_id in districts]
    return sorted(valid, key=lambda rule: (rule.position, rule.id is None, rule.id or 0))
