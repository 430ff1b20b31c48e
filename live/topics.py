"""A stream that sockets of this process follow: read once from the log, fanned out to all of them."""

import asyncio
import logging
from collections.abc import Callable

from django.db import Error as DatabaseError

from live import closing
from live.events import Standing
from live.people import Reader
from live.presenting import Batch, Group, read_batch
from live.threads import DatabaseThreads

SECONDS_TO_RETRY = 1.0
logger = logging.getLogger(__name__)


class Subscription:
    """One socket's place in one stream. `offset` is the last event handed to the socket."""

    __slots__ = ("catching_up", "cut", "group", "offset", "put", "reader")

    def __init__(
        self,
        reader: Reader,
        group: Group,
        offset: int,
        put: Callable[[str], None],
        cut: Callable[[closing.Close], object],
    ) -> None:
        self.reader = reader
        self.group = group
        self.offset = offset
        self.put = put
        self.cut = cut
        self.catching_up: asyncio.Task[None] | None = None

    def take(self, batch: Batch) -> bool:
        """Pass on what comes next for this socket. False when the batch leaves a gap or lacks its group."""
        if batch.offsets[-1] <= self.offset:
            return True
        if batch.offsets[0] > self.offset + 1 or self.group not in batch.texts:
            return False
        texts = batch.texts[self.group]
        if texts is None:
            self.cut(closing.FAULT)
            return True
        for offset, text in zip(batch.offsets, texts, strict=True):
            if offset > self.offset:
                self.put(text)
                self.offset = offset
        return True


class Topic:
    """All on one event loop, but for the reading itself.

    Each subscription gets every event in order without a gap: from the shared batches, or, where it joined in
    the middle of one, from a reading of its own until it has caught up.
    """

    def __init__(self, name: str, standing: Standing, threads: DatabaseThreads) -> None:
        self.name = name
        self.standing = standing
        self.read_to = standing.head
        self.subscriptions: set[Subscription] = set()
        self._threads = threads
        self._wanted = standing.head
        self._reading: asyncio.Task[None] | None = None

    def join(self, subscription: Subscription, head: int) -> None:
        """Follow from `subscription.offset` on; the opener saw the stream at `head`."""
        self.subscriptions.add(subscription)
        self.hear(head)
        if subscription.offset < self.read_to:
            self._start_catching_up(subscription)

    def leave(self, subscription: Subscription) -> None:
        self.subscriptions.discard(subscription)
        if subscription.catching_up is not None:
            subscription.catching_up.cancel()

    def hear(self, head: int) -> None:
        """The stream is said to have reached `head`."""
        self._wanted = max(self._wanted, head)
        if self._wanted > self.read_to and self._reading is None:
            self._reading = asyncio.get_running_loop().create_task(self._read())

    def check(self, standing: Standing) -> None:
        """Compare with where the log stands: after a restored backup nothing known holds any more."""
        if standing.epoch != self.standing.epoch or standing.head < self.read_to:
            self.cut_all(closing.RENEWED)
        else:
            self.hear(standing.head)

    def cut_all(self, close: closing.Close) -> None:
        for subscription in list(self.subscriptions):
            subscription.cut(close)

    def close(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
        for subscription in list(self.subscriptions):
            self.leave(subscription)

    async def _read(self) -> None:
        try:
            while self._wanted > self.read_to and self.subscriptions:
                batch = await self._next_batch()
                if (
                    not batch.offsets
                ):  # a hint of something not visible yet: the next one or the heartbeat tells
                    self._wanted = self.read_to
                    return
                self._fan_out(batch)
        except Exception:
            logger.exception("The stream %s can't be delivered; its sockets are to reconnect.", self.name)
            self.cut_all(closing.FAULT)
        finally:
            self._reading = None

    async def _next_batch(self) -> Batch:
        while True:
            readers = {subscription.group: subscription.reader for subscription in self.subscriptions}
            try:
                return await self._threads.run(read_batch, self.standing, self.name, self.read_to, readers)
            except DatabaseError as error:
                logger.warning("The log can't be read now (%s); trying again.", error)
                await asyncio.sleep(SECONDS_TO_RETRY)

    def _fan_out(self, batch: Batch) -> None:
        self.read_to = batch.offsets[-1]
        for subscription in list(self.subscriptions):
            if not subscription.take(batch):
                self._start_catching_up(subscription)

    def _start_catching_up(self, subscription: Subscription) -> None:
        if subscription.catching_up is None:
            catching_up = self._catch_up(subscription)
            subscription.catching_up = asyncio.get_running_loop().create_task(catching_up)

    async def _catch_up(self, subscription: Subscription) -> None:
        alone = {subscription.group: subscription.reader}
        try:
            while subscription.offset < self.read_to and subscription in self.subscriptions:
                start = subscription.offset
                batch = await self._threads.run(read_batch, self.standing, self.name, start, alone)
                if not batch.offsets or not subscription.take(batch):
                    subscription.cut(closing.RENEWED)  # the log itself has a gap
                    return
        except Exception:
            logger.exception("A socket can't catch up in %s; it is to reconnect.", self.name)
            subscription.cut(closing.FAULT)
        finally:
            subscription.catching_up = None
