"""Everything that decides who is responsible, as one immutable object that answers from memory."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, tzinfo
from threading import Lock

import shapely

from districts.geometry import to_local
from districts.locating.answers import Alternative, Because, Certainty, Responsibility
from districts.locating.claims import Verdict, weigh
from districts.locating.day import DayMap, Spot
from districts.locating.errors import check_point, swapped
from districts.locating.facts import BoundaryFact, CityFacts, DistrictFact, RuleFact
from districts.locating.ruling import Ruling

# Below this a position is on the border: no map is drawn more exactly.
EDGE_M = 1.0
# A device that is less sure than this is not believed: no stated accuracy reaches a city from afar.
MOST_REACH_M = 1_500.0
# Trials and late reports ask for past days, each stretch of which has a map of its own.
_MOST_MAPS = 12


class Responsibilities:
    """Answers for any day. Never changes; `with_changes` makes another. Safe to use from several threads."""

    def __init__(self, facts: CityFacts, *, margin_m: float, time_zone: tzinfo, version: int = 0) -> None:
        self.facts = facts
        self.margin_m = margin_m
        self.time_zone = time_zone
        self.version = version
        self._turning_days = facts.turning_days()
        self._maps: dict[int, DayMap] = {}
        self._lock = Lock()

    def with_changes(
        self, *, boundaries: Iterable[BoundaryFact] = (), rules: Iterable[RuleFact] = ()
    ) -> "Responsibilities":
        """What would be, if these boundaries and rules held too: for trials on past reports.

        A boundary closes its district's earlier one on its first day; a rule replaces the one with its id.
        """
        facts = self.facts
        for boundary in boundaries:
            facts = facts.with_boundary(boundary)
        for rule in rules:
            facts = facts.with_rule(rule)
        return Responsibilities(facts, margin_m=self.margin_m, time_zone=self.time_zone, version=self.version)

    def locate(
        self,
        *,
        point: tuple[float, float],
        category: str | None = None,
        accuracy_m: float | None = None,
        at: datetime,
    ) -> Responsibility:
        """Who answers for (longitude, latitude) at a time. Raises InvalidPoint for what is no position."""
        lon, lat = point
        check_point(lon, lat, accuracy_m)
        return self.answer(self.map_on(at.astimezone(self.time_zone).date()), lon, lat, category, accuracy_m)

    def map_on(self, day: date) -> DayMap:
        stretch = bisect_right(self._turning_days, day)
        found = self._maps.get(stretch)
        return found or self._build_map(stretch, day)

    def _build_map(self, stretch: int, day: date) -> DayMap:
        with self._lock:
            if stretch not in self._maps:
                while len(self._maps) >= _MOST_MAPS:
                    del self._maps[next(iter(self._maps))]
                self._maps[stretch] = DayMap(self.facts, day)
            return self._maps[stretch]

    def answer(
        self, day: DayMap, lon: float, lat: float, category: str | None, accuracy_m: float | None
    ) -> Responsibility:
        """`locate` on a known map and checked coordinates."""
        x, y, scale = to_local(lon, lat)
        spot = Spot(shapely.points((lon, lat)), shapely.points((x, y)), scale)
        ruling = day.ruling(category)
        inside = day.areas.covering(spot.point)
        border_m = day.border_m(spot, ruling)
        reach_m = max(min(accuracy_m or 0.0, MOST_REACH_M), EDGE_M)
        if ruling.is_empty and border_m is not None:
            if len(inside) == 1 and border_m > reach_m:
                return self._inside(day, spot, inside[0], border_m)
            if not inside and border_m > max(reach_m, self.margin_m):
                return self._outside(day, spot, border_m)
        return self._weighed(day, spot, ruling, inside, border_m, reach_m)

    def _inside(self, day: DayMap, spot: Spot, area: int, border_m: float) -> Responsibility:
        district = day.district_at(area)
        return Responsibility(
            Certainty.CERTAIN,
            Because.INSIDE,
            round(border_m, 2),
            (),
            district,
            day.boundaries[area],
            None,
            day.neighbourhood(spot.point, district),
            self.version,
        )

    def _weighed(
        self,
        day: DayMap,
        spot: Spot,
        ruling: Ruling,
        inside: list[int],
        border_m: float | None,
        reach_m: float,
    ) -> Responsibility:
        ruled = ruling.areas.covering(spot.point) if ruling.areas else []
        if not inside and not ruled:
            reach_m = max(reach_m, self.margin_m)
        claims = day.claims(spot, ruling, inside, ruled, reach_m)
        if not claims:
            return self._outside(day, spot, border_m)
        return self._decided(day, spot, weigh(claims, _with_district(day, ruling), reach_m), border_m)

    def _outside(self, day: DayMap, spot: Spot, border_m: float | None) -> Responsibility:
        if day.holds(spot.point.y, spot.point.x):
            raise swapped()
        border = None if border_m is None else round(border_m, 2)
        return Responsibility(Certainty.OUTSIDE, Because.OUTSIDE, border, version=self.version)

    def _decided(self, day: DayMap, spot: Spot, verdict: Verdict, border_m: float | None) -> Responsibility:
        winner = verdict.winner
        answer = Responsibility(
            verdict.certainty,
            verdict.because,
            None if border_m is None else round(border_m, 2),
            tuple(_alternative(district, distance) for district, distance in verdict.others),
            winner.district,
            winner.boundary,
            winner.rule,
            version=self.version,
        )
        return replace(answer, in_neighbourhood=day.neighbourhood(spot.point, winner.district))


def _alternative(district: DistrictFact, distance_m: float) -> Alternative:
    return Alternative(district.code, distance_m, district.id, district.names)


def _with_district(day: DayMap, ruling: Ruling) -> tuple[int, RuleFact, DistrictFact] | None:
    if ruling.everywhere is None:
        return None
    rank, rule = ruling.everywhere
    return rank, rule, day.district_of[rule.district_id]
