"""What may be lost and of which only the latest counts: where crews are, who is looking at what."""

import asyncio
from collections.abc import Callable
from typing import Any

from django.conf import settings

SECONDS_BETWEEN = 1.0
# How the protocol calls the list in a frame of this type; others call it "items".
LISTS = {"positions": "crews", "looking": "people"}
# {stream: {type of frame: {key: item}}}
Items = dict[str, dict[str, dict[str, Any]]]


def merge_items(into: Items, items: Items) -> None:
    """Add `items`; where a key is there already the new one counts."""
    for stream, kinds in items.items():
        for kind, keyed in kinds.items():
            into.setdefault(stream, {}).setdefault(kind, {}).update(keyed)


class Passing:
    """Collects what comes from all processes, and gives each stream at most one frame of a type a second.

    A frame is {"type", "stream", <name of the list>: [the latest of each key]}. Lives on one event loop.
    """

    def __init__(self, send: Callable[[str, dict[str, Any]], None]) -> None:
        self._send = send
        self._waiting: Items = {}
        self._timer: asyncio.TimerHandle | None = None
        self._not_before = 0.0

    def hear(self, items: Items) -> None:
        merge_items(self._waiting, items)
        if self._timer is None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_at(max(loop.time(), self._not_before), self._flush)

    def _flush(self) -> None:
        waiting, self._waiting, self._timer = self._waiting, {}, None
        self._not_before = asyncio.get_running_loop().time() + _pause()
        for stream, kinds in waiting.items():
            for kind, keyed in kinds.items():
                named = LISTS.get(kind, "items")
                self._send(stream, {"type": kind, "stream": stream, named: list(keyed.values())})


def _pause() -> float:
    return float(getattr(settings, "LIVE_PASSING_S", SECONDS_BETWEEN))
