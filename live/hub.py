"""All sockets of one process: hints come in, the log is read once for all, and all are looked at at times."""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING, Any

from channels.layers import get_channel_layer
from django.conf import settings
from django.db import Error as DatabaseError
from django.utils import timezone
from redis.exceptions import RedisError

from live import closing, database, delivery, frames, hints
from live.coalescing import Latest
from live.events import standings
from live.looking import Lookers
from live.opening import Opened, still_may
from live.passing import Passing
from live.presence import Presences
from live.threads import DatabaseThreads
from live.topics import Subscription, Topic

if TYPE_CHECKING:
    from live.socket import Socket

HEARTBEAT_S = 25.0
WATCH_S = 1.0
RECHECK_S = 60.0
SILENCE_S = 33.5  # with the check below a dead connection is known within 35 seconds
SILENCE_CHECK_S = 1.0
ANSWER_S = 8.0
RETRY_S = 1.0
POSITIONS_PAUSE_S = 0.5
ANONYMOUS_PER_ADDRESS = 200
SECONDS_TO_CLOSE = 1.0
RECHECKED_AT_A_TIME = 50
logger = logging.getLogger(__name__)


def pace(name: str, default: float) -> float:
    """A number of this module that settings may change: LIVE_HEARTBEAT_S and its like."""
    return float(getattr(settings, name, default))


class Hub:
    """Lives on one event loop. All methods are called there, but for what runs on its threads."""

    def __init__(self) -> None:
        self.topics: dict[str, Topic] = {}
        self.sockets: set[Socket] = set()
        self.anonymous: Counter[str] = Counter()
        self.log = DatabaseThreads("live-log", 2)
        self.work = DatabaseThreads("live-work", 4)
        self._watch = DatabaseThreads("live-watch", 1)
        self.acks = Latest(self.work, delivery.take_acks, pause=0.0, rank=lambda ack: ack.offset)
        self.positions = Latest(self.work, delivery.take_positions, pause=POSITIONS_PAUSE_S)
        self._passing = Passing(self._pass_on)
        self.lookers = Lookers(self._pass_on)
        self.presences = Presences(self.work, is_watched=lambda: bool(self.sockets))
        self._poll_now = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._version: int | None = None

    def start(self) -> None:
        hints.use_loop(asyncio.get_running_loop())
        for loop_of in (self._hear_hints, self._watch_heads, self._cut_silent, self._recheck_all):
            self._spawn(self._for_ever(loop_of))
        self._spawn(self._for_ever(self.presences.keep))
        self._spawn(self._for_ever(self.lookers.keep))

    async def stop(self) -> None:
        """Close all sockets for a restart, end all tasks, and close the threads' database connections."""
        await self._close_sockets()
        for topic in self.topics.values():
            topic.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._take_leave()
        hints.use_loop(None)
        for threads in (self.log, self.work, self._watch):
            await asyncio.to_thread(threads.close)

    async def _take_leave(self) -> None:
        try:
            await self.presences.stop()
        except DatabaseError as error:
            logger.warning("Who was here can't be written now: %s", error)

    async def _close_sockets(self) -> None:
        endings = [socket.cut(closing.STOPPING) for socket in list(self.sockets)]
        if endings:
            await asyncio.wait(endings, timeout=SECONDS_TO_CLOSE)

    # --- sockets come and go

    def is_crowded(self, address: str) -> bool:
        """Whether so many who did not sign in are here from this address that no more are let in."""
        return self.anonymous[address] >= pace("LIVE_ANONYMOUS_PER_ADDRESS", ANONYMOUS_PER_ADDRESS)

    def enter(self, socket: "Socket") -> None:
        self.sockets.add(socket)
        if not socket.signed_in:
            self.anonymous[socket.address] += 1

    def leave(self, socket: "Socket") -> None:
        if socket in self.sockets:
            self.sockets.discard(socket)
            if not socket.signed_in:
                self._discount(socket.address)

    def _discount(self, address: str) -> None:
        self.anonymous[address] -= 1
        if self.anonymous[address] <= 0:
            del self.anonymous[address]

    def follow(self, opened: Opened, subscription: Subscription) -> None:
        topic = self.topics.get(opened.stream)
        if topic is not None and topic.standing.epoch != opened.standing.epoch:
            topic.cut_all(closing.RENEWED)
            topic = None
        if topic is None:
            topic = self.topics[opened.stream] = Topic(opened.stream, opened.standing, self.log)
        topic.join(subscription, opened.standing.head)

    def unfollow(self, stream: str, subscription: Subscription) -> None:
        topic = self.topics.get(stream)
        if topic is None:
            return
        topic.leave(subscription)
        if not topic.subscriptions:
            topic.close()
            del self.topics[stream]

    # --- hints

    async def _hear_hints(self) -> None:
        layer = get_channel_layer()
        channel = await layer.new_channel()
        await layer.group_add(hints.GROUP, channel)
        self._poll_now.set()  # what was said before we listened is found in the log
        joined_at = time.monotonic()
        while True:
            try:
                async with asyncio.timeout(pace("LIVE_HEARTBEAT_S", HEARTBEAT_S)):
                    self._take_hint(await layer.receive(channel))
            except TimeoutError:
                pass
            if time.monotonic() - joined_at > pace("LIVE_HEARTBEAT_S", HEARTBEAT_S):
                await layer.group_add(
                    hints.GROUP, channel
                )  # memberships run out, or went with a restarted Redis
                joined_at = time.monotonic()

    def _take_hint(self, hint: dict[str, Any]) -> None:
        match hint["type"]:
            case "live.moved":
                for name, head in hint["heads"].items():
                    if name in self.topics:
                        self.topics[name].hear(head)
            case "live.people":
                people = set(hint["users"])
                concerned = [socket for socket in self.sockets if socket.person_id in people]
                self._spawn(self._recheck(concerned))
            case "live.passing":
                self._pass_on(hint["stream"], hint["frame"])
            case "live.items":
                if items := self.lookers.take(hint["items"]):
                    self._passing.hear(items)

    def _pass_on(self, stream: str, frame: dict[str, Any]) -> None:
        topic = self.topics.get(stream)
        text = frames.encode(frame) if topic else ""
        for subscription in topic.subscriptions if topic else ():
            subscription.put(text)

    # --- what is looked at from time to time

    async def _watch_heads(self) -> None:
        """Where a hint was lost, or another process wrote to the same SQLite file, the log itself tells."""
        polled_at = time.monotonic()
        while True:
            asked = await self._sleep_until_poll(min(pace("LIVE_HEARTBEAT_S", HEARTBEAT_S), WATCH_S))
            due = time.monotonic() - polled_at >= pace("LIVE_HEARTBEAT_S", HEARTBEAT_S)
            if self.topics and (asked or due or await self._is_written_elsewhere()):
                self._check_all(await self._watch.run(standings, list(self.topics)))
                polled_at = time.monotonic()

    async def _sleep_until_poll(self, pause: float) -> bool:
        try:
            async with asyncio.timeout(pause):
                await self._poll_now.wait()
        except TimeoutError:
            return False
        self._poll_now.clear()
        return True

    async def _is_written_elsewhere(self) -> bool:
        if not settings.EMBEDDED:
            return False
        before, self._version = self._version, await self._watch.run(database.data_version)
        return self._version != before

    def _check_all(self, found: dict[str, Any]) -> None:
        for name, topic in list(self.topics.items()):
            if name in found:
                topic.check(found[name])
            else:
                topic.cut_all(closing.RENEWED)

    async def _cut_silent(self) -> None:
        while True:
            await asyncio.sleep(min(pace("LIVE_SILENCE_S", SILENCE_S), SILENCE_CHECK_S))
            silence = pace("LIVE_SILENCE_S", SILENCE_S)
            for socket in list(self.sockets):
                self._ask_or_cut(socket, time.monotonic() - socket.heard_at, silence)

    def _ask_or_cut(self, socket: "Socket", silent_for: float, limit: float) -> None:
        """A page in the background can't ping in time, for browsers slow its timers; it can answer."""
        if silent_for > limit:
            socket.cut(closing.SILENT)
        elif silent_for > limit - ANSWER_S:
            socket.ask()

    async def _recheck_all(self) -> None:
        while True:
            await asyncio.sleep(pace("LIVE_RECHECK_S", RECHECK_S))
            await self._recheck(self.sockets)

    async def _recheck(self, sockets: Iterable["Socket"]) -> None:
        """Close those whose sign-in is over or who may not read their streams any more."""
        waiting = list(sockets)
        for start in range(0, len(waiting), RECHECKED_AT_A_TIME):
            some = waiting[start : start + RECHECKED_AT_A_TIME]
            try:
                found = await self.work.run(_look_again, some)
            except DatabaseError as error:
                logger.warning("Sockets can't be looked at again now: %s", error)
                return
            for socket, close in zip(some, found, strict=True):
                if close is not None:
                    socket.cut(close)

    # --- tasks

    def _spawn(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _for_ever(self, loop_of: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await loop_of()
            except (DatabaseError, RedisError, OSError) as error:
                logger.warning("%s has to start again: %s", loop_of.__name__, error)
            except Exception:
                logger.exception("%s failed and starts again.", loop_of.__name__)
            await asyncio.sleep(RETRY_S)


def _look_again(sockets: list["Socket"]) -> list[closing.Close | None]:
    at = timezone.now()
    return [still_may(socket.reader, socket.groups, at=at) for socket in sockets]
