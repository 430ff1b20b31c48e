"""The Celery application: background work in both homes."""

import logging
import os
from typing import Any

from celery import Celery
from celery.signals import worker_ready
from kombu.exceptions import OperationalError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("mahala")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
logger = logging.getLogger(__name__)


@worker_ready.connect
def send_sweeps(**_: Any) -> None:
    """Have everything found that waits: a worker that starts may follow one that was killed."""
    from django.conf import settings  # read by Celery's own loading before

    try:
        for name in settings.SWEEPS_AT_START:
            app.send_task(name, retry=False)
    except (OperationalError, OSError) as error:
        logger.warning("The broker took no sweep (%s): the timetable will.", error)
