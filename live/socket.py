"""The websocket endpoint /ws/ as a plain ASGI application. docs/live-protocol.md describes what goes over it.

No consumer class of channels: its dispatch closes old database connections on one shared thread before every
message, so that an unrelated message waits behind a slow query.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4
from weakref import WeakKeyDictionary

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import Error as DatabaseError
from django.utils import timezone, translation

from live import closing, conversation, frames
from live.hub import Hub, pace
from live.opening import Hello, Opened, credential_of, greet
from live.outbox import Outbox
from live.people import Reader, Scope, address, language_of
from live.presenting import Group
from live.throttle import Throttle
from live.topics import Subscription

PATH = "/ws/"
HELLO_S = 10.0
PING_S = 25
FLUSH_S = 1.0
CLOSE_S = 2.0
BAD_FRAMES_AT_MOST = 20

# For uvicorn. Frames are small: compressing them doubles the memory of an idle socket, from 45 to 87 KB.
# Pings of our own tell dead connections, so those of the websocket layer would only wake phones.
SERVER_OPTIONS: dict[str, Any] = {
    "ws_per_message_deflate": False,
    "ws_ping_interval": None,
    "ws_max_size": 1024 * 1024,
}

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
logger = logging.getLogger(__name__)
_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def running_hub() -> Hub:
    """The hub of the running event loop, started when it is first asked for."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs[loop] = Hub()
        _hubs[loop].start()
    return _hubs[loop]


async def stop_hub() -> None:
    """Close all sockets of the running event loop and what serves them; the next socket starts anew."""
    hub = _hubs.pop(asyncio.get_running_loop(), None)
    if hub is not None:
        await hub.stop()


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] != "websocket":
        raise ValueError(f"live.socket serves websockets, not {scope['type']}")
    await receive()  # websocket.connect
    if scope["path"] != PATH:
        await send({"type": "websocket.close"})  # before accept: HTTP 403
        return
    await send({"type": "websocket.accept"})
    await Socket(scope, receive, send, running_hub()).serve()


class _Gone(Exception):
    """The client has left."""


class Socket:
    """One connection from hello to close; everything happens on its event loop."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, hub: Hub) -> None:
        self.hub = hub
        self.id = uuid4()
        self.reader: Reader  # known once hello was said, and only then is the socket in the hub
        self.address = address(scope)
        self.heard_at = time.monotonic()
        self.subscriptions: dict[str, Subscription] = {}
        self.outbox = Outbox(send, self._too_slow)
        self._scope = scope
        self._receive = receive
        self._send = send
        self._close: closing.Close | None = None
        self._listening: asyncio.Task[None] | None = None
        self._asked = False
        self._bad_frames = 0
        self._language = settings.LANGUAGE_CODE

    @property
    def signed_in(self) -> bool:
        return self.reader.signed_in

    @property
    def person_id(self) -> int | None:
        return self.reader.user.pk

    @property
    def groups(self) -> dict[str, Group]:
        return {name: subscription.group for name, subscription in self.subscriptions.items()}

    async def serve(self) -> None:
        """Returns when the connection is over, whoever ended it."""
        self._listening = asyncio.get_running_loop().create_task(self._converse())
        try:
            await self._listening
        except asyncio.CancelledError:
            if self._close is None:
                raise
        except closing.Closing as ending:
            self._close = ending.close
        except _Gone:
            pass
        except Exception:
            logger.exception("A socket failed.")
            self._close = closing.FAULT
        finally:
            self._leave()
        await self._say_goodbye()

    def cut(self, close: closing.Close) -> asyncio.Task[None]:
        """Close from outside the conversation; the first reason counts."""
        assert self._listening is not None  # noqa: S101 - only sockets in the hub are cut
        if self._close is None:
            self._close = close
            self._listening.cancel()
        return self._listening

    def ask(self) -> None:
        """Send a ping, once until something is heard."""
        if not self._asked:
            self._asked = True
            self.outbox.put(conversation.PING)

    def reply(self, frame: frames.Frame) -> None:
        self.outbox.put(frames.encode(frame))

    def _too_slow(self) -> None:
        self.cut(closing.SLOW)

    def _leave(self) -> None:
        heard_at = timezone.now() - timedelta(seconds=time.monotonic() - self.heard_at)
        for name, subscription in self.subscriptions.items():
            self.hub.unfollow(name, subscription)
            self.hub.presences.go(self.id, name, heard_at=heard_at)
        self.hub.lookers.leave(self.id)
        self.hub.leave(self)

    async def _say_goodbye(self) -> None:
        if self._close is None:
            self.outbox.shut()
            return
        await self.outbox.finish(FLUSH_S)
        with translation.override(self._language):
            message = {"type": "websocket.close", "code": self._close.code, "reason": self._close.reason}
        try:
            async with asyncio.timeout(CLOSE_S):
                await self._send(message)
        except (OSError, RuntimeError, TimeoutError):
            pass  # the client left first, or takes nothing more

    # --- the conversation

    async def _converse(self) -> None:
        await self._welcome(await self._first_frame())
        throttle, commands = Throttle(rate=50, burst=200), Throttle(rate=10, burst=60)
        while True:
            await throttle.wait()
            try:
                frame = frames.decode(await self._next_text())
                if frame["type"] == "command":
                    await commands.wait()
                await conversation.answer(self, frame)
            except frames.FrameRefused as refusal:
                self._refuse(refusal)

    async def _first_frame(self) -> Hello:
        try:
            async with asyncio.timeout(pace("LIVE_HELLO_S", HELLO_S)):
                return Hello.read(frames.decode(await self._next_text()))
        except TimeoutError:
            raise closing.Closing(closing.NO_HELLO) from None
        except frames.FrameRefused as refusal:
            self.reply(refusal.as_frame())
            raise closing.Closing(closing.BAD_FRAMES) from refusal

    async def _next_text(self) -> str | None:
        message = await self._receive()
        self.heard_at = time.monotonic()
        self._asked = False
        if message["type"] == "websocket.disconnect":
            raise _Gone
        text: str | None = message.get("text")
        if len(text or message.get("bytes") or "") > frames.MAX_FRAME:
            raise closing.Closing(closing.TOO_LARGE)
        return text

    def _refuse(self, refusal: frames.FrameRefused) -> None:
        self.reply(refusal.as_frame())
        self._bad_frames += 1
        if self._bad_frames > BAD_FRAMES_AT_MOST:
            raise closing.Closing(closing.BAD_FRAMES)

    async def _welcome(self, hello: Hello) -> None:
        self._language = language_of(AnonymousUser(), hello.language)
        credential = credential_of(hello, self._scope)
        try:
            self.reader, opened = await self.hub.work.run(greet, hello, credential, at=timezone.now())
        except DatabaseError as error:
            logger.warning("A hello can't be answered now: %s", error)
            raise closing.Closing(closing.FAULT) from error
        if not self.signed_in and self.hub.is_crowded(self.address):
            raise closing.Closing(closing.CROWDED)
        self.hub.enter(self)
        self.reply(
            {"type": "welcome", "ping": PING_S, "streams": {one.stream: _stands(one) for one in opened}}
        )
        for one in opened:
            self._follow(one)

    def _follow(self, opened: Opened) -> None:
        for text in opened.texts:
            self.outbox.put(text)
        subscription = Subscription(
            self.reader, opened.group, opened.standing.head, self.outbox.put, self.cut
        )
        self.subscriptions[opened.stream] = subscription
        self.hub.follow(opened, subscription)
        self.hub.presences.come(self.id, opened.stream, self.reader)


def _stands(opened: Opened) -> frames.Frame:
    standing = opened.standing
    return {"epoch": str(standing.epoch), "head": standing.head, "recovered": opened.recovered}
