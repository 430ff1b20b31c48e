"""One client and its connection, opened again whenever it is lost."""

import asyncio
import json
import logging
import random
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.typing import Origin

from live.client.remembering import Known

ANSWER_S = 8.0
OPEN_S = 10.0
FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 30.0
STOP_CODES = range(4400, 4500)
MESSAGE_TOO_BIG = 1009

Frame = dict[str, Any]
logger = logging.getLogger(__name__)


class Stopped(Exception):
    """The server said that reconnecting is of no use; `code` and `reason` say why."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"{code} {reason}")
        self.code = code
        self.reason = reason


class GapFound(Exception):
    """An event came out of order: the server broke the protocol."""


def full_jitter(failures: int, longest_s: float) -> float:
    """Seconds to pause, at random, so that thousands who lost the same server don't come back at once."""
    return random.uniform(0, min(longest_s, FIRST_PAUSE_S * 2**failures))  # noqa: S311 - no secret


def _is_fault(result: Frame) -> bool:
    return not result["ok"] and result.get("error", {}).get("retry") is True


@dataclass(slots=True)
class LiveClient:
    """Use as `async with`; then read `events()`, and call `command`, `ack` and `send_position` at any time.

    known: what an earlier run had reached, to recover from there; then how far this one has received.
    reached: how far `events()` has given out, which is what to write down for the next run. stream_tokens: by
    stream, what opens it to its bearer, such as the token of a report's private link. headers: a session
    cookie, for tests.
    """

    url: str
    streams: Sequence[str]
    token: str | None = None
    device: str = "python"
    language: str | None = None
    origin: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    known: dict[str, Known] = field(default_factory=dict)
    stream_tokens: Mapping[str, str] = field(default_factory=dict)
    longest_pause_s: float = LONGEST_PAUSE_S
    connections: int = 0
    reached: dict[str, Known] = field(default_factory=dict)
    _events: "asyncio.Queue[tuple[Frame, Known | None] | None]" = field(default_factory=asyncio.Queue)
    _commands: dict[str, tuple[Frame, "asyncio.Future[Frame]"]] = field(default_factory=dict)
    _socket: ClientConnection | None = None
    _task: "asyncio.Task[None] | None" = None
    _welcomed: asyncio.Event = field(default_factory=asyncio.Event)
    _pong: asyncio.Event = field(default_factory=asyncio.Event)
    _epochs: dict[str, str] = field(default_factory=dict)
    _acked: dict[str, int] = field(default_factory=dict)
    _ping_s: float = 25.0

    async def __aenter__(self) -> Self:
        self.reached = {**self.known, **self.reached}
        self._task = asyncio.create_task(self._run())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def events(self) -> AsyncIterator[Frame]:
        """Event frames in order, a snapshot where events could not be recovered, and lossy frames in between.

        Raises Stopped when the server wants no reconnect.
        """
        while (given := await self._events.get()) is not None:
            frame, known = given
            if known is not None:
                self.reached[frame["stream"]] = known
            yield frame
        if self._task is not None:
            await self._task

    async def welcomed(self) -> None:
        """Returns once the server has answered hello on the present connection. Raises Stopped."""
        waiting = asyncio.ensure_future(self._welcomed.wait())
        assert self._task is not None  # noqa: S101 - only inside `async with`
        await asyncio.wait([waiting, self._task], return_when=asyncio.FIRST_COMPLETED)
        if not waiting.done():
            waiting.cancel()
            self._task.result()

    async def command(self, name: str, *, id: str | None = None, **fields: Any) -> Frame:
        """The result frame; sent again with the same id after every reconnect until it is answered.

        Sent again after a pause as well when the result says that the server had a fault ("retry").
        """
        frame = {"type": "command", "id": id or str(uuid4()), "name": name, **fields}
        faults = 0
        while _is_fault(result := await self._ask(frame)):
            faults += 1
            await asyncio.sleep(full_jitter(faults, self.longest_pause_s))
        return result

    async def _ask(self, frame: Frame) -> Frame:
        answer: asyncio.Future[Frame] = asyncio.get_running_loop().create_future()
        self._commands[frame["id"]] = (frame, answer)
        try:
            if self._welcomed.is_set():
                await self._send(frame)
            return await answer
        finally:
            self._commands.pop(frame["id"], None)

    async def ack(self, stream: str, offset: int) -> None:
        """Tell that all events up to `offset` are safely here; told again after a reconnect."""
        self._acked[stream] = offset
        if self._welcomed.is_set():
            await self._send({"type": "ack", "stream": stream, "offset": offset})

    async def send_position(self, lat: float, lon: float, **fields: Any) -> None:
        """Lossy: not sent while there is no connection."""
        if self._welcomed.is_set():
            await self._send({"type": "position", "lat": lat, "lon": lon, **fields})

    async def drop(self) -> None:
        """Lose the connection without a closing handshake, as in a dead zone. It is opened again."""
        self._welcomed.clear()
        if self._socket is not None:
            self._socket.transport.abort()

    # --- the connection

    async def _run(self) -> None:
        failures = 0
        try:
            while True:
                welcomed = await self._connect_once()
                failures = 0 if welcomed else failures + 1
                await asyncio.sleep(full_jitter(failures, self.longest_pause_s))
        except Exception as error:
            self._fail_commands(error)
            raise
        finally:
            self._events.put_nowait(None)

    async def _connect_once(self) -> bool:
        """One connection from opening to its end. Says whether it was welcomed. Raises Stopped, GapFound."""
        try:
            origin = Origin(self.origin) if self.origin else None
            async with connect(
                self.url,
                origin=origin,
                additional_headers=self.headers,
                open_timeout=OPEN_S,
                ping_interval=None,
                proxy=None,
            ) as self._socket:
                await self._talk(self._socket)
        except ConnectionClosed as closed:
            self._stop_if_told(closed)
        except (OSError, TimeoutError, WebSocketException) as error:
            logger.info("No connection: %s", error)
        welcomed = self._welcomed.is_set()
        self._welcomed.clear()
        self._socket = None
        return welcomed

    def _stop_if_told(self, closed: ConnectionClosed) -> None:
        code, reason = (closed.rcvd.code, closed.rcvd.reason) if closed.rcvd else (1006, "")
        logger.info("Closed with %s %s", code, reason)
        if code in STOP_CODES or code == MESSAGE_TOO_BIG:
            raise Stopped(code, reason)

    async def _talk(self, socket: ClientConnection) -> None:
        self.connections += 1
        await socket.send(json.dumps(self._hello()))
        pinging = asyncio.create_task(self._ping(socket))
        try:
            async for text in socket:
                await self._take(json.loads(text))
            await socket.recv()  # tells how the connection was closed
        finally:
            pinging.cancel()

    def _hello(self) -> Frame:
        streams = {name: self._stream_in_hello(name) for name in self.streams}
        hello = {"type": "hello", "token": self.token, "device": self.device, "streams": streams}
        return {**hello, "language": self.language} if self.language else hello

    def _stream_in_hello(self, name: str) -> Frame:
        known = self.known.get(name, Known()).as_json()
        return {**known, "token": self.stream_tokens[name]} if name in self.stream_tokens else known

    async def _ping(self, socket: ClientConnection) -> None:
        while True:
            await asyncio.sleep(self._ping_s)
            self._pong.clear()
            await socket.send('{"type":"ping"}')
            try:
                async with asyncio.timeout(ANSWER_S):
                    await self._pong.wait()
            except TimeoutError:
                socket.transport.abort()
                return

    async def _send(self, frame: Frame) -> None:
        if self._socket is not None:
            try:
                await self._socket.send(json.dumps(frame, allow_nan=False))
            except ConnectionClosed:
                logger.info("The connection is lost; what must arrive is sent again.")

    # --- frames

    async def _take(self, frame: Frame) -> None:
        match frame["type"]:
            case "welcome":
                await self._take_welcome(frame)
            case "event":
                self._take_event(frame)
            case "result":
                self._take_result(frame)
            case "pong":
                self._pong.set()
            case "ping":
                await self._send({"type": "pong"})
            case "error":
                logger.error("The server refused a frame: %s", frame)
            case _:
                self._events.put_nowait((frame, None))

    async def _take_welcome(self, frame: Frame) -> None:
        self._ping_s = frame["ping"]
        for name, stands in frame["streams"].items():
            if not stands["recovered"]:
                self.known.pop(name, None)  # a snapshot says where it begins
                self._epochs[name] = stands["epoch"]
            elif name in self._acked:
                await self._send({"type": "ack", "stream": name, "offset": self._acked[name]})
        await self._repeat_commands()
        self._welcomed.set()

    async def _repeat_commands(self) -> None:
        """In the order in which they were asked for; those that come meanwhile after them."""
        sent: set[str] = set()
        while waiting := [id for id in self._commands if id not in sent]:
            sent.update(waiting)
            for frame in [self._commands[id][0] for id in waiting]:
                await self._send(frame)

    def _take_event(self, frame: Frame) -> None:
        stream, offset = frame["stream"], frame["offset"]
        if frame["kind"] == "snapshot":
            known = Known(self._epochs[stream], offset)
        elif offset != self.known[stream].offset + 1:
            raise GapFound(f"{stream}: {offset} after {self.known[stream].offset}")
        else:
            known = Known(self.known[stream].epoch, offset)
        self.known[stream] = known
        self._events.put_nowait((frame, known))

    def _take_result(self, frame: Frame) -> None:
        _, answer = self._commands.pop(frame["id"], (None, None))
        if answer is not None and not answer.done():
            answer.set_result(frame)

    def _fail_commands(self, error: Exception) -> None:
        for _, answer in self._commands.values():
            if not answer.done():
                answer.set_exception(error)
        self._commands.clear()
