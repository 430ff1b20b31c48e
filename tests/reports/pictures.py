"""Pictures made for the tests: every accepted format, with and without metadata."""

from io import BytesIO
from typing import Any

import pillow_heif
from PIL import Image

pillow_heif.register_heif_opener()

FORMATS = {"jpeg": "JPEG", "png": "PNG", "webp": "WEBP", "heic": "HEIF", "avif": "AVIF"}
ORIENTATION, MAKE, MODEL = 0x0112, 0x010F, 0x0110
EXIF_IFD, GPS_IFD = 0x8769, 0x8825
TAKEN, OFFSET = 0x9003, 0x9011
RED, GREEN, BLUE, WHITE = (220, 30, 30), (30, 160, 60), (40, 60, 200), (250, 250, 250)

# How a picture that was seen upright is stored so that this orientation turns it upright again.
STORED = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def four_corners(size: tuple[int, int] = (640, 480)) -> Image.Image:
    """Red, green, blue and white quarters, clockwise from the top left: any turning or mirroring shows."""
    picture = Image.new("RGB", size, RED)
    middle = (size[0] // 2, size[1] // 2)
    picture.paste(GREEN, (middle[0], 0, *(size[0], middle[1])))
    picture.paste(BLUE, (*middle, *size))
    picture.paste(WHITE, (0, middle[1], middle[0], size[1]))
    return picture


def encoded(picture: Image.Image, kind: str = "jpeg", **options: Any) -> bytes:
    """The picture as a file of this format."""
    quickly: dict[str, dict[str, Any]] = {
        "avif": {"speed": 10},
        "heic": {"enc_params": {"preset": "ultrafast"}},
    }
    out = BytesIO()
    picture.save(out, FORMATS[kind], **quickly.get(kind, {}), **options)
    return out.getvalue()


def photo(kind: str = "jpeg", size: tuple[int, int] = (640, 480), **options: Any) -> bytes:
    """A file of this format with four coloured quarters."""
    return encoded(four_corners(size), kind, **options)


def exif_of(*, orientation: int = 1, gps: dict[int, Any] | None = None, **texts: str) -> bytes:
    """EXIF with a telephone's make and model; `texts` are `taken` and `offset`."""
    exif = Image.Exif()
    exif[ORIENTATION], exif[MAKE], exif[MODEL] = orientation, "Fairphone", "FP5"
    tags = {TAKEN: texts.get("taken"), OFFSET: texts.get("offset")}
    exif.get_ifd(EXIF_IFD).update({tag: text for tag, text in tags.items() if text})
    if gps:
        exif.get_ifd(GPS_IFD).update(gps)
    return exif.tobytes()


def gps_of(lat: float, lon: float, *, accuracy_m: float | None = None) -> dict[int, Any]:
    """EXIF's GPS tags for a point in degrees."""
    tags: dict[int, Any] = {
        1: "S" if lat < 0 else "N",
        2: _sexagesimal(lat),
        3: "W" if lon < 0 else "E",
        4: _sexagesimal(lon),
    }
    return tags if accuracy_m is None else {**tags, 31: accuracy_m}


def _sexagesimal(degrees: float) -> tuple[float, float, float]:
    whole, rest = divmod(abs(degrees), 1)
    minutes, rest = divmod(rest * 60, 1)
    return whole, minutes, rest * 60


def corners_of(picture: Image.Image) -> list[str]:
    """The names of the colours in the four quarters, clockwise from the top left."""
    names = {"red": RED, "green": GREEN, "blue": BLUE, "white": WHITE}
    left, top = picture.width // 4, picture.height // 4
    places = [(left, top), (3 * left, top), (3 * left, 3 * top), (left, 3 * top)]
    return [_nearest(picture.convert("RGB").getpixel(place), names) for place in places]


def _nearest(colour: Any, names: dict[str, tuple[int, int, int]]) -> str:
    def difference(name: str) -> int:
        return sum(abs(a - b) for a, b in zip(colour, names[name], strict=True))

    return min(names, key=difference)
