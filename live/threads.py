"""A few threads with database connections of their own: the event loop never waits for the database."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from django.db import connections, reset_queries

P = ParamSpec("P")
T = TypeVar("T")


class DatabaseThreads:
    """Runs calls on at most `count` threads; each keeps its connections between calls.

    Unlike `sync_to_async`, one slow query holds up only its own thread, and no connection is opened per call.
    """

    def __init__(self, name: str, count: int) -> None:
        self.count = count
        self._pool = ThreadPoolExecutor(count, thread_name_prefix=name)

    async def run(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Await `call(*args)`; what it raises is raised here."""

        def job() -> T:
            _ready_connections()
            return call(*args, **kwargs)

        return await asyncio.get_running_loop().run_in_executor(self._pool, job)

    def close(self) -> None:
        """Finish what runs, then close every thread's connections. Blocks for as long as that takes."""
        everyone = threading.Barrier(self.count)
        for _ in range(self.count):
            self._pool.submit(_close_connections, everyone)
        self._pool.shutdown()


def _ready_connections() -> None:
    """Let go of broken connections, and have the others checked at their first use."""
    reset_queries()
    for connection in connections.all(initialized_only=True):
        if connection.errors_occurred:
            if not connection.is_usable():
                connection.close()
            connection.errors_occurred = False
        connection.health_check_done = False  # type: ignore[attr-defined]


def _close_connections(everyone: threading.Barrier) -> None:
    everyone.wait()  # so that each thread takes exactly one of these jobs
    connections.close_all()
