"""Two hashes of a picture: sha-256 finds the same file, the perceptual one a similar picture."""

import hashlib
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

CHUNK = 1_000_000


def sha256_of(file: IO[bytes]) -> str:
    """SHA-256 of the whole file in 64 hexadecimal digits; the file's position is kept."""
    position = file.tell()
    file.seek(0)
    digest = hashlib.sha256()
    while chunk := file.read(CHUNK):
        digest.update(chunk)
    file.seek(position)
    return digest.hexdigest()


def dhash(image: "Image.Image") -> str:
    """64-bit difference hash, 16 hexadecimal digits: is each of 8 x 8 fields brighter than the next?

    Survives re-encoding, shrinking and changes of brightness; not turning or cropping. Runs in the child.
    """
    grey = image.convert("L").resize((9, 8)).tobytes()
    bits = 0
    for row in range(8):
        for column in range(8):
            bits = bits << 1 | (grey[row * 9 + column] > grey[row * 9 + column + 1])
    return f"{bits:016x}"


def distance(first: str, second: str) -> int:
    """How many of the 64 bits of two difference hashes differ: 0 to about 8 means nearly the same picture."""
    return (int(first, 16) ^ int(second, 16)).bit_count()
