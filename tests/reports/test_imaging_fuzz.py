"""Whatever bytes arrive, they are a photo or a refusal, and nothing else ever happens."""

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.imaging.capture import captured_from
from reports.imaging.child import Answer
from reports.imaging.keeping import NotDerivatives, split
from reports.imaging.limits import LIMITS
from reports.imaging.refusals import SENTENCES, PhotoRefused
from reports.imaging.sniff import Sniffed, sniff
from tests.reports.pictures import FORMATS, exif_of, photo

OPENINGS = [
    b"",
    b"\xff\xd8\xff",
    b"\xff\xd8\xff\xc0\0\x11\x08",
    b"\x89PNG\r\n\x1a\n",
    b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR",
    b"RIFF\xff\0\0\0WEBPVP8X",
    b"RIFF\0\0\0\0WEBPVP8 ",
    b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
    b"\0\0\0\x18ftypavif\0\0\0\0mif1avif",
]
KINDS = [
    b"meta",
    b"pitm",
    b"iinf",
    b"infe",
    b"iprp",
    b"ipco",
    b"ipma",
    b"ispe",
    b"hvc1",
    b"av01",
    b"grid",
    b"mdat",
]


def photo_or_refusal(content: bytes) -> None:
    told = sniffed_or_refused(content)
    if isinstance(told, PhotoRefused):
        assert told.code in SENTENCES
    else:
        assert told.format in FORMATS
        assert 0 < told.width * told.height <= LIMITS.max_pixels


def sniffed_or_refused(content: bytes) -> Sniffed | PhotoRefused:
    try:
        return sniff(content, name="x")
    except PhotoRefused as refused:
        return refused


@cache
def real_photo(kind: str) -> bytes:
    return photo(kind, (64, 48), exif=exif_of(orientation=6, taken="2026:11:03 09:00:00"))


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A real photo with some bytes overwritten, cut out or doubled near its headers."""
    content = bytearray(real_photo(draw(st.sampled_from(list(FORMATS)))))
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, min(len(content), 700)))
        stop = start + draw(st.integers(0, 8))
        content[start:stop] = draw(st.binary(max_size=8))
    return bytes(content[: draw(st.integers(0, len(content)))] if draw(st.booleans()) else content)


def box(kind: bytes, content: bytes, lie: int) -> bytes:
    return max(0, 8 + len(content) + lie).to_bytes(4, "big") + kind + content


boxes = st.recursive(
    st.binary(max_size=24),
    lambda inner: st.lists(
        st.builds(box, st.sampled_from(KINDS), inner, st.sampled_from([0, 0, 0, 0, 1, -1, -7, 2**31])),
        max_size=5,
    ).map(lambda parts: b"\0\0\0\0" + b"".join(parts)),
    max_leaves=12,
)


@given(st.sampled_from(OPENINGS), st.binary(max_size=400))
def test_any_bytes_behind_any_opening_are_a_photo_or_a_refusal(opening: bytes, rest: bytes) -> None:
    photo_or_refusal(opening + rest)


@given(damaged())
def test_a_damaged_photo_is_a_photo_or_a_refusal(content: bytes) -> None:
    photo_or_refusal(content)


@given(st.sampled_from([b"heic", b"avif", b"mif1"]), boxes)
def test_any_nesting_of_boxes_is_a_photo_or_a_refusal(brand: bytes, content: bytes) -> None:
    photo_or_refusal(b"\0\0\0\x14ftyp" + brand + bytes(4) + b"mif1" + box(b"meta", content, 0))


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
FACTS = ["taken", "offset", "lat", "lon", "accuracy", "make", "model", "orientation"]
dates = st.from_regex(r"\d{4}:\d{2}:\d{2} \d{2}:\d{2}:\d{2}", fullmatch=True)
offsets = st.from_regex(r"[+-]\d{2}:\d{2}", fullmatch=True)


@given(anything | st.dictionaries(st.sampled_from(FACTS), anything | dates | offsets))
def test_whatever_a_child_tells_of_a_picture_becomes_facts_in_range_or_none(told: object) -> None:
    facts = captured_from(told)
    assert (facts.lon is None) == (facts.lat is None)
    assert facts.lon is None or -180 <= facts.lon <= 180
    assert facts.lat is None or -90 <= facts.lat <= 90
    assert facts.taken_at is None or facts.taken_at.tzinfo is not None
    assert 1 <= facts.orientation <= 8
    assert len(facts.make) <= 80


@given(st.dictionaries(st.sampled_from(["lengths", "dhash"]), anything), st.binary(max_size=50))
def test_a_child_that_hands_back_anything_but_its_three_jpegs_is_not_believed(
    facts: dict[str, object], payload: bytes
) -> None:
    with pytest.raises(NotDerivatives):
        split(Answer(facts, payload))
