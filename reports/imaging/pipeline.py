"""From an opened picture to three JPEGs without metadata, step by step. Runs in the child."""

from io import BytesIO
from typing import Any, NamedTuple

from PIL import Image, ImageFile

from reports.imaging.colour import to_plain_mode, to_srgb
from reports.imaging.exif import orientation_of, read_facts
from reports.imaging.hashes import dhash
from reports.imaging.redact import redact
from reports.imaging.sizes import SIZES

UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class Derived(NamedTuple):
    """The JPEGs by name of size, and what is told about them."""

    files: dict[str, bytes]
    facts: dict[str, Any]


def derive(source: ImageFile.ImageFile) -> Derived:
    """Decode, shrink, turn upright, convert to sRGB, redact, encode; hash, and read the metadata."""
    width, height = source.size
    shrunk = shrink(decode(source), SIZES[0].side)
    exif = source.getexif()
    orientation = orientation_of(exif)
    picture = to_srgb(turn_upright(shrunk, orientation), source.info.get("icc_profile"))
    picture, redaction = redact(picture)
    pictures = shrink_to_all(picture)
    size = (height, width) if orientation >= 5 else (width, height)
    facts = {"redaction": redaction, "dhash": dhash(pictures[-1]), "size": size}
    files = {size.name: encode(made, size.quality) for size, made in zip(SIZES, pictures, strict=True)}
    return Derived(files, {**facts, "captured": read_facts(exif)})


def decode(source: ImageFile.ImageFile) -> Image.Image:
    """All pixels in a plain mode; a JPEG at a half, a quarter or an eighth of its size where that will do."""
    source.draft(None, fitting(source.size, SIZES[0].side))
    with source:
        source.load()
    return to_plain_mode(source)


def fitting(size: tuple[int, int], side: int) -> tuple[int, int]:
    """The size with the same proportions whose longer side is at most `side` pixels; never larger."""
    longer = max(size)
    if longer <= side:
        return size
    width, height = (max(1, round(length * side / longer)) for length in size)
    return width, height


def shrink(image: Image.Image, side: int) -> Image.Image:
    """The picture with its longer side at most `side` pixels."""
    target = fitting(image.size, side)
    if target == image.size:
        return image
    return image.resize(target, Image.Resampling.BICUBIC, reducing_gap=2.0)


def turn_upright(image: Image.Image, orientation: int) -> Image.Image:
    """The picture as it was seen, by EXIF orientation 1 to 8."""
    return image.transpose(UPRIGHT[orientation]) if orientation in UPRIGHT else image


def shrink_to_all(picture: Image.Image) -> list[Image.Image]:
    """The picture in each size, largest first, each made from the one before."""
    pictures = []
    for size in SIZES:
        picture = shrink(picture, size.side)
        pictures.append(picture)
    return pictures


def encode(picture: Image.Image, quality: int) -> bytes:
    """JPEG with nothing in it but the picture."""
    picture.info = {}
    out = BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return out.getvalue()
