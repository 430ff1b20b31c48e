"""Background work: the readers of the log."""

import logging
from collections.abc import Iterable

from celery import current_app, shared_task
from django.conf import settings
from django.utils import timezone
from kombu.exceptions import OperationalError

from live import pruning, readers
from live.registry import log_readers

logger = logging.getLogger(__name__)


@shared_task(name="live.tasks.run_readers")
def run_readers(streams: list[str] | None = None) -> None:
    """Run the readers on these streams; without names a sweep over all, for tasks that were lost."""
    readers.run_readers(at=timezone.now(), streams=streams)


@shared_task(name="live.tasks.prune_log")
def prune_log() -> None:
    """Events are kept for LOG_DAYS."""
    pruning.prune_log(at=timezone.now(), days=settings.LOG_DAYS)


def wake_readers(streams: Iterable[str]) -> None:
    """Have the readers of these streams run soon. A broker that is gone costs nothing: a sweep finds them."""
    followed = [name for name in streams if any(readers.follows(reader, name) for reader in log_readers())]
    if not followed or current_app.conf.task_always_eager:
        return
    try:
        run_readers.apply_async(args=(followed,), retry=False)
    except (OperationalError, OSError) as error:
        logger.warning("The broker took no task (%s): the sweep will run the readers.", error)
