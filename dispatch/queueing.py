"""Handing work to the background. A broker that is gone costs nothing: a sweep finds what is due."""

import logging

from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)


def look_later(seconds: float) -> None:
    """Have the watched jobs looked at in so many seconds; the row says when, this is only a hint."""
    from dispatch.tasks import look_at_watched_jobs  # the tasks call the services that enqueue them

    try:
        look_at_watched_jobs.apply_async(countdown=max(0.0, seconds), retry=False)
    except (OperationalError, OSError) as error:
        logger.warning("The broker took no task (%s): the sweep will look at the jobs.", error)
