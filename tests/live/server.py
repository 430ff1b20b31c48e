"""A real server of /ws/ on a thread of the test's process, and a plain client for it."""

import asyncio
import json
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self, TypeVar

import uvicorn
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from live import socket
from live.hub import Hub

ANSWER_S = 5.0
Frame = dict[str, Any]
T = TypeVar("T")


class SocketServer:
    """Serves until stopped; what it opened (threads, database connections) is closed then."""

    def __init__(self) -> None:
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="socket-server")
        self._server = uvicorn.Server(
            uvicorn.Config(
                socket.application,
                port=0,
                lifespan="off",
                log_config=None,
                timeout_graceful_shutdown=3,
                **socket.SERVER_OPTIONS,
            )
        )
        self.loop: asyncio.AbstractEventLoop
        self.port = 0

    def start(self) -> None:
        self._thread.start()
        assert self._ready.wait(10), "the socket server did not start"

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(20)
        assert not self._thread.is_alive(), "the socket server did not stop"

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/ws/"

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def on_loop(self, call: Callable[[], T]) -> T:
        """What the call gives on the server's event loop."""

        async def job() -> T:
            return call()

        return asyncio.run_coroutine_threadsafe(job(), self.loop).result(ANSWER_S)

    @property
    def hub(self) -> Hub:
        return self.on_loop(socket.running_hub)

    def stop_hub(self) -> None:
        asyncio.run_coroutine_threadsafe(socket.stop_hub(), self.loop).result(ANSWER_S)

    async def _serve(self) -> None:
        self.loop = asyncio.get_running_loop()
        serving = asyncio.create_task(self._server.serve())
        while not self._server.started:
            await asyncio.sleep(0.01)
        self.port = self._server.servers[0].sockets[0].getsockname()[1]
        self._ready.set()
        await serving
        await socket.stop_hub()


class Client:
    """Speaks the protocol frame by frame."""

    def __init__(self, server: SocketServer, *, origin: str | None = None, cookie: str = "") -> None:
        headers = {"Cookie": cookie} if cookie else {}
        self._opening = connect(
            server.url,
            origin=Origin(origin) if origin else None,
            additional_headers=headers,
            proxy=None,
            ping_interval=None,
            compression=None,
            close_timeout=1,
        )
        self.socket: ClientConnection

    def __enter__(self) -> Self:
        self.socket = self._opening.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._opening.__exit__(kind, error, trace)

    def send(self, frame: Frame | str | bytes) -> None:
        self.socket.send(json.dumps(frame) if isinstance(frame, dict) else frame)

    def read(self, *, seconds: float = ANSWER_S) -> Frame:
        frame: Frame = json.loads(self.socket.recv(timeout=seconds))
        return frame

    def read_until(self, type: str) -> Frame:
        while (frame := self.read())["type"] != type:
            pass
        return frame

    def hello(self, *streams: str, token: str | None = None, **fields: Any) -> Frame:
        """Say hello without knowing anything yet; the welcome."""
        known: dict[str, Frame] = {name: {} for name in streams}
        self.send({"type": "hello", "token": token, "device": "test", "streams": known, **fields})
        return self.read()

    def close_code(self) -> int:
        """How the server closes; frames that come before are skipped."""
        deadline = time.monotonic() + ANSWER_S
        try:
            while time.monotonic() < deadline:
                self.socket.recv(timeout=ANSWER_S)
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else 1006
        raise AssertionError("the server kept the connection open")

    def close_reason(self) -> str:
        self.close_code()
        return self.socket.protocol.close_reason or ""


def wait_until(holds: Callable[[], bool], *, seconds: float = ANSWER_S) -> None:
    """Returns as soon as it holds; fails when it does not in time."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)
