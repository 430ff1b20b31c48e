"""The rules that a report of one category meets, in order."""

from collections.abc import Sequence
from dataclasses import dataclass

from districts.locating.facts import RuleFact
from districts.locating.index import AreaIndex


@dataclass(frozen=True)
class Ruling:
    """`by_area` are the rules that hold in an area, `everywhere` the first that holds in the whole city.

    Rules are ranked by their place in the order; `everywhere` silences all that rank after it, though their
    areas still count as city.
    """

    by_area: tuple[tuple[int, RuleFact], ...]
    areas: AreaIndex | None
    everywhere: tuple[int, RuleFact] | None

    @property
    def is_empty(self) -> bool:
        return self.areas is None and self.everywhere is None


def ruling_for(category: str | None, rules: Sequence[RuleFact]) -> Ruling:
    """`rules` in their order; those of other categories are left out."""
    ranked = [(rank, rule) for rank, rule in enumerate(rules) if _applies(rule, category)]
    by_area = tuple((rank, rule) for rank, rule in ranked if rule.area is not None)
    everywhere = next(((rank, rule) for rank, rule in ranked if rule.area is None), None)
    areas = AreaIndex([rule.area for _, rule in by_area if rule.area is not None]) if by_area else None
    return Ruling(by_area, areas, everywhere)


def _applies(rule: RuleFact, category: str | None) -> bool:
    return not rule.categories or category in rule.categories
