"""The Celery worker and its timetable on threads of this process, for the embedded home."""

import os
import threading

from celery import Celery
from celery.beat import Scheduler, Service
from celery.worker import WorkController

from config.celery import send_sweeps

TASKS_AT_A_TIME = 2


class Background:
    """Runs tasks until stopped. One per process."""

    def __init__(self, app: Celery) -> None:
        self.app = app
        self.name = f"embedded-{os.getpid()}@localhost"
        self.worker = WorkController(
            app=app,
            hostname=self.name,
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
        send_sweeps()

    def stop(self, *, seconds: float) -> None:
        """Take no more tasks and let running ones finish, but wait no longer than this in all."""
        self.timetable.stop()
        # By message, as it wakes the worker at once; its stop flag would be looked at every two seconds.
        self.app.control.shutdown(destination=[self.name])
        self.threads[0].join(seconds)
