"""Grounds and walls that look like a photo from a phone rather than a flat colour."""

from functools import lru_cache
from math import cos, pi, sin
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFilter

Size = tuple[int, int]
Colour = tuple[int, int, int]

SHADOW: Colour = (10, 12, 14)
SOFT_PX = 11


def noise(size: Size, grain: int, sigma: float, random: Random) -> Image.Image:
    """Grey noise around 128 with blobs of about `grain` pixels; the same random gives the same picture."""
    small = (max(2, size[0] // grain), max(2, size[1] // grain))
    spread = sigma / 74  # a byte drawn evenly from 0 to 255 has a standard deviation of 74
    table = [round(128 + (value - 128) * spread) for value in range(256)]
    dots = Image.frombytes("L", small, random.randbytes(small[0] * small[1])).point(table)
    return dots.resize(size, Image.Resampling.BICUBIC)


def ground(size: Size, colour: Colour, random: Random, *, rough: float = 26) -> Image.Image:
    """A surface of one colour with coarse stains and fine grain."""
    stains = noise(size, 60, rough, random)
    grain = noise(size, 2, rough, random)
    mixed = Image.merge("RGB", [Image.blend(stains, grain, 0.45)] * 3)
    flat = Image.new("RGB", size, colour)
    return ImageChops.overlay(flat, mixed)


def shadow(image: Image.Image, outline: list[tuple[float, float]], *, strength: float = 0.5) -> Image.Image:
    """The image with a soft shadow of the outline; only its surroundings are worked on."""
    left, top, right, bottom = box = _around(outline, image.size)
    part = image.crop(box)
    mask = Image.new("L", part.size, 0)
    ImageDraw.Draw(mask).polygon([(x - left, y - top) for x, y in outline], fill=255)
    veil = Image.blend(part, Image.new("RGB", part.size, SHADOW), strength)
    image.paste(Image.composite(veil, part, mask.filter(ImageFilter.GaussianBlur(SOFT_PX))), box)
    return image


def _around(outline: list[tuple[float, float]], size: Size) -> tuple[int, int, int, int]:
    """The box that holds the outline and as far as its softened edge reaches, inside the picture."""
    xs, ys = zip(*outline, strict=True)
    reach = 3 * SOFT_PX
    return (
        max(0, int(min(xs)) - reach),
        max(0, int(min(ys)) - reach),
        min(size[0], int(max(xs)) + reach),
        min(size[1], int(max(ys)) + reach),
    )


def blob(
    random: Random, centre: tuple[float, float], radii: tuple[float, float], corners: int = 15
) -> list[tuple[float, float]]:
    """A ragged closed outline around the centre (pixels)."""
    wobble = [random.uniform(0.78, 1.15) for _ in range(corners)]
    return [
        (
            centre[0] + radii[0] * wobble[i] * cos(2 * pi * i / corners),
            centre[1] + radii[1] * wobble[i] * sin(2 * pi * i / corners),
        )
        for i in range(corners)
    ]


def finished(image: Image.Image, random: Random) -> Image.Image:
    """What a phone adds: a slight vignette and sensor noise."""
    size = image.size
    dark = Image.eval(image, lambda value: int(value * 0.72))
    grain = Image.merge("RGB", [noise(size, 1 if size[0] < 700 else 2, 9, random)] * 3)
    return ImageChops.soft_light(Image.composite(image, dark, _vignette(size)), grain)


@lru_cache(maxsize=4)
def _vignette(size: Size) -> Image.Image:
    mask = Image.new("L", size, 0)
    ImageDraw.Draw(mask).ellipse([-size[0] * 0.2, -size[1] * 0.2, size[0] * 1.2, size[1] * 1.2], fill=255)
    return mask.filter(ImageFilter.GaussianBlur(size[0] // 6))
