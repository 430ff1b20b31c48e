"""Telling every process that something moved: a hint that may be lost, never the news itself.

One thread of each process sends them. A caller only puts its hint into a queue, so a channel layer that is
slow or gone costs a request nothing; what piles up meanwhile is merged. docs/decisions says why all hints
share one group.
"""

import asyncio
import atexit
import logging
import os
import queue
import threading
import time
from collections.abc import Callable, Coroutine, Iterable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any

from channels.layers import get_channel_layer
from django.db import transaction
from redis.exceptions import RedisError

from live.passing import Items, merge_items

GROUP = "live.hints"
WAITING_AT_MOST = 2_000
SECONDS_TO_SEND = 2.0
SECONDS_TO_FLUSH = 0.5
# A hint goes out at once; those that come just after it are merged, so that a flood costs little.
SECONDS_BETWEEN = 0.05
SECONDS_BETWEEN_COMPLAINTS = 30.0

Listener = Callable[[Iterable[str]], None]
Hint = dict[str, Any]
logger = logging.getLogger(__name__)

# Called on the sending thread with the names of streams that moved.
listeners: list[Listener] = []


def streams_moved(heads: Mapping[str, int]) -> None:
    """These streams have reached these offsets."""
    _sender.put({"type": "live.moved", "heads": dict(heads)})


def people_changed(user_ids: Iterable[int]) -> None:
    """What these people may read has changed: on commit their sockets are looked at again, at once."""
    hint = {"type": "live.people", "users": list(user_ids)}
    transaction.on_commit(partial(_sender.put, hint))


def pass_on(stream: str, frame: Mapping[str, Any]) -> None:
    """Give a frame that may be lost, such as positions, to all who read the stream now. JSON values only."""
    _sender.put({"type": "live.passing", "stream": stream, "frame": dict(frame)})


def pass_items(items: Items) -> None:
    """Give the latest of many things, such as the places of crews, to all who read the streams now.

    `items` is {stream: {frame's type: {key: item}}}, JSON values only. Of each key the latest counts; a
    reader gets at most one frame of a type a second, from however many processes they come: `live.passing`.
    """
    if items:
        _sender.put({"type": "live.items", "items": items})


def use_loop(loop: asyncio.AbstractEventLoop | None) -> None:
    """Send on this running loop: the in-process channel layer may be touched nowhere else."""
    _sender.server_loop = loop


def flush(seconds: float = SECONDS_TO_FLUSH) -> bool:
    """Wait until all hints are sent or given up, at most so long. Says whether they are."""
    return _sender.flush(seconds)


class _Sender:
    """The queue and its thread, started at the first hint and again in a forked child."""

    def __init__(self) -> None:
        self.server_loop: asyncio.AbstractEventLoop | None = None
        self._reset()

    def _reset(self) -> None:
        self._waiting: queue.Queue[Hint] = queue.Queue(WAITING_AT_MOST)
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()
        self._complained_at = float("-inf")

    def forget_parent(self) -> None:
        """After a fork: neither the thread nor the loop came along."""
        self.server_loop = None
        self._reset()

    def put(self, hint: Hint) -> None:
        self._ensure_thread()
        try:
            self._waiting.put_nowait(hint)
        except queue.Full:
            self._squeeze_in(hint)

    def _squeeze_in(self, hint: Hint) -> None:
        """Merge what waits: one commit may bring thousands, faster than they are sent."""
        waiting = self._take()
        try:
            for merged in _merged([*waiting, hint]):
                self._waiting.put_nowait(merged)
        except queue.Full:
            self._complain("Hints pile up and are dropped: sockets hear at their next heartbeat.")
        for _ in waiting:
            self._waiting.task_done()

    def _take(self) -> list[Hint]:
        taken = []
        with suppress(queue.Empty):
            while True:
                taken.append(self._waiting.get_nowait())
        return taken

    def _ensure_thread(self) -> None:
        if self._thread is not None and self._thread.is_alive():
            return
        with self._starting:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="live-hints", daemon=True)
                self._thread.start()

    def flush(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while self._waiting.unfinished_tasks and time.monotonic() < deadline:
            time.sleep(0.005)
        return not self._waiting.unfinished_tasks

    def _run(self) -> None:
        with asyncio.Runner() as own:
            while True:
                hints = self._next()
                for hint in _merged(hints):
                    self._send(hint, own)
                    self._tell_listeners(hint)
                for _ in hints:
                    self._waiting.task_done()
                time.sleep(SECONDS_BETWEEN)

    def _next(self) -> list[Hint]:
        return [self._waiting.get(), *self._take()]

    def _send(self, hint: Hint, own: asyncio.Runner) -> None:
        try:
            self._carry(_group_send(hint), own)
        except (RedisError, OSError, TimeoutError) as error:
            self._complain(
                f"The channel layer takes no hints ({error}): sockets hear at their next heartbeat."
            )

    def _tell_listeners(self, hint: Hint) -> None:
        try:
            for listener in listeners if hint["type"] == "live.moved" else ():
                listener(hint["heads"])
        except Exception:  # one bad reader must not end the thread that wakes all
            logger.exception("A listener to the log failed.")

    def _carry(self, sending: Coroutine[Any, Any, None], own: asyncio.Runner) -> None:
        loop = self.server_loop
        if loop is None or not loop.is_running():
            own.run(sending)
            return
        asyncio.run_coroutine_threadsafe(sending, loop).result(SECONDS_TO_SEND + 1)

    def _complain(self, text: str) -> None:
        if time.monotonic() - self._complained_at > SECONDS_BETWEEN_COMPLAINTS:
            self._complained_at = time.monotonic()
            logger.warning(text)


def _merged(hints: list[Hint]) -> list[Hint]:
    """All that say how far streams are as one, all lossy items as one, the others as they are."""
    heads: dict[str, int] = {}
    items: Items = {}
    others: list[Hint] = []
    for hint in hints:
        match hint["type"]:
            case "live.moved":
                for name, head in hint["heads"].items():
                    heads[name] = max(head, heads.get(name, 0))
            case "live.items":
                merge_items(items, hint["items"])
            case _:
                others.append(hint)
    moved = [{"type": "live.moved", "heads": heads}] if heads else []
    return moved + others + ([{"type": "live.items", "items": items}] if items else [])


async def _group_send(hint: Hint) -> None:
    layer = get_channel_layer()
    if layer is not None:
        async with asyncio.timeout(SECONDS_TO_SEND):
            await layer.group_send(GROUP, hint)


_sender = _Sender()
os.register_at_fork(after_in_child=_sender.forget_parent)
atexit.register(flush)
