"""What this process remembers of crews between fixes, so that most fixes cost no statement."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from dispatch.tracking.fixes import Fix, speed_between
from districts.geometry import metres_between

BETWEEN_WRITES = timedelta(seconds=10)
TRACK_MOVED_M = 25.0
TRACK_AT_LEAST = timedelta(minutes=5)


class Memory:
    """The latest, the last written and the last tracked fix of each crew. Threads may call all of it at once.

    Grows with the number of crews only. Other processes have memories of their own: then a crew is written a
    little more often, and nothing else.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._latest: dict[UUID, Fix] = {}
        self._written: dict[UUID, Fix] = {}
        self._tracked: dict[UUID, Fix] = {}
        self._duties: dict[UUID, datetime | None] = {}

    def begin(self, duties: Mapping[UUID, datetime | None]) -> None:
        """Forget what is of an earlier time on duty: signed off in between, a crew was nowhere.

        duties: by crew, since when it has been on duty.
        """
        with self._lock:
            for crew_id, since in duties.items():
                if self._duties.get(crew_id) != since:
                    self._forget(crew_id)
            self._duties.update(duties)

    def take(self, fixes: Sequence[Fix]) -> list[Fix]:
        """Those that are newer than what is known, each with its speed."""
        with self._lock:
            fresh = [self._with_speed(fix) for fix in fixes if self._is_newer(fix)]
            self._latest.update({fix.crew_id: fix for fix in fresh})
        return fresh

    def due_to_write(self, fixes: Sequence[Fix]) -> list[Fix]:
        """Those of crews that were not written for ten seconds; they count as written."""
        with self._lock:
            due = [fix for fix in fixes if self._is_due(fix)]
            self._written.update({fix.crew_id: fix for fix in due})
        return due

    def due_to_track(self, fixes: Sequence[Fix]) -> list[Fix]:
        """Those 25 metres from the track's last point, or five minutes after it; they count as tracked."""
        with self._lock:
            due = [fix for fix in fixes if self._is_off_track(fix)]
            self._tracked.update({fix.crew_id: fix for fix in due})
        return due

    def clear(self) -> None:
        with self._lock:
            self._duties.clear()
            for kept in self._kept:
                kept.clear()

    @property
    def _kept(self) -> tuple[dict[UUID, Fix], ...]:
        return self._latest, self._written, self._tracked

    def _forget(self, crew_id: UUID) -> None:
        for kept in self._kept:
            kept.pop(crew_id, None)

    def _is_newer(self, fix: Fix) -> bool:
        known = self._latest.get(fix.crew_id)
        return known is None or fix.at > known.at

    def _with_speed(self, fix: Fix) -> Fix:
        if fix.speed_mps is not None:
            return fix
        return replace(fix, speed_mps=speed_between(self._latest.get(fix.crew_id), fix))

    def _is_due(self, fix: Fix) -> bool:
        written = self._written.get(fix.crew_id)
        return written is None or fix.at - written.at >= BETWEEN_WRITES

    def _is_off_track(self, fix: Fix) -> bool:
        last = self._tracked.get(fix.crew_id)
        if last is None or fix.at - last.at >= TRACK_AT_LEAST:
            return True
        return metres_between(last.lonlat, fix.lonlat) >= TRACK_MOVED_M


memory = Memory()
