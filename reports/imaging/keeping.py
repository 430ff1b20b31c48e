"""Checks the pictures that a child handed back and puts them on disk, each whole or not at all."""

import os
import re
import tempfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

from reports.imaging.child import Answer
from reports.imaging.headers.jpeg import MAGIC, read_jpeg
from reports.imaging.headers.peek import HeaderProblem, Peek
from reports.imaging.sizes import SIZES, Size

PART = ".part"
DHASH = re.compile(r"[0-9a-f]{16}")


class NotDerivatives(Exception):
    """The child answered, but not with three JPEGs of the right sizes and a hash."""


def split(answer: Answer) -> tuple[dict[str, bytes], str]:
    """The JPEGs by name of size, and the difference hash."""
    lengths, dhash = answer.facts.get("lengths"), answer.facts.get("dhash")
    if not isinstance(dhash, str) or not DHASH.fullmatch(dhash) or not isinstance(lengths, dict):
        raise NotDerivatives
    pictures, offset = {}, 0
    for size in SIZES:
        end = offset + _length(lengths.get(size.name))
        pictures[size.name] = answer.payload[offset:end]
        _check(pictures[size.name], size)
        offset = end
    if offset != len(answer.payload):
        raise NotDerivatives
    return pictures, dhash


def upright_size(answer: Answer, most_pixels: int) -> tuple[int, int]:
    """Width and height of the original as it was seen; turning and cropping never add pixels."""
    size = answer.facts.get("size")
    if not isinstance(size, list) or len(size) != 2:
        raise NotDerivatives
    width, height = _length(size[0]), _length(size[1])
    if not 0 < width * height <= most_pixels:
        raise NotDerivatives
    return width, height


def _length(value: Any) -> int:
    if not isinstance(value, int) or value < 0:
        raise NotDerivatives
    return value


def _check(picture: bytes, size: Size) -> None:
    try:
        if not picture.startswith(MAGIC):
            raise NotDerivatives
        header = read_jpeg(Peek(BytesIO(picture)))
    except HeaderProblem as problem:
        raise NotDerivatives from problem
    if max(header.width, header.height) > size.side:
        raise NotDerivatives


def write_all(folder: Path, pictures: Mapping[str, bytes]) -> list[Path]:
    """Write NAME.jpg for each picture, largest first; all bytes are on disk before the first name appears."""
    folder.mkdir(parents=True, exist_ok=True)
    parts: list[tuple[Path, Path]] = []
    try:
        for size in SIZES:
            parts.append((_write_part(folder, pictures[size.name]), folder / f"{size.name}.jpg"))
        for part, final in parts:
            part.replace(final)
    finally:
        for part, _ in parts:
            part.unlink(missing_ok=True)
    return [final for _, final in parts]


def _write_part(folder: Path, data: bytes) -> Path:
    descriptor, name = tempfile.mkstemp(prefix=".", suffix=PART, dir=folder)
    part = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        part.unlink(missing_ok=True)
        raise
    return part
