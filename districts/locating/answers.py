"""The answer to "who is responsible here?", and how it is told to people and programs."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from accounts.languages import localized
from districts.locating.facts import BoundaryFact, DistrictFact, NeighbourhoodFact, RuleFact


class Certainty(StrEnum):
    CERTAIN = "certain"
    UNCERTAIN = "uncertain"
    OUTSIDE = "outside"


class Because(StrEnum):
    """Why this district, for programs."""

    INSIDE = "inside"
    NEAR_BORDER = "near_border"
    OVERLAP = "overlap"
    NEAREST = "nearest"
    RULE = "rule"
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another district that could be meant, and how many metres away its responsibility begins."""

    district: str
    distance_m: float
    district_id: int
    names: Mapping[str, str]

    @property
    def name(self) -> str:
        return localized(self.names) or self.district

    def as_json(self) -> dict[str, Any]:
        return {"district": self.district, "distance_m": self.distance_m}


@dataclass(frozen=True, slots=True)
class Responsibility:
    """Exactly one district, or none when the point lies outside the city.

    `distance_to_border_m` is the distance to the nearest line where another answer may begin: a border of a
    district or of a matching rule's area; None where nothing has a border. `version` is that of the
    boundaries and rules it was found with.
    """

    certainty: Certainty
    because: Because
    distance_to_border_m: float | None
    alternatives: tuple[Alternative, ...] = ()
    found: DistrictFact | None = None
    boundary: BoundaryFact | None = None
    rule: RuleFact | None = None
    in_neighbourhood: NeighbourhoodFact | None = None
    version: int = 0

    @property
    def district(self) -> str | None:
        return self.found.code if self.found else None

    @property
    def district_id(self) -> int | None:
        return self.found.id if self.found else None

    @property
    def name(self) -> str:
        """The district's name in the current language; "" outside."""
        return localized(self.found.names) or self.found.code if self.found else ""

    @property
    def boundary_id(self) -> int | None:
        return self.boundary.id if self.boundary else None

    @property
    def rule_id(self) -> int | None:
        return self.rule.id if self.rule else None

    @property
    def neighbourhood_id(self) -> int | None:
        return self.in_neighbourhood.id if self.in_neighbourhood else None

    @property
    def neighbourhood(self) -> str | None:
        return self.in_neighbourhood.code if self.in_neighbourhood else None

    @property
    def approximate(self) -> bool:
        """The boundary that decided is labelled as approximate."""
        return self.boundary is not None and self.boundary.approximate

    @property
    def reason(self) -> str:
        """Why, in a sentence of the current language."""
        if self.rule is not None:
            return localized(self.rule.reasons) or self.rule.name
        facts = {
            "district": self.name,
            "others": ", ".join(other.name for other in self.alternatives),
            "metres": round(self.distance_to_border_m or 0),
        }
        if self.found is None and self.distance_to_border_m is None:
            return _("On that day no district has a boundary.")
        return reason_text(self.because) % facts

    def as_trace(self) -> dict[str, Any]:
        """What a report keeps of its routing: ids, codes and numbers, no words."""
        return {
            "district": self.district,
            "certainty": self.certainty.value,
            "because": self.because.value,
            "distance_to_border_m": self.distance_to_border_m,
            "alternatives": [other.as_json() for other in self.alternatives],
            "boundary": self.boundary_id,
            "rule": self.rule_id,
            "neighbourhood": self.neighbourhood,
            "approximate": self.approximate,
            "version": self.version,
        }

    def as_json(self) -> dict[str, Any]:
        """The trace with the name and the reason in words."""
        words = {"name": self.name, "reason": self.reason}
        return {"district": self.district, **words, **self.as_trace()}


def reason_text(because: Because) -> str:
    match because:
        case Because.INSIDE:
            return _("Inside %(district)s, %(metres)d m from its border.")
        case Because.NEAR_BORDER:
            return _("Inside %(district)s, but so near the border that %(others)s may be meant.")
        case Because.OVERLAP:
            return _("The areas of %(district)s and %(others)s overlap here.")
        case Because.NEAREST:
            return _("In no district; %(district)s is the nearest, %(metres)d m away.")
        case _:
            return _("Outside the city: the nearest border is %(metres)d m away.")
