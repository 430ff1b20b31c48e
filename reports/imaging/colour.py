"""Turns whatever a decoder yields into 8-bit sRGB without transparency. Runs in the child."""

from io import BytesIO

from PIL import Image, ImageCms

DIRECT = {"L", "LA", "RGB", "RGBA", "RGBa", "CMYK"}
TRANSPARENT = {"LA", "RGBA"}
WHITE = (255, 255, 255)


def to_plain_mode(image: Image.Image) -> Image.Image:
    """8 bits a channel, no palette: a mode that may be resized without spoiling its colours."""
    if image.mode.startswith(("I", "F")):
        return image.point(lambda value: value / 257).convert("L")
    if "transparency" in image.info:
        return image.convert("RGBA")
    if image.mode in DIRECT:
        return image
    return image.convert("RGBA" if image.mode in {"PA", "La"} else "RGB")


def to_srgb(image: Image.Image, icc: bytes | None) -> Image.Image:
    """Opaque RGB in the sRGB colour space; what shines through is white.

    `icc` is the colour profile the file carries; one that is damaged or meant for other channels is ignored.
    """
    opaque = _flatten(image)
    converted = _by_profile(opaque, icc) if icc else None
    if converted is not None:
        return converted
    return opaque if opaque.mode == "RGB" else opaque.convert("RGB")


def _flatten(image: Image.Image) -> Image.Image:
    if image.mode == "RGBa":
        image = image.convert("RGBA")
    if image.mode not in TRANSPARENT:
        return image
    if image.mode == "LA":
        background = Image.new("L", image.size, 255)
    else:
        background = Image.new("RGB", image.size, WHITE)
    background.paste(image.convert(background.mode), mask=image.getchannel("A"))
    return background


def _by_profile(image: Image.Image, icc: bytes) -> Image.Image | None:
    try:
        profile = ImageCms.ImageCmsProfile(BytesIO(icc))
        if "srgb" in ImageCms.getProfileDescription(profile).lower():
            return None
        return ImageCms.profileToProfile(image, profile, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None
