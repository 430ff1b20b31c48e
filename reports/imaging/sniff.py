"""Tells what a file is by its content: format and size from the headers; nothing decoded, no name trusted."""

from io import BytesIO
from typing import IO

from reports.imaging.headers import bmff, jpeg, png, webp
from reports.imaging.headers.peek import Header, HeaderProblem, Peek
from reports.imaging.limits import LIMITS, Limits
from reports.imaging.refusals import PhotoRefused

Sniffed = Header

OTHER_PICTURES = (b"GIF8", b"II*\0", b"MM\0*", b"II+\0", b"MM\0+", b"BM", b"8BPS", b"\xff\x0a", b"qoif")
JXL_OR_JP2 = (b"\0\0\0\x0cJXL ", b"\0\0\0\x0cjP  ")


def sniff(source: IO[bytes] | bytes, *, name: str = "", limits: Limits = LIMITS) -> Sniffed:
    """Format ("jpeg", "png", "webp", "heic", "avif") and stored size in pixels of a file within the limits.

    `source` is the whole file, or an open seekable one: its position is kept. `name` is what its sender
    calls it. Raises PhotoRefused for anything else, whatever the bytes are.
    """
    file = BytesIO(source) if isinstance(source, bytes) else source
    position = file.tell()
    try:
        return _accepted(Peek(file), limits)
    except HeaderProblem as problem:
        raise PhotoRefused(problem.code, name=name, limits=limits) from problem
    finally:
        file.seek(position)


def _accepted(peek: Peek, limits: Limits) -> Header:
    if peek.size == 0:
        raise HeaderProblem("photo_empty")
    if peek.size > limits.max_bytes:
        raise HeaderProblem("photo_too_large")
    header = _read_header(peek)
    too_many = header.width * header.height > limits.max_pixels
    if too_many or header.coefficient_bytes > limits.coefficient_bytes:
        raise HeaderProblem("photo_too_many_pixels")
    return header


def _read_header(peek: Peek) -> Header:
    head = peek.start(16)
    if head.startswith(jpeg.MAGIC):
        return jpeg.read_jpeg(peek)
    if head.startswith(png.MAGIC):
        return png.read_png(peek)
    if webp.is_webp(head):
        return webp.read_webp(peek)
    if bmff.is_bmff(head):
        return bmff.read_bmff(peek)
    raise HeaderProblem(_why_not(peek, head))


def _why_not(peek: Peek, head: bytes) -> str:
    """A drawing or a picture of a kind we don't take, or no picture at all."""
    if head.startswith(OTHER_PICTURES) or head.startswith(JXL_OR_JP2) or b"<svg" in peek.start(1024).lower():
        return "photo_unsupported_format"
    return "photo_not_an_image"
