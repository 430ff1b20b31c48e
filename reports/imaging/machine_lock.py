"""One decode at a time on a machine, however many processes and threads want one."""

import errno
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

POLL_SECONDS = 0.02


class LockBusy(Exception):
    """Somebody else held the lock for longer than we were ready to wait."""


@contextmanager
def one_at_a_time(path: Path, *, wait_seconds: float) -> Iterator[int]:
    """Hold the lock on this file; yields its descriptor, to be handed on to the child.

    The kernel frees the lock when its last holder closes it or dies: nothing is left behind by a crash, and a
    child that outlives its parent still counts as the one decode. Raises LockBusy after `wait_seconds`.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _wait_for(descriptor, time.monotonic() + wait_seconds)
        yield descriptor
    finally:
        os.close(descriptor)


def _wait_for(descriptor: int, deadline: float) -> None:
    while True:
        try:
            return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno not in {errno.EAGAIN, errno.EACCES}:
                raise
        if time.monotonic() >= deadline:
            raise LockBusy
        time.sleep(POLL_SECONDS)
