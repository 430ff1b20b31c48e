"""Background work. Every task may run twice; what must happen is a row that says so, and a sweep finds it."""

from celery import shared_task
from django.utils import timezone

from dispatch.services import uploads
from dispatch.tracking import tracks


@shared_task(name="dispatch.tasks.erase_old_tracks")
def erase_old_tracks() -> None:
    """Tracks are kept for as many days as their district says."""
    tracks.erase_old(at=timezone.now())


@shared_task(name="dispatch.tasks.drop_stale_uploads")
def drop_stale_uploads() -> None:
    """Forget photos that stopped half-way, long ago."""
    uploads.drop_stale_uploads(at=timezone.now())
