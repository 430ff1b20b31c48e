"""A websocket client that costs little, so that the server is measured: text frames, no compression."""

import asyncio
import base64
import os
import struct
from collections.abc import Callable

TEXT, CLOSE, PING, PONG = 1, 8, 9, 10


class Wire(asyncio.Protocol):
    """One connection. `on_text` gets each text frame, `on_gone` is called once at its end."""

    def __init__(
        self,
        path: str,
        on_open: Callable[[], None],
        on_text: Callable[[bytes], None],
        on_gone: Callable[[], None],
    ) -> None:
        self._path = path
        self._on_open, self._on_text, self._on_gone = on_open, on_text, on_gone
        self._rest = b""
        self._is_open = False
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        key = base64.b64encode(os.urandom(16)).decode()
        lines = (
            f"GET {self._path} HTTP/1.1",
            "Host: 127.0.0.1",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {key}",
            "Sec-WebSocket-Version: 13",
        )
        transport.write(("\r\n".join(lines) + "\r\n\r\n").encode())

    def connection_lost(self, error: Exception | None) -> None:
        self._on_gone()

    def data_received(self, data: bytes) -> None:
        self._rest += data
        if not self._is_open and not self._shake_hands():
            return
        self._read_frames()

    def send(self, text: str) -> None:
        """The mask of four zero bytes leaves the payload as it is."""
        body = text.encode()
        head = bytes([0x80 | TEXT]) + _length(len(body)) + b"\0\0\0\0"
        if self.transport is not None and not self.transport.is_closing():
            self.transport.write(head + body)

    def cut(self) -> None:
        if self.transport is not None:
            self.transport.abort()

    def _shake_hands(self) -> bool:
        head, end, rest = self._rest.partition(b"\r\n\r\n")
        if not end:
            return False
        if b" 101 " not in head.split(b"\r\n")[0]:
            self.cut()
            return False
        self._is_open, self._rest = True, rest
        self._on_open()
        return True

    def _read_frames(self) -> None:
        buffer, at = self._rest, 0
        while (frame := _frame_at(buffer, at)) is not None:
            code, start, end = frame
            at = end
            if code == TEXT:
                self._on_text(buffer[start:end])
            elif code == CLOSE:
                self.cut()
            elif code == PING and self.transport is not None:
                self.transport.write(bytes([0x80 | PONG, 0x80]) + b"\0\0\0\0")
        self._rest = buffer[at:]


def _length(size: int) -> bytes:
    if size < 126:
        return bytes([0x80 | size])
    return bytes([0x80 | 126]) + struct.pack("!H", size)


def _frame_at(buffer: bytes, at: int) -> tuple[int, int, int] | None:
    """Opcode, start and end of the payload of a whole, unmasked frame that begins there."""
    if len(buffer) < at + 2:
        return None
    size, start = buffer[at + 1], at + 2
    if size == 126:
        if len(buffer) < at + 4:
            return None
        size, start = struct.unpack_from("!H", buffer, at + 2)[0], at + 4
    elif size == 127:
        if len(buffer) < at + 10:
            return None
        size, start = struct.unpack_from("!Q", buffer, at + 2)[0], at + 10
    return (buffer[at] & 0x0F, start, start + size) if len(buffer) >= start + size else None
