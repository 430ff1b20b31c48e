"""Photos that real cameras took. They are no part of the project: without them these tests are skipped."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image

from reports.imaging.process import Processed, process

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = Path(os.environ.get("MAHALA_SAMPLES", ROOT.parent / "shared" / "data")) / "photos"


def made_from(name: str, tmp_path: Path) -> Processed:
    source = SAMPLES / name
    if not source.exists():
        pytest.skip(f"the sample photo {name} is not there; MAHALA_SAMPLES names the folder above photos/")
    return process(source, tmp_path / "made", lock=tmp_path / "lock")


@pytest.mark.parametrize(
    ("name", "size"),
    [("Portrait_6.jpg", (1200, 1800)), ("Landscape_3.jpg", (1800, 1200)), ("Landscape_8.jpg", (1800, 1200))],
)
def test_photos_turned_by_their_metadata_stand_upright(
    name: str, size: tuple[int, int], tmp_path: Path
) -> None:
    made = made_from(name, tmp_path)
    with Image.open(made.large) as picture:
        assert (picture.size, (made.width, made.height)) == (size, size)


def test_the_same_scene_turned_differently_has_the_same_perceptual_hash(tmp_path: Path) -> None:
    hashes = {made_from(name, tmp_path).dhash for name in ("Landscape_3.jpg", "Landscape_8.jpg")}
    assert len(hashes) == 1


@pytest.mark.parametrize(
    ("name", "taken_at", "lat", "lon", "make"),
    [
        ("gps.jpg", datetime(2008, 10, 22, 13, 28, 39, tzinfo=UTC), 43.467448, 11.885127, "NIKON"),
        ("iphone.heic", datetime(2021, 4, 11, 20, 47, 53, tzinfo=UTC), 39.051344, -94.288772, "Apple"),
        ("iphone_8mp_gps.jpg", datetime(2015, 4, 10, 17, 12, 23, tzinfo=UTC), 40.446972, -3.724753, "Apple"),
    ],
)
def test_what_cameras_write_of_time_and_place_is_read(
    name: str, taken_at: datetime, lat: float, lon: float, make: str, tmp_path: Path
) -> None:
    facts = made_from(name, tmp_path).metadata
    assert (facts.taken_at, facts.make) == (taken_at, make)
    assert (facts.lat, facts.lon) == pytest.approx((lat, lon), abs=1e-5)
