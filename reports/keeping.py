"""What a process remembers for as long as boundaries, rules, calendars and categories stay as they are."""

from collections.abc import Callable
from typing import Generic, TypeVar

from districts.locating import Responsibilities, current

T = TypeVar("T")


class Kept(Generic[T]):
    """Loaded once, and again when the responsibility version has changed; at most a second behind it."""

    def __init__(self, load: Callable[[], T]) -> None:
        self._load = load
        self._kept: tuple[Responsibilities, T] | None = None

    def get(self) -> T:
        city = current()
        if self._kept is None or self._kept[0] is not city:
            self._kept = (city, self._load())
        return self._kept[1]
