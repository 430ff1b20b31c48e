"""Handing work to the background. A broker that is gone costs nothing: a sweep finds what is due."""

import logging
from uuid import UUID

from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)


def look_later(seconds: float) -> None:
    """Have the watched jobs looked at in so many seconds; the row says when, this is only a hint."""
    from dispatch.tasks import look_at_watched_jobs  # the tasks call the services that enqueue them

    try:
        look_at_watched_jobs.apply_async(countdown=max(0.0, seconds), retry=False)
    except (OperationalError, OSError) as error:
        logger.warning("The broker took no task (%s): the sweep will look at the jobs.", error)


def measure_arrivals_soon() -> None:
    """Have the routing server asked when crews on the way will be there; the sweep does it anyway."""
    from dispatch.tasks import measure_arrivals  # the tasks call the services that enqueue them

    try:
        measure_arrivals.apply_async(retry=False)
    except (OperationalError, OSError) as error:
        logger.warning("The broker took no task (%s): the sweep will ask for arrivals.", error)


def improve_plan_soon(plan_id: UUID) -> None:
    """Have the better plan looked for; the row says that it is pending, this is only a hint."""
    from dispatch.tasks import improve_plan  # the tasks call the services that enqueue them

    try:
        improve_plan.apply_async(args=(str(plan_id),), retry=False)
    except (OperationalError, OSError) as error:
        logger.warning("The broker took no task (%s): the sweep will find plan %s.", error, plan_id)
