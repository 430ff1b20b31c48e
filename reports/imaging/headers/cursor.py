"""Reads boxes and numbers out of bytes in memory, each read bounded by the box it is in."""

from collections.abc import Iterator

from reports.imaging.headers.peek import broken

MOST_BOXES = 20_000


class Cursor:
    """A position inside the content of one box. Reading past its end is a HeaderProblem."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.offset = 0

    def take(self, count: int) -> bytes:
        """The next `count` bytes."""
        if self.offset + count > len(self.data):
            raise broken()
        self.offset += count
        return self.data[self.offset - count : self.offset]

    def skip(self, count: int) -> None:
        """Leave out `count` bytes."""
        self.take(count)

    def number(self, count: int) -> int:
        """The next `count` bytes as a big-endian unsigned number."""
        return int.from_bytes(self.take(count), "big")

    def version_and_flags(self) -> tuple[int, int]:
        """The first four bytes of a "full box"."""
        return self.number(1), self.number(3)

    def version(self) -> int:
        """The version of a "full box"; its flags are passed over."""
        return self.version_and_flags()[0]

    def boxes(self) -> Iterator[tuple[bytes, "Cursor"]]:
        """Kind and content of each box up to the end."""
        for _ in range(MOST_BOXES):
            if self.offset == len(self.data):
                return
            length, kind, header = self.number(4), self.take(4), 8
            if length == 1:
                length, header = self.number(8), 16
            content = length - header if length else len(self.data) - self.offset
            if content < 0:
                raise broken()
            yield kind, Cursor(self.take(content))
        raise broken()
