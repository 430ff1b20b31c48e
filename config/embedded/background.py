"""The Celery worker and its timetable on threads of this process, for the embedded home."""

import threading

from celery import Celery
from celery.beat import Scheduler, Service
from celery.worker import WorkController
from celery.worker import state as worker_state

TASKS_AT_A_TIME = 2


class Background:
    """Runs tasks until stopped. Start once per process: Celery keeps its stop flag in a module."""

    def __init__(self, app: Celery) -> None:
        self.worker = WorkController(
            app=app,
            pool_cls="threads",
            concurrency=TASKS_AT_A_TIME,
            without_heartbeat=True,
            without_mingle=True,
            without_gossip=True,
        )
        # Kept in memory: what is due is found by sweeps over rows, not by when the timetable last ran.
        self.timetable = Service(app, max_interval=1, scheduler_cls=Scheduler)
        self.threads = [
            threading.Thread(target=self.worker.start, name="worker", daemon=True),
            threading.Thread(target=self.timetable.start, name="timetable", daemon=True),
        ]

    def start(self) -> None:
        for thread in self.threads:
            thread.start()

    def stop(self, *, seconds: float) -> None:
        """Let running tasks finish, but wait no longer than this in all."""
        self.timetable.stop()
        worker_state.should_stop = 0
        self.threads[0].join(seconds)
