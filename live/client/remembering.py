"""What a client has reached in each stream, kept in a file: the next run goes on from there."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Known:
    """How far a client is in a stream."""

    epoch: str | None = None
    offset: int = 0

    def as_json(self) -> dict[str, Any]:
        return {} if self.epoch is None else {"epoch": self.epoch, "offset": self.offset}


def load_known(path: Path) -> dict[str, Known]:
    """Nothing where there is no file yet."""
    try:
        kept = json.loads(path.read_text())
    except FileNotFoundError:
        return {}
    return {stream: Known(stands["epoch"], stands["offset"]) for stream, stands in kept.items()}


def keep_known(path: Path, known: dict[str, Known]) -> None:
    """Whole or not at all: a kill in between leaves what was there before."""
    fresh = path.with_suffix(f"{path.suffix}.new")
    fresh.write_text(json.dumps({stream: stands.as_json() for stream, stands in known.items()}))
    os.replace(fresh, path)
