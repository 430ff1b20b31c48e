"""A drawn scene as files: the same three sizes that a photo gets."""

from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from reports.imaging.hashes import dhash, sha256_of
from reports.imaging.scenes.drawing import draw_scene
from reports.imaging.sizes import SIZES


@dataclass(frozen=True)
class DrawnScene:
    """The folder that holds large.jpg, small.jpg and thumb.jpg, and what is known of the picture."""

    folder: Path
    width: int
    height: int
    bytes: int
    sha256: str
    dhash: str


def save_scene(name: str, seed: int, folder: Path, *, fixed: bool) -> DrawnScene:
    """Draw the scene and write its files."""
    folder.mkdir(parents=True, exist_ok=True)
    image = draw_scene(name, seed, fixed=fixed)
    for size in SIZES:
        smaller = image.copy()
        smaller.thumbnail((size.side, size.side), Image.Resampling.LANCZOS)
        smaller.save(folder / f"{size.name}.jpg", quality=size.quality)
    large = folder / "large.jpg"
    with large.open("rb") as file:
        sha256 = sha256_of(file)
    return DrawnScene(folder, *image.size, large.stat().st_size, sha256, dhash(image))
