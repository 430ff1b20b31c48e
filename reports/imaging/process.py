"""Makes the three derivatives of an accepted photo, with its hashes and its own facts."""

from pathlib import Path
from typing import IO, NamedTuple

from django.conf import settings

from reports.imaging.capture import Captured, captured_from
from reports.imaging.child import Answer, ChildFailed, ask
from reports.imaging.hashes import sha256_of
from reports.imaging.keeping import NotDerivatives, split, upright_size, write_all
from reports.imaging.limits import LIMITS, Limits
from reports.imaging.machine_lock import LockBusy, one_at_a_time
from reports.imaging.redact import CLEARED, NEEDS_RELEASE
from reports.imaging.refusals import PhotoRefused, ProcessingFailed, failure
from reports.imaging.sniff import Sniffed, sniff


class Processed(NamedTuple):
    """Where the derivatives lie, and what is known of the photo.

    Width and height in pixels are the original's, upright. `redaction` is NEEDS_RELEASE or CLEARED.
    `metadata` is private: it is in none of the derivatives.
    """

    large: Path
    small: Path
    thumb: Path
    format: str
    width: int
    height: int
    sha256: str
    dhash: str
    redaction: str
    metadata: Captured


def process(
    src: Path, out_dir: Path, *, name: str = "", limits: Limits = LIMITS, lock: Path | None = None
) -> Processed:
    """Decode `src` in a child process and write large.jpg, small.jpg and thumb.jpg into `out_dir`.

    May run twice: the same file gives the same bytes. Each derivative appears whole or not at all, and none
    changes when this raises. One decode at a time holds the file `lock` (in VAR_DIR unless given).
    `name` is what the photo's sender calls it. Raises PhotoRefused when the file is at fault,
    ProcessingFailed when trying again may help.
    """
    shown = name or src.name
    with src.open("rb") as file:
        sniffed = sniff(file, name=shown, limits=limits)
        sha256 = sha256_of(file)
        answer = _decode(file, sniffed, shown, limits, lock or default_lock())
    try:
        return _keep(answer, out_dir, sniffed, sha256)
    except NotDerivatives as error:
        raise PhotoRefused("photo_broken", name=shown, limits=limits) from error


def default_lock() -> Path:
    """The lock that all processes of this installation on this machine share."""
    folder: Path = settings.VAR_DIR
    return folder / "photo.lock"


def _decode(file: IO[bytes], sniffed: Sniffed, name: str, limits: Limits, lock: Path) -> Answer:
    try:
        with one_at_a_time(lock, wait_seconds=limits.wait_seconds) as held:
            return ask("process", file, photo_format=sniffed.format, limits=limits, keep_open=(held,))
    except LockBusy as error:
        raise ProcessingFailed("busy", name=name) from error
    except ChildFailed as error:
        raise failure(error.reason, name=name, limits=limits) from error


def _keep(answer: Answer, out_dir: Path, sniffed: Sniffed, sha256: str) -> Processed:
    """Check the child's word and write its pictures: the child itself can write nowhere."""
    metadata = captured_from(answer.facts.get("captured"))
    width, height = upright_size(answer, sniffed.width * sniffed.height)
    pictures, dhash = split(answer)
    large, small, thumb = write_all(out_dir, pictures)
    cleared = answer.facts.get("redaction") == CLEARED
    redaction = CLEARED if cleared else NEEDS_RELEASE
    return Processed(large, small, thumb, sniffed.format, width, height, sha256, dhash, redaction, metadata)
