"""The scenes by name."""

from random import Random
from typing import Protocol

from PIL import Image

from reports.imaging.scenes import green, street
from reports.imaging.scenes.textures import Size, finished


class Scene(Protocol):
    def __call__(self, size: Size, random: Random, *, fixed: bool) -> Image.Image: ...


SCENES: dict[str, Scene] = {
    "pothole": street.pothole,
    "manhole": street.manhole,
    "sign": street.sign,
    "water": street.water,
    "litter": green.litter,
    "overflowing": green.overflowing,
    "branch": green.branch,
    "graffiti": green.graffiti,
    "lamp": green.lamp,
    "bench": green.bench,
}


def draw_scene(name: str, seed: int, *, fixed: bool, size: Size = (800, 600)) -> Image.Image:
    """A picture of the scene, broken or repaired; the same seed gives the same place."""
    random = Random(f"{name}/{seed}")
    return finished(SCENES[name](size, random, fixed=fixed), random)
