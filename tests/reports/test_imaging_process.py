"""A photo becomes three upright JPEGs without metadata, and what it said about itself is kept apart."""

import hashlib
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from PIL import Image, ImageCms

from reports.imaging.hashes import distance
from reports.imaging.process import Processed, process
from reports.imaging.redact import NEEDS_RELEASE
from reports.imaging.refusals import PhotoRefused
from tests.reports.pictures import (
    FORMATS,
    RED,
    STORED,
    WHITE,
    corners_of,
    encoded,
    exif_of,
    four_corners,
    gps_of,
    photo,
)

UPRIGHT = ["red", "green", "blue", "white"]
ALLOWED_SEGMENTS = {0xE0, 0xDB, 0xC0, 0xC4, 0xDA}  # JFIF, tables, frame, scan


def made_from(content: bytes, tmp_path: Path) -> Processed:
    source = tmp_path / "original"
    source.write_bytes(content)
    return process(source, tmp_path / "made", name="pothole.jpg", lock=tmp_path / "lock")


def opened(path: Path) -> Image.Image:
    with Image.open(path) as picture:
        picture.load()
    return picture


def segments_of(jpeg: bytes) -> set[int]:
    """The markers of all segments before the first scan, and that of the scan."""
    offset, markers = 2, set()
    while 0xDA not in markers:
        markers.add(jpeg[offset + 1])
        offset += 2 + int.from_bytes(jpeg[offset + 2 : offset + 4], "big")
    return markers


@pytest.mark.parametrize("kind", list(FORMATS))
def test_every_accepted_format_becomes_three_jpegs(kind: str, tmp_path: Path) -> None:
    content = photo(kind, (2200, 1650))
    made = made_from(content, tmp_path)
    sizes = [opened(path).size for path in (made.large, made.small, made.thumb)]
    assert sizes == [(1920, 1440), (960, 720), (320, 240)]
    assert corners_of(opened(made.thumb)) == UPRIGHT
    assert (made.format, made.width, made.height) == (kind, 2200, 1650)
    assert made.sha256 == hashlib.sha256(content).hexdigest()
    assert made.redaction == NEEDS_RELEASE


def test_a_small_picture_is_never_made_larger(tmp_path: Path) -> None:
    made = made_from(photo(size=(500, 40)), tmp_path)
    sizes = [opened(path).size for path in (made.large, made.small, made.thumb)]
    assert sizes == [(500, 40), (500, 40), (320, 26)]


def test_a_line_of_pixels_is_still_a_picture(tmp_path: Path) -> None:
    assert opened(made_from(photo("png", (4000, 2)), tmp_path).thumb).size == (320, 1)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", list(FORMATS))
def test_every_orientation_is_turned_upright_in_every_format(
    kind: str, orientation: int, tmp_path: Path
) -> None:
    seen = four_corners((360, 240))
    stored = seen.transpose(STORED[orientation]) if orientation in STORED else seen
    made = made_from(encoded(stored, kind, exif=exif_of(orientation=orientation)), tmp_path)
    picture = opened(made.large)
    assert (corners_of(picture), picture.size) == (UPRIGHT, (360, 240))
    assert (made.width, made.height) == (360, 240)


@pytest.mark.parametrize("kind", list(FORMATS))
def test_no_derivative_holds_any_metadata(kind: str, tmp_path: Path) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    exif = exif_of(gps=gps_of(42.7, 23.3), taken="2026:11:03 09:00:00")
    secret: dict[str, Any] = {"exif": exif, "xmp": b"<x:xmpmeta>secret</x:xmpmeta>", "icc_profile": profile}
    if kind == "jpeg":
        secret["comment"] = b"secret"
    made = made_from(photo(kind, **secret), tmp_path)
    for path in (made.large, made.small, made.thumb):
        content = path.read_bytes()
        assert segments_of(content) <= ALLOWED_SEGMENTS
        assert not [word for word in (b"Fairphone", b"secret", b"Exif") if word in content]


@pytest.mark.parametrize("kind", list(FORMATS))
def test_when_and_where_it_was_taken_is_kept_apart(kind: str, tmp_path: Path) -> None:
    exif = exif_of(gps=gps_of(42.6977, 23.3219), taken="2026:11:03 09:00:00", offset="+02:00")
    facts = made_from(photo(kind, exif=exif), tmp_path).metadata
    assert facts.taken_at is not None
    assert facts.taken_at.isoformat() == "2026-11-03T07:00:00+00:00"
    assert (facts.lat, facts.lon) == pytest.approx((42.6977, 23.3219), abs=1e-6)
    assert (facts.make, facts.model, facts.zone_known) == ("Fairphone", "FP5", True)


def test_the_same_file_gives_the_same_bytes_again(tmp_path: Path) -> None:
    content = photo()
    first = made_from(content, tmp_path)
    before = [path.read_bytes() for path in (first.large, first.small, first.thumb)]
    again = made_from(content, tmp_path)
    assert again == first
    assert [path.read_bytes() for path in (again.large, again.small, again.thumb)] == before
    assert sorted(path.name for path in (tmp_path / "made").iterdir()) == [
        "large.jpg",
        "small.jpg",
        "thumb.jpg",
    ]


def test_a_similar_picture_has_a_near_hash_and_another_a_far_one(tmp_path: Path) -> None:
    one = blotches(1)
    first = made_from(encoded(one), tmp_path).dhash
    smaller = made_from(encoded(one.resize((400, 300)), "webp", quality=40), tmp_path).dhash
    other = made_from(encoded(blotches(2)), tmp_path).dhash
    assert distance(first, first) == 0
    assert distance(first, smaller) <= 4
    assert distance(first, other) > 12


def blotches(seed: int) -> Image.Image:
    """A picture of large soft spots; each seed gives another one."""
    fields = bytes((seed * 7919 + place * place * 104_729) % 251 for place in range(108))
    return Image.frombytes("L", (12, 9), fields).resize((800, 600), Image.Resampling.BICUBIC).convert("RGB")


def near(picture: Image.Image, colour: tuple[int, int, int], tolerance: int = 12) -> bool:
    shown = picture.getpixel((picture.width // 2, picture.height // 2))
    assert isinstance(shown, tuple)
    return all(abs(a - b) <= tolerance for a, b in zip(shown, colour, strict=True))


@pytest.mark.parametrize("kind", ["png", "webp", "avif", "heic"])
def test_what_shines_through_is_white(kind: str, tmp_path: Path) -> None:
    made = made_from(encoded(Image.new("RGBA", (64, 64), (0, 0, 0, 0)), kind), tmp_path)
    assert near(opened(made.large), (255, 255, 255))


def test_half_transparent_red_is_pink(tmp_path: Path) -> None:
    made = made_from(encoded(Image.new("RGBA", (64, 64), (255, 0, 0, 128)), "png"), tmp_path)
    assert near(opened(made.large), (255, 127, 127))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "PA", "RGB", "RGBA", "I;16"])
def test_every_kind_of_png_keeps_its_brightness(mode: str, tmp_path: Path) -> None:
    if mode == "I;16":
        picture = Image.new("I;16", (64, 64), 200 * 257)
    else:
        picture = Image.new("L", (64, 64), 255 if mode == "1" else 200).convert(mode.replace("PA", "P"))
    shade = 255 if mode == "1" else 200
    made = made_from(encoded(picture, "png"), tmp_path)
    assert near(opened(made.large), (shade, shade, shade))


def test_a_palette_with_a_transparent_colour_is_white_there(tmp_path: Path) -> None:
    picture = Image.new("P", (64, 64), 0)
    picture.putpalette([200, 0, 0])
    made = made_from(encoded(picture, "png", transparency=0), tmp_path)
    assert near(opened(made.large), (255, 255, 255))


def test_a_cmyk_jpeg_from_a_print_shop_keeps_its_colours(tmp_path: Path) -> None:
    made = made_from(encoded(Image.new("RGB", (64, 64), RED).convert("CMYK")), tmp_path)
    assert near(opened(made.large), RED)


def test_a_grey_jpeg_becomes_a_colour_jpeg(tmp_path: Path) -> None:
    made = made_from(encoded(Image.new("L", (64, 64), 90)), tmp_path)
    assert near(opened(made.large), (90, 90, 90))


def swapped_profile() -> bytes:
    """The sRGB profile with red and blue exchanged and another name: whoever applies it sees blue as red."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for before, after in ((b"rXYZ", b"tmp!"), (b"bXYZ", b"rXYZ"), (b"tmp!", b"bXYZ")):
        profile = profile.replace(before, after)
    return profile.replace("sRGB".encode("utf-16-be"), "odd?".encode("utf-16-be"))


@pytest.mark.parametrize("kind", list(FORMATS))
def test_colours_are_converted_from_the_profile_the_file_carries(kind: str, tmp_path: Path) -> None:
    blue = Image.new("RGB", (64, 64), (20, 30, 220))
    made = made_from(encoded(blue, kind, icc_profile=swapped_profile()), tmp_path)
    assert near(opened(made.large), (220, 30, 20), tolerance=25)


@pytest.mark.parametrize("profile", [b"nonsense", b"\0" * 200])
def test_a_damaged_profile_is_ignored(profile: bytes, tmp_path: Path) -> None:
    made = made_from(encoded(Image.new("RGB", (64, 64), WHITE), icc_profile=profile), tmp_path)
    assert near(opened(made.large), WHITE)


def test_a_profile_meant_for_grey_is_ignored_on_colours(tmp_path: Path) -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    made = made_from(encoded(Image.new("RGB", (64, 64), RED), icc_profile=lab), tmp_path)
    assert near(opened(made.large), RED)


@pytest.mark.parametrize("kind", list(FORMATS))
def test_a_photo_cut_off_in_its_pixels_is_refused_and_leaves_nothing(kind: str, tmp_path: Path) -> None:
    content = encoded(blotches(3), kind)
    with pytest.raises(PhotoRefused) as refused:
        made_from(content[: len(content) * 2 // 3], tmp_path)
    assert refused.value.code == "photo_broken"
    assert refused.value.data["file"] == "pothole.jpg"
    assert not (tmp_path / "made").exists()


def test_a_heic_with_a_larger_picture_inside_than_its_headers_tell_is_refused(tmp_path: Path) -> None:
    content = encoded(blotches(4), "heic")
    lying = content.replace(ispe(800, 600), ispe(8, 6))
    assert lying != content
    with pytest.raises(PhotoRefused) as refused:
        made_from(lying, tmp_path)
    assert refused.value.code == "photo_broken"


def ispe(width: int, height: int) -> bytes:
    """The box with a HEIC's size."""
    return b"ispe" + bytes(4) + width.to_bytes(4, "big") + height.to_bytes(4, "big")


def png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def test_sixteen_bits_of_colour_are_shown_in_eight(tmp_path: Path) -> None:
    """Pillow writes no such PNG, so its bytes are put together here."""
    row = b"\0" + struct.pack(">HHH", 60_000, 20_000, 40_000) * 64
    header = struct.pack(">IIBBBBB", 64, 64, 16, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(row * 64)), (b"IEND", b"")]
    content = b"\x89PNG\r\n\x1a\n" + b"".join(png_chunk(*chunk) for chunk in chunks)
    assert near(opened(made_from(content, tmp_path).large), (234, 78, 156))


def test_without_another_word_the_lock_lies_with_all_that_a_run_writes(
    tmp_path: Path, settings: LazySettings
) -> None:
    settings.VAR_DIR = tmp_path / "var"
    source = tmp_path / "original.jpg"
    source.write_bytes(photo())
    assert process(source, tmp_path / "made").format == "jpeg"
    assert (tmp_path / "var" / "photo.lock").exists()
