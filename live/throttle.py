"""Slowing down a client that sends too much: it is read later, nothing is lost."""

import asyncio
import time


class Throttle:
    """At most `burst` at once and `rate` a second after that."""

    def __init__(self, *, rate: float, burst: int) -> None:
        self._rate = rate
        self._burst = burst
        self._left = float(burst)
        self._looked_at = time.monotonic()

    async def wait(self) -> None:
        """Take one; waits until it is due."""
        now = time.monotonic()
        self._left = min(self._burst, self._left + (now - self._looked_at) * self._rate)
        self._looked_at = now
        self._left -= 1
        if self._left < 0:
            await asyncio.sleep(-self._left / self._rate)
