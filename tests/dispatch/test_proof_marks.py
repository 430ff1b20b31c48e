"""What is strange about a proof."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from dispatch.proof_marks import Evidence, Mark, Picture, find_same, marks_of
from tests.dispatch.factories import AT

STREET = "a5c3f00f3c5a9669"  # half of its bits are set, as in most pictures
OTHER = "5a3c0ff0c3a56996"
GOOD = Evidence(
    picture=Picture("1" * 64, STREET),
    distance_m=12.0,
    taken_at=AT + timedelta(minutes=20),
    source="camera",
    reached_at=AT,
    finished_at=AT + timedelta(minutes=30),
)


def differing(dhash: str, bits: int) -> str:
    """The hash with its lowest bits turned over."""
    return f"{int(dhash, 16) ^ (1 << bits) - 1:016x}"


def test_a_photo_from_the_place_at_the_time_has_no_mark() -> None:
    assert marks_of(GOOD, [Picture("2" * 64, OTHER)], [Picture("3" * 64, OTHER, "a job")]) == []
    assert GOOD.minutes_from_arrival == 20


@pytest.mark.parametrize(
    ("change", "mark"),
    [
        ({"distance_m": 151.0}, Mark.FAR),
        ({"distance_m": None}, Mark.NO_PLACE),
        ({"taken_at": AT - timedelta(minutes=11)}, Mark.EARLY),
        ({"taken_at": AT + timedelta(minutes=41)}, Mark.FUTURE),
        ({"source": "gallery"}, Mark.GALLERY),
    ],
)
def test_each_oddity_has_its_mark(change: dict[str, Any], mark: Mark) -> None:
    assert marks_of(replace(GOOD, **change), [], []) == [mark]


@pytest.mark.parametrize(
    "change",
    [
        {"distance_m": 150.0},
        {"taken_at": AT - timedelta(minutes=10)},
        {"taken_at": None},
        {"reached_at": None},
        {"source": ""},
    ],
)
def test_what_is_not_known_or_within_the_error_is_no_mark(change: dict[str, Any]) -> None:
    assert marks_of(replace(GOOD, **change), [], []) == []


@pytest.mark.parametrize(("bits", "is_same"), [(0, True), (4, True), (5, False)])
def test_the_same_picture_again_is_found_by_its_look(bits: int, is_same: bool) -> None:
    seen = Picture("9" * 64, differing(STREET, bits), "a job")
    assert marks_of(GOOD, [seen], []) == ([Mark.LIKE_BEFORE] if is_same else [])
    assert marks_of(GOOD, [], [seen]) == ([Mark.USED_BEFORE] if is_same else [])
    assert find_same(GOOD.picture, [seen]) == (seen if is_same else None)


def test_the_same_file_is_the_same_picture_whatever_it_shows() -> None:
    plain = replace(GOOD, picture=Picture("1" * 64, ""))
    assert marks_of(plain, [], [Picture("1" * 64, "", "a job")]) == [Mark.USED_BEFORE]


@pytest.mark.parametrize("flat", ["0000000000000000", "ffffffffffffffff", "0000000000000003"])
def test_pictures_of_one_colour_are_not_compared(flat: str) -> None:
    night = replace(GOOD, picture=Picture("1" * 64, flat))
    assert marks_of(night, [Picture("2" * 64, flat)], [Picture("3" * 64, flat, "a job")]) == []
