"""Acknowledgements and positions: one of each key counts, and many are handed on at once."""

import asyncio
import logging
from collections.abc import Callable, Hashable, Sequence
from typing import Generic, TypeVar

from live.threads import DatabaseThreads

V = TypeVar("V")
logger = logging.getLogger(__name__)


def _equal(value: object) -> int:
    return 0


class Latest(Generic[V]):
    """Hands the latest value of each key to `take`, all together, off the event loop, at most once per
    `pause` seconds.

    rank: of two values that wait under one key the higher one stays, of equals the later.
    """

    def __init__(
        self,
        threads: DatabaseThreads,
        take: Callable[[Sequence[V]], object],
        *,
        pause: float,
        rank: Callable[[V], int] = _equal,
    ) -> None:
        self._threads = threads
        self._take = take
        self._pause = pause
        self._rank = rank
        self._waiting: dict[Hashable, V] = {}
        self._task: asyncio.Task[None] | None = None

    def put(self, key: Hashable, value: V) -> None:
        """Only on the event loop."""
        waiting = self._waiting.get(key)
        if waiting is None or self._rank(value) >= self._rank(waiting):
            self._waiting[key] = value
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._run())

    async def _run(self) -> None:
        try:
            while self._waiting:
                values = list(self._waiting.values())
                self._waiting.clear()
                await self._threads.run(self._take_all, values)
                await asyncio.sleep(self._pause)
        finally:
            self._task = None

    def _take_all(self, values: Sequence[V]) -> None:
        try:
            self._take(values)
        except Exception:  # those that come later must not be lost with these
            logger.exception("Acknowledgements or positions were not taken.")
