"""The three derivatives of a photo, largest first."""

from typing import NamedTuple


class Size(NamedTuple):
    """Longer side in pixels and JPEG quality (Pillow's scale)."""

    name: str
    side: int
    quality: int


LARGE = Size(
    "large", 1920, 82
)  # fills a desk's screen; at most half of a 12-megapixel photo, so decoding is cheap
SMALL = Size("small", 960, 80)  # fills a phone's screen, and half of a before-and-after slider
THUMB = Size("thumb", 320, 76)  # lists and the map
SIZES = (LARGE, SMALL, THUMB)
