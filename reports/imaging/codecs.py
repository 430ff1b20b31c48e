"""Opens a picture with the one decoder for its format, imported only when needed. Runs in the child."""

from importlib import import_module
from typing import Any, BinaryIO

from PIL import Image, ImageFile

DECODERS = {
    "jpeg": ("PIL.JpegImagePlugin", "JpegImageFile"),
    "png": ("PIL.PngImagePlugin", "PngImageFile"),
    "webp": ("PIL.WebPImagePlugin", "WebPImageFile"),
    "avif": ("PIL.AvifImagePlugin", "AvifImageFile"),
    "heic": ("pillow_heif.as_plugin", "HeifImageFile"),
}


def load_decoder(photo_format: str) -> type[ImageFile.ImageFile]:
    """The decoder's class, held to one thread; thumbnails inside the file are not used.

    Loads every module that opening and saving will need: once the limits are set, no bytecode can be cached.
    """
    Image.preinit()
    module_name, class_name = DECODERS[photo_format]
    module: Any = import_module(module_name)
    if photo_format == "heic":
        options: Any = import_module("pillow_heif.options")
        options.DECODE_THREADS, options.THUMBNAILS = 1, False
        options.DEPTH_IMAGES = options.AUX_IMAGES = False
    if photo_format == "avif":
        module.DEFAULT_MAX_THREADS = 1
    decoder: type[ImageFile.ImageFile] = getattr(module, class_name)
    return decoder


class TooManyPixels(Exception):
    """The decoder sees a larger picture than the headers told."""


def open_picture(
    decoder: type[ImageFile.ImageFile], file: BinaryIO, *, max_pixels: int
) -> ImageFile.ImageFile:
    """The picture, opened and measured by its decoder but not decoded."""
    image = decoder(file)
    if image.width * image.height > max_pixels:
        raise TooManyPixels
    return image
