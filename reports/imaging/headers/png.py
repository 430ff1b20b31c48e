"""PNG (W3C, third edition): the IHDR chunk, and whether it is an animation."""

from reports.imaging.headers.peek import Header, HeaderProblem, Peek, broken

MAGIC = b"\x89PNG\r\n\x1a\n"
MOST_CHUNKS = 5_000
LARGEST_SIDE = 2**31 - 1
DEPTHS = {0: {1, 2, 4, 8, 16}, 2: {8, 16}, 3: {1, 2, 4, 8}, 4: {8, 16}, 6: {8, 16}}


def read_png(peek: Peek) -> Header:
    """The header of a PNG; walks its chunks up to the first with pixels."""
    if peek.at(8, 8) != b"\x00\x00\x00\x0dIHDR":
        raise _first_chunk_problem(peek)
    header = _size(peek.at(16, 13))
    offset = 33
    for _ in range(MOST_CHUNKS):
        length, kind = peek.number(offset, 4), peek.at(offset + 4, 4)
        if kind == b"acTL":
            raise HeaderProblem("photo_animated")
        if offset + 12 + length > peek.size:
            raise broken()
        if kind == b"IDAT":
            return header
        offset += 12 + length
    raise broken()


def _first_chunk_problem(peek: Peek) -> HeaderProblem:
    """Apple's own variant of PNG opens with CgBI; nobody else can read it."""
    return HeaderProblem("photo_unsupported_format") if peek.at(12, 4) == b"CgBI" else broken()


def _size(ihdr: bytes) -> Header:
    width, height = int.from_bytes(ihdr[0:4], "big"), int.from_bytes(ihdr[4:8], "big")
    depth, colour_type, compression, filtering, interlace = ihdr[8:13]
    if not (0 < width <= LARGEST_SIDE and 0 < height <= LARGEST_SIDE):
        raise broken()
    if depth not in DEPTHS.get(colour_type, set()) or compression or filtering or interlace > 1:
        raise broken()
    return Header("png", width, height)
