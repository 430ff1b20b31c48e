"""Who looks at what: told between the sockets of a stream, kept by nobody, gone when their connection is.

Each process says again every BEAT_S for its own sockets that they are still there, and forgets what another
one has not said again for STALE_S: so the people of a process that was killed are gone within 30 seconds.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.utils.crypto import salted_hmac

from accounts.models import User
from live import hints
from live.passing import Items

KIND = "looking"
BEAT_S = 8.0
STALE_S = 20.0
_SALT = "live.looking"
Item = dict[str, Any]


def person_key(user: User) -> str:
    """The same for all windows of a person, and no id of the database."""
    return salted_hmac(_SALT, str(user.pk), algorithm="sha256").hexdigest()[:16]


class Lookers:
    """What one process knows. On the hub's event loop.

    An item is {"id" of the connection, "person", "name", "report" or null for no longer, "writing"}.
    `send` gives a frame to the process's own sockets of a stream.
    """

    def __init__(
        self, send: Callable[[str, dict[str, Any]], None], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._send = send
        self._clock = clock
        self._own: dict[UUID, dict[str, Item]] = {}
        self._heard: dict[str, dict[str, tuple[Item, float]]] = {}

    def look(
        self, connection: UUID, stream: str, user: User, *, report: str | None, is_writing: bool
    ) -> None:
        """The connection's person has this report open, or with None nothing more."""
        item = {
            "id": str(connection),
            "person": person_key(user),
            "name": str(user),
            "report": report,
            "writing": is_writing,
        }
        looks = self._own.setdefault(connection, {})
        if report is None:
            looks.pop(stream, None)
        else:
            looks[stream] = item
        _tell({stream: [item]})

    def leave(self, connection: UUID) -> None:
        """The connection is over."""
        for stream, item in self._own.pop(connection, {}).items():
            _tell({stream: [item | {"report": None, "writing": False}]})

    def known(self, stream: str) -> list[Item]:
        """Who looks at something, as far as this process has heard."""
        return [item for item, _at in self._heard.get(stream, {}).values()]

    def take(self, items: Items) -> Items:
        """Note what processes tell, this one too; what says nothing new is left out of the answer."""
        passed: Items = {}
        for stream, kinds in items.items():
            news = {key: item for key, item in kinds.get(KIND, {}).items() if self._note(stream, item)}
            others = {kind: keyed for kind, keyed in kinds.items() if kind != KIND}
            if left := others | ({KIND: news} if news else {}):
                passed[stream] = left
        return passed

    async def keep(self) -> None:
        """The heartbeat. Runs until cancelled."""
        while True:
            await asyncio.sleep(BEAT_S)
            self.beat()

    def beat(self) -> None:
        """Say again who is here, and forget those of whom nothing was heard."""
        again: dict[str, list[Item]] = {}
        for looks in self._own.values():
            for stream, item in looks.items():
                again.setdefault(stream, []).append(item)
        _tell(again)
        self._forget_silent()

    def _note(self, stream: str, item: Item) -> bool:
        """Whether it is news."""
        heard = self._heard.setdefault(stream, {})
        before = heard.pop(item["id"], None)
        if item["report"] is not None:
            heard[item["id"]] = item, self._clock()
        if not heard:
            del self._heard[stream]
        return (before[0] if before else None) != (None if item["report"] is None else item)

    def _forget_silent(self) -> None:
        oldest = self._clock() - STALE_S
        silent = [
            (stream, item)
            for stream, heard in self._heard.items()
            for item, at in heard.values()
            if at < oldest
        ]
        for stream, item in silent:
            gone = item | {"report": None, "writing": False}
            self._note(stream, gone)
            self._send(stream, {"type": KIND, "stream": stream, "people": [gone]})


def _tell(looks: dict[str, list[Item]]) -> None:
    hints.pass_items(
        {stream: {KIND: {item["id"]: item for item in items}} for stream, items in looks.items()}
    )
