"""What an import has found, as lines for a person."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

Place = tuple[float, float]
_MOST_LINES = 60


class Kind(StrEnum):
    """Titles of the report's parts; the refusals come first and stop the import."""

    REFUSED = "Refused"
    DUPLICATE = "Duplicate codes"
    REPAIRED = "Geometries repaired"
    OVERLAP = "Overlaps over 1 m²"
    GAP = "Gaps and slivers between neighbours over 1 m²"
    NOTE = "Notes"


STOPPING = (Kind.REFUSED, Kind.DUPLICATE)


@dataclass(frozen=True, slots=True)
class Finding:
    """`place` is (lon, lat); `area_m2` is what overlaps or is missing."""

    kind: Kind
    text: str
    place: Place | None = None
    area_m2: float | None = None

    def line(self) -> str:
        where = f" at {self.place[0]:.6f}, {self.place[1]:.6f}" if self.place else ""
        area = f": {square_metres(self.area_m2)}" if self.area_m2 is not None else ""
        return f"{self.text}{area}{where}"


@dataclass
class Findings:
    items: list[Finding] = field(default_factory=list)

    def add(self, kind: Kind, text: str, place: Place | None = None, area_m2: float | None = None) -> None:
        self.items.append(Finding(kind, text, place, area_m2))

    def of(self, kind: Kind) -> list[Finding]:
        """The largest first, then as found."""
        return sorted((item for item in self.items if item.kind is kind), key=lambda i: -(i.area_m2 or 0))

    @property
    def must_stop(self) -> bool:
        return any(item.kind in STOPPING for item in self.items)

    def lines(self) -> Iterator[str]:
        """Every part that has something, with its number, its sum, and its lines."""
        for kind in Kind:
            found = self.of(kind)
            if found:
                yield _title(kind, found)
                yield from (f"  {item.line()}" for item in found[:_MOST_LINES])
            if len(found) > _MOST_LINES:
                yield f"  … and {len(found) - _MOST_LINES} more"


def _title(kind: Kind, found: list[Finding]) -> str:
    total = sum(item.area_m2 or 0 for item in found)
    return f"{kind}: {len(found)}" + (f", {square_metres(total)} in all" if total else "")


def square_metres(area_m2: float) -> str:
    return f"{area_m2:,.0f} m²".replace(",", " ") if area_m2 >= 10 else f"{area_m2:.1f} m²"
