"""When and where a photo says it was taken, read without decoding it, believed only where it makes sense."""

from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from reports.imaging.capture import Captured, captured_from, read_capture
from reports.imaging.refusals import PhotoRefused
from tests.reports.pictures import FORMATS, exif_of, gps_of, photo

NOON = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)


def read(content: bytes) -> Captured:
    return read_capture(BytesIO(content), name="pothole.jpg")


def with_gps(gps: dict[int, Any]) -> Captured:
    return read(photo(exif=exif_of(gps=gps)))


@pytest.mark.parametrize("kind", list(FORMATS))
def test_time_place_and_maker_are_read_from_every_format(kind: str) -> None:
    exif = exif_of(
        gps=gps_of(42.6977, 23.3219, accuracy_m=12.5),
        taken="2026:11:03 09:00:00",
        offset="+02:00",
        orientation=6,
    )
    facts = read(photo(kind, exif=exif))
    assert facts.taken_at == datetime(2026, 11, 3, 7, 0, tzinfo=UTC)
    assert (facts.lat, facts.lon, facts.accuracy_m) == pytest.approx((42.6977, 23.3219, 12.5), abs=1e-6)
    assert (facts.make, facts.model, facts.zone_known) == ("Fairphone", "FP5", True)


@pytest.mark.parametrize("kind", list(FORMATS))
def test_a_photo_that_says_nothing_of_itself_has_no_facts(kind: str) -> None:
    assert read(photo(kind)) == Captured()


@pytest.mark.parametrize(("lat", "lon"), [(-33.86, 151.21), (40.7128, -74.006), (0.0, 23.3), (-12.0, -77.0)])
def test_all_four_quarters_of_the_globe_are_told_apart(lat: float, lon: float) -> None:
    facts = with_gps(gps_of(lat, lon))
    assert (facts.lat, facts.lon) == pytest.approx((lat, lon), abs=1e-6)


@pytest.mark.parametrize(
    "gps",
    [
        gps_of(0.0, 0.0),
        gps_of(95.0, 23.0),
        gps_of(42.0, 190.0),
        {**gps_of(42.0, 23.0), 2: (42.0, 75.0, 0.0)},
        {**gps_of(42.0, 23.0), 1: "Q"},
        {**gps_of(42.0, 23.0), 9: "V"},  # the receiver's own word that this is no measurement
        {2: (42.0, 0.0, 0.0)},
        {1: "N", 3: "E"},
    ],
)
def test_a_place_that_makes_no_sense_is_no_place(gps: dict[int, Any]) -> None:
    facts = with_gps(gps)
    assert (facts.lat, facts.lon, facts.accuracy_m) == (None, None, None)


def test_a_clock_without_a_zone_is_taken_to_show_the_citys_time() -> None:
    winter = read(photo(exif=exif_of(taken="2026:11:03 09:00:00")))
    summer = read(photo(exif=exif_of(taken="2026:07:03 09:00:00")))
    assert (winter.taken_at, winter.zone_known) == (datetime(2026, 11, 3, 7, 0, tzinfo=UTC), False)
    assert summer.taken_at == datetime(2026, 7, 3, 6, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "taken", ["0000:00:00 00:00:00", "2026:13:40 25:61:61", "yesterday", "    :  :     :  :  ", ""]
)
def test_a_time_that_is_none_is_no_time(taken: str) -> None:
    assert captured_from({"taken": taken, "offset": "+02:00"}).taken_at is None


@pytest.mark.parametrize("offset", ["+99:00", "two", "+02:75", "", None, 2])
def test_a_zone_that_is_none_leaves_the_citys_time(offset: object) -> None:
    facts = captured_from({"taken": "2026:11:03 09:00:00", "offset": offset})
    assert (facts.taken_at, facts.zone_known) == (datetime(2026, 11, 3, 7, 0, tzinfo=UTC), False)


@pytest.mark.parametrize(
    ("age", "recent"),
    [
        (timedelta(minutes=-9), True),
        (timedelta(minutes=-11), False),
        (timedelta(0), True),
        (timedelta(hours=24), True),
        (timedelta(hours=24, seconds=1), False),
    ],
)
def test_only_a_photo_of_the_last_24_hours_counts_as_recent(age: timedelta, recent: bool) -> None:
    assert Captured(taken_at=NOON - age).is_recent(NOON) is recent
    assert not Captured().is_recent(NOON)


def test_an_upload_in_memory_and_one_on_disk_are_read_alike_and_left_where_they_were(tmp_path: Path) -> None:
    content = photo("heic", exif=exif_of(gps=gps_of(42.7, 23.3)))
    path = tmp_path / "photo"
    path.write_bytes(content)
    upload = SimpleUploadedFile("photo.heic", content)
    upload.seek(5)
    with path.open("rb") as file:
        file.seek(5)
        assert read_capture(file, name="photo") == read_capture(upload, name="photo")
        assert (file.tell(), upload.tell()) == (5, 5)
        assert file.read() == content[5:]


def test_what_is_no_photo_is_refused_here_as_well() -> None:
    with pytest.raises(PhotoRefused) as refused:
        read(b"<html></html>")
    assert refused.value.code == "photo_not_an_image"


def test_texts_are_cleaned_and_cut() -> None:
    facts = captured_from({"make": "Evil\x00\u202e\n" + "x" * 500, "model": 7})
    assert (facts.make, facts.model) == (("Evil" + "x" * 500)[:80], "")


def test_damaged_metadata_costs_the_metadata_and_not_the_photo() -> None:
    exif = bytearray(exif_of(gps=gps_of(42.7, 23.3)))
    exif[20:60] = b"\xff" * 40
    assert read(photo(exif=bytes(exif))).taken_at is None
