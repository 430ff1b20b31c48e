"""JPEG (ITU-T T.81): the frame header, and whether decoding needs all of its coefficients at once."""

from reports.imaging.headers.peek import Header, HeaderProblem, Peek, broken

MAGIC = b"\xff\xd8\xff"
MOST_SEGMENTS = 2_000
STANDALONE = {0x01, *range(0xD0, 0xD8)}
FRAMES = {0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF}
DECODABLE = {0xC0, 0xC1, 0xC2, 0xC9, 0xCA}  # baseline, extended, progressive; the last two arithmetic-coded
PROGRESSIVE = {0xC2, 0xCA}
START_OF_SCAN = 0xDA
NO_SEGMENT = {0x00, 0xD8, 0xD9}  # stuffing, a second start, the end: none may come before the first scan
COEFFICIENT_BYTES = 2


def read_jpeg(peek: Peek) -> Header:
    """The header of a JPEG; walks its segments up to the first scan."""
    offset, frame = 2, None
    for _ in range(MOST_SEGMENTS):
        marker, offset = _next_marker(peek, offset)
        if marker in STANDALONE:
            continue
        length = peek.number(offset, 2)
        if length < 2 or marker in NO_SEGMENT:
            raise broken()
        if marker in FRAMES:
            frame = (marker, peek.at(offset + 2, length - 2))
        if marker == START_OF_SCAN:
            return _header(frame, scan_components=peek.number(offset + 2, 1))
        offset += length
    raise broken()


def _next_marker(peek: Peek, offset: int) -> tuple[int, int]:
    """The marker at `offset` and the offset behind it; any number of 0xFF may precede it."""
    if peek.number(offset, 1) != 0xFF:
        raise broken()
    while (marker := peek.number(offset, 1)) == 0xFF:
        offset += 1
    return marker, offset + 1


def _header(frame: tuple[int, bytes] | None, scan_components: int) -> Header:
    if frame is None or len(frame[1]) < 6:
        raise broken()
    marker, data = frame
    if marker not in DECODABLE or data[0] != 8:
        raise HeaderProblem("photo_unsupported_format")
    height, width = int.from_bytes(data[1:3], "big"), int.from_bytes(data[3:5], "big")
    components = _sampling_factors(data)
    if not width or not height:
        raise broken()
    whole = marker in PROGRESSIVE or scan_components < len(components)
    return Header("jpeg", width, height, _coefficient_bytes(width, height, components) if whole else 0)


def _sampling_factors(data: bytes) -> list[tuple[int, int]]:
    count = data[5]
    if len(data) < 6 + 3 * count or count not in {1, 3, 4}:
        raise broken()
    factors = [(data[7 + 3 * i] >> 4, data[7 + 3 * i] & 15) for i in range(count)]
    if any(not 1 <= f <= 4 for pair in factors for f in pair):
        raise broken()
    return factors


def _coefficient_bytes(width: int, height: int, factors: list[tuple[int, int]]) -> int:
    widest, highest = max(h for h, _ in factors), max(v for _, v in factors)
    return sum(width * height * h * v * COEFFICIENT_BYTES // (widest * highest) for h, v in factors)
