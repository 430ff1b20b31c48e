"""The order of a queue before the deadline counts, as one number: the smaller, the sooner. Pure."""

from collections.abc import Iterable
from enum import IntEnum

from reports.models.choices import Urgency


class Standing(IntEnum):
    """What a report stands for among those of its urgency, in the order of the queue."""

    UNDECIDED = 0
    CREWLESS = 1
    DOUBTFUL = 2
    PLAIN = 3
    PARKED = 4


def rank_of(urgency: int, standing: Standing) -> int:
    """The number that `Report.queue_rank` holds: danger 0 to 4, urgent 5 to 9, normal 10 to 14."""
    return (max(Urgency.values) - urgency) * len(Standing) + standing


def ranks(standings: Iterable[Standing], urgencies: Iterable[int] = Urgency.values) -> list[int]:
    """The numbers of all that stand so, of these urgencies."""
    levels = list(urgencies)
    return sorted(rank_of(urgency, standing) for standing in standings for urgency in levels)


def standing_of(rank: int) -> Standing:
    return Standing(rank % len(Standing))


def urgency_of(rank: int) -> int:
    return max(Urgency.values) - rank // len(Standing)
