"""Refuses half a request: WSGI servers report a client that left in mid-upload as the end of its body."""

from collections.abc import Callable, Iterable
from typing import IO, Any

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class BodyCutShort(OSError):
    """The body ended before its announced length; Django turns it into UnreadablePostError."""


class _WholeBody:
    """Reads like wsgi.input, but an early end is an error, so that no cut photo passes for a whole one."""

    def __init__(self, source: IO[bytes], length: int) -> None:
        self.source = source
        self.missing = length

    def read(self, size: int = -1) -> bytes:
        return self._counted(self.source.read(self.missing if size < 0 else min(size, self.missing)), size)

    def readline(self, size: int = -1) -> bytes:
        return self._counted(self.source.readline(self.missing if size < 0 else size), size)

    def _counted(self, data: bytes, asked: int) -> bytes:
        self.missing -= len(data)
        if self.missing > 0 and asked != 0 and not data:
            raise BodyCutShort("The client left before its request was complete.")
        return data


def require_whole_bodies(app: WsgiApp) -> WsgiApp:
    """The application, reading bodies that are whole or raise BodyCutShort."""

    def guarded(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        length = environ.get("CONTENT_LENGTH") or "0"
        if length.isdigit() and int(length):
            environ["wsgi.input"] = _WholeBody(environ["wsgi.input"], int(length))
        return app(environ, start_response)

    return guarded
