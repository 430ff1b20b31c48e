"""HEIC, HEIF and AVIF: the primary item's size in an ISO base media file (ISO/IEC 14496-12, 23008-12)."""

from collections.abc import Iterator

from reports.imaging.headers.cursor import Cursor
from reports.imaging.headers.peek import Header, HeaderProblem, Peek, broken

STILL_BRANDS = {b"mif1", b"mif2", b"heic", b"heix", b"heim", b"heis", b"avif", b"miaf"}
MOVING_BRANDS = {b"msf1", b"hevc", b"hevx", b"hevm", b"hevs", b"avis"}
OTHER_PICTURE_BRANDS = {b"crx ", b"jxl ", b"jp2 ", b"jpx ", b"jpeg", b"avci", b"avcs", b"vvic", b"j2ki"}
DERIVED = {b"grid", b"iden", b"iovl"}
CODECS = {b"hvc1": "heic", b"av01": "avif"}
MOST_BOXES = 64
LARGEST_META = 1_000_000
MOST_ITEMS = 20_000


def is_bmff(head: bytes) -> bool:
    """Whether the first 8 bytes open an ISO base media file."""
    return head[4:8] == b"ftyp"


def read_bmff(peek: Peek) -> Header:
    """The header of a HEIC, HEIF or AVIF still picture. A box longer than the file is broken."""
    meta = None
    for kind, start, end in _top_boxes(peek):
        if kind == b"ftyp":
            _require_still(peek.at(start, min(end - start, 512)))
        if kind == b"meta" and meta is None:
            if end - start > LARGEST_META:
                raise broken()
            meta = peek.at(start, end - start)
    if meta is None:
        raise broken()
    return _primary_item(Cursor(meta))


def _top_boxes(peek: Peek) -> Iterator[tuple[bytes, int, int]]:
    """Kind, start and end of the content of each box at the top."""
    offset = 0
    for _ in range(MOST_BOXES):
        if offset == peek.size:
            return
        length, kind, start = peek.number(offset, 4), peek.at(offset + 4, 4), offset + 8
        if length == 1:
            length, start = peek.number(start, 8), start + 8
        end = offset + length if length else peek.size
        if end < start or end > peek.size:
            raise broken()
        yield kind, start, end
        offset = end


def _require_still(ftyp: bytes) -> None:
    major = ftyp[:4]
    brands = {major, *(ftyp[i : i + 4] for i in range(8, len(ftyp), 4))}
    if major == b"avis" or (brands & MOVING_BRANDS and not brands & STILL_BRANDS):
        raise HeaderProblem("photo_animated")
    if not brands & STILL_BRANDS:
        known = brands & OTHER_PICTURE_BRANDS
        raise HeaderProblem("photo_unsupported_format" if known else "photo_not_an_image")


def _primary_item(meta: Cursor) -> Header:
    meta.skip(4)  # version and flags
    boxes = dict(meta.boxes())
    if not boxes.keys() >= {b"pitm", b"iinf", b"iprp"}:
        raise broken()
    pitm = boxes[b"pitm"]
    item = pitm.number(2 if pitm.version() == 0 else 4)
    photo_format = _codec(_item_types(boxes[b"iinf"]), item)
    width, height = _size(boxes[b"iprp"], item)
    return Header(photo_format, width, height)


def _item_types(iinf: Cursor) -> dict[int, bytes]:
    iinf.skip(2 if iinf.version() == 0 else 4)
    types = {}
    for kind, infe in iinf.boxes():
        version = infe.version()
        if kind == b"infe" and version >= 2:
            item = infe.number(2 if version == 2 else 4)
            infe.skip(2)
            types[item] = infe.take(4)
    return types


def _codec(types: dict[int, bytes], item: int) -> str:
    """By the primary item, or by the tiles that it is put together from."""
    primary = types.get(item, b"")
    if primary in CODECS:
        return CODECS[primary]
    found = {CODECS[kind] for kind in types.values() if kind in CODECS}
    if primary not in DERIVED or len(found) != 1:
        raise HeaderProblem("photo_unsupported_format")
    return found.pop()


def _size(iprp: Cursor, item: int) -> tuple[int, int]:
    """Width and height by the `ispe` property that is associated with the item."""
    sizes: dict[int, tuple[int, int]] = {}
    associated: set[int] = set()
    for kind, box in iprp.boxes():
        if kind == b"ipco":
            sizes = _extents(box)
        if kind == b"ipma":
            associated |= _associations(box, item)
    extents = [size for index, size in sizes.items() if index in associated]
    if len(extents) != 1 or not all(extents[0]):
        raise broken()
    return extents[0]


def _extents(ipco: Cursor) -> dict[int, tuple[int, int]]:
    sizes = {}
    for index, (kind, box) in enumerate(ipco.boxes(), start=1):
        if kind == b"ispe":
            box.skip(4)
            sizes[index] = box.number(4), box.number(4)
    return sizes


def _associations(ipma: Cursor, item: int) -> set[int]:
    """Indices of the properties of one item; the highest bit of each says "essential"."""
    version, flags = ipma.version_and_flags()
    width = 2 if flags & 1 else 1
    found: set[int] = set()
    entries = ipma.number(4)
    if entries > MOST_ITEMS:
        raise broken()
    for _ in range(entries):
        current = ipma.number(2 if version < 1 else 4)
        indices = [ipma.number(width) & (0x7FFF if width == 2 else 0x7F) for _ in range(ipma.number(1))]
        if current == item:
            found.update(indices)
    return found
