"""Where photos lie: in private storage that no address leads to. Originals and derivatives apart."""

import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast
from uuid import UUID

from django.core.files import File
from django.core.files.storage import default_storage

SIZES = ("large", "small", "thumb")


def original_name(photo_id: UUID, sha256: str) -> str:
    """Other bytes lie elsewhere, so that two uploads at once can't overwrite each other."""
    return f"originals/{photo_id.hex[:2]}/{photo_id}-{sha256[:8]}"


def derivative_name(photo_id: UUID, size: str) -> str:
    return f"derivatives/{photo_id.hex[:2]}/{photo_id}/{size}.jpg"


def keep(file: BinaryIO, name: str) -> str:
    """Store the whole file piece by piece. Returns the name it has got, which is new where one was in use."""
    file.seek(0)
    return default_storage.save(name, File(file))


def keep_derivatives(photo_id: UUID, folder: Path) -> dict[str, str]:
    """Store NAME.jpg of each size from a folder, in place of what was there. Returns their names by size."""
    names = {}
    for size in SIZES:
        name = derivative_name(photo_id, size)
        default_storage.delete(name)
        with (folder / f"{size}.jpg").open("rb") as file:
            names[size] = keep(file, name)
    return names


@contextmanager
def on_disk(name: str) -> Iterator[Path]:
    """A path to the stored file for as long as the block runs; a copy where the storage is no file system.

    Raises FileNotFoundError.
    """
    try:
        path = Path(default_storage.path(name))
    except NotImplementedError:
        with tempfile.TemporaryDirectory() as folder:
            yield _copied(name, Path(folder))
    else:
        yield path


def _copied(name: str, folder: Path) -> Path:
    copy = folder / "original"
    with default_storage.open(name) as stored, copy.open("wb") as file:
        shutil.copyfileobj(stored, file)
    return copy


def open_stored(name: str) -> BinaryIO:
    """For reading; the caller closes it. Raises FileNotFoundError."""
    return cast(BinaryIO, default_storage.open(name))


def forget(names: Iterable[str]) -> None:
    """Delete the files; one that is gone already is no fault."""
    for name in filter(None, names):
        default_storage.delete(name)
