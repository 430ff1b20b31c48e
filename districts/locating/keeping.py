"""One `Responsibilities` a process, loaded again when the version in the database has changed."""

from datetime import datetime
from threading import Lock
from time import monotonic

from districts.locating.answers import Responsibility
from districts.locating.loading import load
from districts.locating.responsibilities import Responsibilities
from districts.models import ResponsibilityVersion

_LOOK_EVERY_S = 1.0
_Stamp = tuple[int, object] | None


class _Keeper:
    """Looks at the version row at most once a second, and at once after a change made in this process.

    A thread that finds another one loading answers from what is there.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: Responsibilities | None = None
        self._stamp: _Stamp = None
        self._look_at = 0.0
        self._changes_seen = -1

    def current(self) -> Responsibilities:
        kept = self._kept
        if kept is not None and not self._is_due():
            return kept
        if not self._lock.acquire(blocking=kept is None):
            return kept or self.current()
        try:
            return self._look()
        finally:
            self._lock.release()

    def _is_due(self) -> bool:
        return monotonic() >= self._look_at or ResponsibilityVersion.changes_here != self._changes_seen

    def _look(self) -> Responsibilities:
        if self._kept is not None and not self._is_due():
            return self._kept
        self._changes_seen = ResponsibilityVersion.changes_here
        # Read before the facts: a change that lands between is found at the next look.
        stamp = ResponsibilityVersion.stamp()
        if self._kept is None or stamp != self._stamp:
            self._kept, self._stamp = load(stamp[0] if stamp else 0), stamp
        self._look_at = monotonic() + _LOOK_EVERY_S
        return self._kept

    def forget(self) -> None:
        with self._lock:
            self._kept = None


_keeper = _Keeper()


def current() -> Responsibilities:
    """What holds in this process now; at most a second behind other processes."""
    return _keeper.current()


def forget() -> None:
    """Load afresh at the next question: for tests, which take changes back without a trace."""
    _keeper.forget()


def locate(
    *,
    point: tuple[float, float],
    category: str | None = None,
    accuracy_m: float | None = None,
    at: datetime,
) -> Responsibility:
    """Who answers for `point` (longitude, latitude) and a category, at a time.

    Raises InvalidPoint for what is no position, or is one with its numbers exchanged.
    """
    return current().locate(point=point, category=category, accuracy_m=accuracy_m, at=at)
