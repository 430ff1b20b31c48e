"""What waits to be sent on one socket; a reader that is too slow is cut off and recovers by offset."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

WAITING_CHARACTERS = 1_000_000
WAITING_FRAMES = 2_000

Send = Callable[[dict[str, Any]], Awaitable[None]]


class Outbox:
    """Sends texts in order from a task that lives only while there is something to send.

    `too_slow` is called once when more waits than the limits allow; nothing more is taken then.
    """

    def __init__(self, send: Send, too_slow: Callable[[], None]) -> None:
        self._send = send
        self._too_slow = too_slow
        self._waiting: deque[str] = deque()
        self._characters = 0
        self._pump: asyncio.Task[None] | None = None
        self._shut = False

    def put(self, text: str) -> None:
        """Only on the socket's event loop."""
        if self._shut:
            return
        self._waiting.append(text)
        self._characters += len(text)
        if self._characters > WAITING_CHARACTERS or len(self._waiting) > WAITING_FRAMES:
            self.shut()
            self._too_slow()
        elif self._pump is None:
            self._pump = asyncio.get_running_loop().create_task(self._run())

    def shut(self) -> None:
        """Take and send nothing more."""
        self._shut = True
        self._waiting.clear()
        if self._pump is not None:
            self._pump.cancel()

    async def finish(self, seconds: float) -> None:
        """Give what waits so long to go out, then shut."""
        if self._pump is not None:
            await asyncio.wait([self._pump], timeout=seconds)
        self.shut()

    async def _run(self) -> None:
        try:
            while self._waiting:
                text = self._waiting[0]
                await self._send({"type": "websocket.send", "text": text})
                self._waiting.popleft()
                self._characters -= len(text)
        except (OSError, RuntimeError):  # the client is gone; the socket's own receive hears of it
            self._shut = True
        finally:
            self._pump = None
