"""Handing pushes to the background. A broker that is gone costs nothing: a sweep finds what is due."""

import logging

from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)


def push_later(seconds: float) -> None:
    """Have what is due pushed in so many seconds; the row says when, this is only a hint."""
    from mobile_api.tasks import push_due_jobs  # the tasks call the services that enqueue them

    try:
        push_due_jobs.apply_async(countdown=max(0.0, seconds), retry=False)
    except (OperationalError, OSError) as error:
        logger.warning("The broker took no task (%s): the sweep will push.", error)
