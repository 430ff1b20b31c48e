"""Photos of the demo city: a pool of drawn scenes, given to reports as photos that are ready."""

import os
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from pathlib import Path
from random import Random
from uuid import UUID

from django.conf import settings

from accounts.models import User
from reports.imaging.scenes import SCENES, DrawnScene, save_scene
from reports.models import Photo, PhotoOrigin, PhotoRole, PhotoStatus
from reports.storage import SIZES, derivative_name, original_name

# How many different places of a scene there are: of those that people report most, several.
_VARIANTS = {"pothole": 3, "litter": 3, "overflowing": 3}
Key = tuple[str, int, bool]


class Pool:
    """Every scene in a few variants, broken and repaired; the same seed is the same place."""

    def __init__(self, folder: Path, random: Random) -> None:
        self.random = random
        self._drawn = dict(_draw_all(folder))

    def make_photo(
        self, scene: str, seed: int, *, fixed: bool, role: PhotoRole, uploader: User | None, at: datetime
    ) -> Photo:
        """A photo that waits to be claimed, with its derivatives in place."""
        drawn = self._drawn[scene, seed % _variants(scene), fixed]
        photo_id = UUID(int=self.random.getrandbits(128), version=4)
        names = {size: derivative_name(photo_id, size) for size in SIZES}
        for size, name in names.items():
            _put(drawn.folder / f"{size}.jpg", name)
        original = original_name(photo_id, drawn.sha256)
        _put(drawn.folder / "large.jpg", original)
        photo = Photo.objects.create(
            id=photo_id,
            role=role,
            status=PhotoStatus.READY,
            uploader=uploader,
            name=f"{scene}.jpg",
            format="jpeg",
            bytes=drawn.bytes,
            width=drawn.width,
            height=drawn.height,
            sha256=drawn.sha256,
            dhash=drawn.dhash,
            uploaded_at=at,
            **names,
        )
        PhotoOrigin.objects.create(photo=photo, path=original)
        return photo


def _variants(scene: str) -> int:
    return _VARIANTS.get(scene, 1)


def _draw_all(folder: Path) -> Iterator[tuple[Key, DrawnScene]]:
    places = [(scene, seed) for scene in SCENES for seed in range(_variants(scene))]
    keys = [(*place, fixed) for place in places for fixed in (False, True)]
    # Blurring, which takes most of the time, runs beside Python.
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as workers:
        yield from zip(keys, workers.map(partial(_draw, folder), keys), strict=True)


def _draw(folder: Path, key: Key) -> DrawnScene:
    scene, seed, fixed = key
    return save_scene(scene, seed, folder / f"{scene}-{seed}-{'after' if fixed else 'before'}", fixed=fixed)


def _put(source: Path, name: str) -> None:
    """A hard link where the disk allows it, so that hundreds of photos weigh as much as the pool."""
    target = Path(settings.MEDIA_ROOT) / name
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)  # left by a start that was killed: names repeat
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
