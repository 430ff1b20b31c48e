"""WebP (RFC 9649): the size in its first chunk, and whether it is an animation."""

from reports.imaging.headers.peek import Header, HeaderProblem, Peek, broken

MAGIC = b"RIFF"
ANIMATION = 0x02


def is_webp(head: bytes) -> bool:
    """Whether the first 12 bytes open a WebP file."""
    return head[:4] == MAGIC and head[8:12] == b"WEBP"


def read_webp(peek: Peek) -> Header:
    """The header of a WebP. A RIFF longer than the file is broken: the file was cut off."""
    if 8 + int.from_bytes(peek.at(4, 4), "little") > peek.size:
        raise broken()
    kind, data = peek.at(12, 4), peek.at(20, 10)
    if kind == b"VP8 ":
        return _lossy(data)
    if kind == b"VP8L":
        return _lossless(data)
    if kind == b"VP8X":
        return _extended(data)
    raise broken()


def _lossy(data: bytes) -> Header:
    if data[3:6] != b"\x9d\x01\x2a":
        raise broken()
    width, height = (int.from_bytes(data[i : i + 2], "little") & 0x3FFF for i in (6, 8))
    if not width or not height:
        raise broken()
    return Header("webp", width, height)


def _lossless(data: bytes) -> Header:
    if data[0] != 0x2F:
        raise broken()
    bits = int.from_bytes(data[1:5], "little")
    return Header("webp", (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)


def _extended(data: bytes) -> Header:
    if data[0] & ANIMATION:
        raise HeaderProblem("photo_animated")
    width, height = (int.from_bytes(data[i : i + 3], "little") + 1 for i in (4, 7))
    return Header("webp", width, height)
