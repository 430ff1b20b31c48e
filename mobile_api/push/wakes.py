"""What a push says, and what became of it; the same for every way to send it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Wake:
    """One device to be woken. `kind` is "token" or "fid", `platform` "android", "ios" or "web".

    A native app is woken silently; a browser must show something: `title`, and `link` to open. `person` and
    `district` say whose it is to who looks at the outbox; they are not sent.
    """

    value: str
    kind: str
    platform: str
    title: str
    link: str
    person: str
    district: str

    @property
    def is_silent(self) -> bool:
        return self.platform != "web"


class Fate(Enum):
    SENT = auto()
    GONE = auto()  # the identifier belongs to no device any more
    LATER = auto()  # try again
    REFUSED = auto()  # trying again won't help, and the device is not at fault


@dataclass(frozen=True, slots=True)
class Outcome:
    """`retry_after_s`: what the service asked for, if it did."""

    fate: Fate
    retry_after_s: float | None = None


class Sender(Protocol):
    def __call__(self, wakes: Sequence[Wake]) -> list[Outcome]:
        """Send them, and say what became of each, in the same order. May take many seconds."""
        ...
