"""How a crew gets along: a way round a corner, and when its phone tells where it is. Pure."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from random import Random

from districts.geometry import Position, metres_between

# As docs/live-protocol.md asks of every phone.
TELL_AFTER_M = 25.0
TELL_AFTER_S = 15.0


@dataclass(frozen=True)
class Way:
    """From corner to corner, (lon, lat), in straight lines."""

    corners: Sequence[Position]
    _ends: Sequence[float] = field(init=False)

    def __post_init__(self) -> None:
        lengths = (metres_between(start, end) for start, end in pairwise(self.corners))
        object.__setattr__(self, "_ends", list(accumulate(lengths)))

    @classmethod
    def through_streets(cls, start: Position, end: Position, random: Random) -> "Way":
        """Along one street and then across: at most 1.42 times as far as the straight line."""
        corner = (end[0], start[1]) if random.random() < 0.5 else (start[0], end[1])
        return cls([start, corner, end])

    @property
    def metres(self) -> float:
        return self._ends[-1]

    def place_after(self, metres: float) -> Position:
        """Where one is after so many metres; at the end after all of them."""
        leg = bisect_right(self._ends, max(0.0, metres))
        if leg >= len(self._ends):
            return self.corners[-1]
        begins = self._ends[leg - 1] if leg else 0.0
        part = (max(0.0, metres) - begins) / (self._ends[leg] - begins)
        (lon, lat), (to_lon, to_lat) = self.corners[leg], self.corners[leg + 1]
        return lon + (to_lon - lon) * part, lat + (to_lat - lat) * part


@dataclass
class Beacon:
    """Tells a place when it is 25 metres or 15 seconds from the one told last."""

    _told: tuple[float, Position] | None = None

    def is_due(self, at_s: float, place: Position) -> bool:
        """Whether to tell now, which counts as told."""
        if self._told is not None:
            since_s, last = self._told
            if at_s - since_s < TELL_AFTER_S and metres_between(last, place) < TELL_AFTER_M:
                return False
        self._told = (at_s, place)
        return True
