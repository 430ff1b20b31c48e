"""Handing work to the background. A broker that is gone costs nothing: a sweep finds what waits."""

import logging
from uuid import UUID

from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)


def enqueue_processing(photo_id: UUID) -> None:
    """Have the photo processed soon; the row says that it is pending, this is only a hint."""
    from reports.tasks import process_photo  # the tasks call the services that enqueue them

    try:
        process_photo.apply_async(args=(str(photo_id),), retry=False)
    except (OperationalError, OSError) as error:
        logger.warning("The broker took no task (%s): the sweep will find photo %s.", error, photo_id)
