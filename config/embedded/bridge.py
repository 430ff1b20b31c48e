"""HTTP under an ASGI server, answered by a WSGI application on threads.

A request's body is gathered first, on the event loop, in a file once it is large: a slow or broken upload
holds no thread, and the application never sees half a body.
"""

import asyncio
import contextvars
from collections.abc import Awaitable, Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from config.embedded.environ import Scope, wsgi_environ

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

IN_MEMORY_BYTES = 256 * 1024
BLOCK_BYTES = 64 * 1024


class BodyTooLarge(Exception):
    """The client sends more than the limit."""


class ClientGone(Exception):
    """The client left before its request was complete."""


class WsgiBridge:
    """An ASGI application for HTTP.

    threads: how many requests are answered at a time; the others wait, already read.
    body_limit: bytes; a longer body is answered with 413.
    """

    def __init__(self, app: WsgiApp, *, threads: int, body_limit: int, spool_dir: Path) -> None:
        self.app = app
        self.body_limit = body_limit
        self.spool_dir = str(spool_dir)
        self.threads = ThreadPoolExecutor(threads, thread_name_prefix="http")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with SpooledTemporaryFile(IN_MEMORY_BYTES, dir=self.spool_dir) as body:
            try:
                length = await self._gather(scope, receive, body)
            except ClientGone:
                return
            except BodyTooLarge:
                await _refuse_large(send)
                return
            answer = _Answer(asyncio.get_running_loop(), send)
            environ = wsgi_environ(scope, body, length)
            # A context of its own: nothing of one request (its language, say) is left for the next.
            run = contextvars.Context().run
            await asyncio.get_running_loop().run_in_executor(self.threads, run, answer.run, self.app, environ)

    async def _gather(self, scope: Scope, receive: Receive, body: IO[bytes]) -> int:
        """Write the request's body and rewind it. Returns its length in bytes."""
        if _announced_length(scope) > self.body_limit:
            raise BodyTooLarge
        length, more = 0, True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise ClientGone
            length += body.write(message.get("body", b""))
            if length > self.body_limit:
                raise BodyTooLarge
            more = message.get("more_body", False)
        body.seek(0)
        return length

    def close(self) -> None:
        """Take no more requests; those that run are left to finish."""
        self.threads.shutdown(wait=False, cancel_futures=True)


class _Answer:
    """Carries one response from its thread to the event loop, at the pace at which the client reads."""

    def __init__(self, loop: asyncio.AbstractEventLoop, send: Send) -> None:
        self.loop = loop
        self.send = send
        self.start: Message | None = None

    def run(self, app: WsgiApp, environ: dict[str, Any]) -> None:
        chunks = app(environ, self.start_response)
        try:
            for block, more in _blocks(chunks):
                self._pass_on({"type": "http.response.body", "body": block, "more_body": more})
        finally:
            getattr(chunks, "close", lambda: None)()

    def start_response(self, status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
        # Django's cookie lines begin with a blank, which h11 refuses.
        lines = [(name.lower().encode("latin-1"), value.strip().encode("latin-1")) for name, value in headers]
        self.start = {"type": "http.response.start", "status": int(status.split(" ", 1)[0]), "headers": lines}

    def _pass_on(self, body: Message) -> None:
        messages = [body] if self.start is None else [self.start, body]
        self.start = None
        asyncio.run_coroutine_threadsafe(self._send_all(messages), self.loop).result()

    async def _send_all(self, messages: list[Message]) -> None:
        for message in messages:
            await self.send(message)


def _blocks(chunks: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Small chunks joined to blocks, each with whether more follow: every hop to the loop costs 0.1 ms."""
    pending = bytearray()
    for chunk in chunks:
        pending += chunk
        if len(pending) >= BLOCK_BYTES:
            yield bytes(pending), True
            pending.clear()
    yield bytes(pending), False


def _announced_length(scope: Scope) -> int:
    values = [value for name, value in scope["headers"] if name == b"content-length"]
    return int(values[0]) if values and values[0].isdigit() else 0


async def _refuse_large(send: Send) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": b"The request is larger than this server accepts.\n"})
