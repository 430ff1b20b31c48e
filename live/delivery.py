"""Handing acknowledgements and positions to those whom settings name."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import User
from live.registry import Person, ack_call, positions_call

# A device's clock is believed within these bounds; else the time of arrival counts.
OLDEST_POSITION = timedelta(minutes=15)
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ack:
    """All events up to `offset` have reached the device."""

    user: Person
    device: str
    stream: str
    offset: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Position:
    """Degrees, metres. `streams` are those that its connection follows."""

    user: User
    streams: tuple[str, ...]
    lat: float
    lon: float
    accuracy: float | None
    at: datetime


def take_acks(acks: Sequence[Ack]) -> None:
    call = ack_call()
    if call is None:
        return
    for ack in acks:
        try:
            call(ack.user, ack.device, ack.stream, ack.offset, ack.at)
        except Exception:  # one that fails must not cost the others
            logger.exception("An acknowledgement was not taken.")


def take_positions(positions: Sequence[Position]) -> None:
    """All that came within a moment are handed on at once, so that many cost few statements."""
    call = positions_call()
    if call is not None:
        call(positions)


def believed_time(claimed: datetime | None, *, at: datetime) -> datetime:
    """When a position was taken: the device's word if it is at most 15 minutes old, never the future."""
    if claimed is None or not at - OLDEST_POSITION <= claimed:
        return at
    return min(claimed, at)
