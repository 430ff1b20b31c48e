"""Waiting for something to come true."""

import time
from collections.abc import Callable


def wait_until(is_true: Callable[[], object], *, seconds: float, what: str) -> None:
    """Ask 50 times a second. Raises TimeoutError naming what did not come."""
    deadline = time.monotonic() + seconds
    while not is_true():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} did not come within {seconds:g} s")
        time.sleep(0.02)
