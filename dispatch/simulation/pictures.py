"""Photos drawn by code, as the demo has them: the broken thing, and the same place repaired."""

import asyncio
from io import BytesIO

from dispatch.demo.categories import CATEGORIES
from dispatch.simulation.site import File
from reports.imaging.scenes import SCENES, draw_scene

_SCENES = {category.code: category.scene for category in CATEGORIES}
SIZE = (640, 480)


async def draw_photo(category: str, seed: int, *, fixed: bool = False) -> File:
    """A JPEG of the category's scene; the same seed is the same place."""
    return await asyncio.to_thread(_draw, category, seed, fixed)


def _draw(category: str, seed: int, fixed: bool) -> File:
    scene = _SCENES.get(category, "")
    out = BytesIO()
    draw_scene(scene if scene in SCENES else "litter", seed, fixed=fixed, size=SIZE).save(
        out, "JPEG", quality=82
    )
    return File(f"{scene or 'photo'}.jpg", out.getvalue())
