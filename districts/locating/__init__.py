"""Who answers for a spot: pure and in memory, on boundaries and rules that are loaded again when they change.

Every point of a covered city gets exactly one district. Where a border is so near that another could be
meant, or where polygons overlap or leave a gap, the answer is uncertain and names the alternatives.
"""

from districts.locating.answers import Alternative, Certainty, Responsibility
from districts.locating.errors import InvalidPoint, OutsideCity
from districts.locating.facts import BoundaryFact, CityFacts, DistrictFact, NeighbourhoodFact, RuleFact
from districts.locating.keeping import current, forget, locate
from districts.locating.responsibilities import Responsibilities

__all__ = [
    "Alternative",
    "BoundaryFact",
    "Certainty",
    "CityFacts",
    "DistrictFact",
    "InvalidPoint",
    "NeighbourhoodFact",
    "OutsideCity",
    "Responsibilities",
    "Responsibility",
    "RuleFact",
    "current",
    "forget",
    "locate",
]
