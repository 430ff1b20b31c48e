"""All of the page's numbers, counted together."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.utils.translation import get_language

from dispatch.selectors.counted import counted_once
from dispatch.selectors.guarantees import Kept, kept_by_category
from dispatch.stats.counting import Counts, count_open, count_received
from dispatch.stats.scope import Scope
from dispatch.stats.timing import Times, measure_times
from districts.models import District


@dataclass(frozen=True, slots=True)
class Figures:
    """What stands open at `counted_at`, what became of the reports of the period, and how long it took.

    `kept`: of the repairs made in the period, how many broke again under guarantee, by category.
    """

    counted_at: datetime
    open: Counts
    received: Counts
    times: Times
    kept: list[Kept]

    @property
    def all_open(self) -> Counter[str]:
        return _together(self.open.values())

    @property
    def all_received(self) -> Counter[str]:
        return _together(self.received.values())


def count_figures(district: District, scope: Scope, *, at: datetime) -> Figures:
    """Eight statements, and one while nothing happens: as fresh as the last event, or a minute.

    Kept for each language, since categories are called by their names.
    """
    asked = sha256(repr(astuple(scope)).encode()).hexdigest()[:16]
    return counted_once(f"stats:{get_language()}:{asked}", district, at=at, count=lambda: _count(scope, at))


def _count(scope: Scope, at: datetime) -> Figures:
    return Figures(
        at,
        count_open(scope, at=at),
        count_received(scope, at=at),
        measure_times(scope, at=at),
        kept_by_category(scope.reports(), since=scope.start, until=scope.end),
    )


def _together(parts: Iterable[Counter[Any]]) -> Counter[Any]:
    whole: Counter[Any] = Counter()
    for part in parts:
        whole.update(part)
    return whole
