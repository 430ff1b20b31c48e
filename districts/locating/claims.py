"""Weighing the claims of districts and rules on a spot where more than one could be meant."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from districts.locating.answers import Because, Certainty
from districts.locating.facts import BoundaryFact, DistrictFact, RuleFact

# Ranks after every rule: the district whose area it is answers where no rule does.
NO_RULE = 1_000_000
# Lengths that differ by less than a centimetre are the same, so that rounding never decides.
_CENTIMETRES = 2


@dataclass(frozen=True, slots=True)
class Claim:
    """One area that may hold the true place of the report.

    `distance_m` is 0 inside it; `depth_m` is how far its border is from inside, infinite when out of reach.
    """

    district: DistrictFact
    rank: int
    distance_m: float
    depth_m: float
    boundary: BoundaryFact | None = None
    rule: RuleFact | None = None

    @property
    def covers(self) -> bool:
        return self.distance_m == 0

    def nearness(self) -> tuple[bool, float, int, float, str]:
        """Inside before outside, then the nearest, the first rule, the deepest inside, the first code."""
        distance, depth = round(self.distance_m, _CENTIMETRES), round(self.depth_m, _CENTIMETRES)
        return (not self.covers, distance, self.rank, -depth, self.district.code)


@dataclass(frozen=True, slots=True)
class Verdict:
    winner: Claim
    certainty: Certainty
    because: Because
    others: tuple[tuple[DistrictFact, float], ...]


def weigh(
    claims: Iterable[Claim], everywhere: tuple[int, RuleFact, DistrictFact] | None, reach_m: float
) -> Verdict:
    """One winner, always the same for the same claims; the others with the distance to their part."""
    ruled = [_ruled(claim, everywhere) for claim in claims]
    winner = min(ruled, key=Claim.nearness)
    others = _others(winner, ruled, reach_m)
    certainty = Certainty.UNCERTAIN if others or not winner.covers else Certainty.CERTAIN
    return Verdict(winner, certainty, _because(winner, others), others)


def _ruled(claim: Claim, everywhere: tuple[int, RuleFact, DistrictFact] | None) -> Claim:
    if everywhere is None or claim.rank < everywhere[0]:
        return claim
    rank, rule, district = everywhere
    return replace(claim, district=district, rank=rank, rule=rule, depth_m=float("inf"))


def _others(winner: Claim, claims: Iterable[Claim], reach_m: float) -> tuple[tuple[DistrictFact, float], ...]:
    nearest: dict[int, tuple[float, str, DistrictFact]] = {}
    for district, distance in _rival_distances(winner, claims):
        rival = (round(distance, _CENTIMETRES), district.code, district)
        if distance <= reach_m and rival[0] < nearest.get(district.id, (float("inf"),))[0]:
            nearest[district.id] = rival
    ordered = sorted(nearest.values(), key=lambda rival: rival[:2])
    return tuple((district, distance) for distance, _code, district in ordered)


def _rival_distances(winner: Claim, claims: Iterable[Claim]) -> Iterator[tuple[DistrictFact, float]]:
    for claim in claims:
        if claim.district.id == winner.district.id:
            continue
        # What ranks after a rule begins where its area ends: no nearer than that.
        hidden = winner.rule is not None and winner.covers and claim.rank > winner.rank
        yield claim.district, max(claim.distance_m, winner.depth_m) if hidden else claim.distance_m


def _because(winner: Claim, others: tuple[tuple[DistrictFact, float], ...]) -> Because:
    if winner.rule is not None:
        return Because.RULE
    if not winner.covers:
        return Because.NEAREST
    if not others:
        return Because.INSIDE
    return Because.OVERLAP if others[0][1] == 0 else Because.NEAR_BORDER
