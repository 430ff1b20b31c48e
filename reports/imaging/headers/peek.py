"""Bounded random access to a file that may hold anything."""

import os
from typing import IO, NamedTuple


class HeaderProblem(Exception):
    """The headers can't be accepted; `code` is a key of `refusals.SENTENCES`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Header(NamedTuple):
    """What the headers say. Width and height in pixels as stored, before any turning.

    `coefficient_bytes`: what a decoder must hold of a JPEG with several scans before its first pixel.
    """

    format: str
    width: int
    height: int
    coefficient_bytes: int = 0


def broken() -> HeaderProblem:
    """The headers contradict themselves or the file ends too early."""
    return HeaderProblem("photo_broken")


class Peek:
    """Reads `count` bytes at an offset, or refuses: never fewer than asked for."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        file.seek(0, os.SEEK_END)
        self.size = file.tell()

    def at(self, offset: int, count: int) -> bytes:
        """Exactly `count` bytes from `offset`; HeaderProblem when the file has fewer."""
        if offset < 0 or count < 0 or offset + count > self.size:
            raise broken()
        self.file.seek(offset)
        data = self.file.read(count)
        if len(data) != count:
            raise broken()
        return data

    def start(self, count: int) -> bytes:
        """Up to `count` bytes from the beginning."""
        return self.at(0, min(count, self.size))

    def number(self, offset: int, count: int) -> int:
        """A big-endian unsigned number of `count` bytes."""
        return int.from_bytes(self.at(offset, count), "big")
