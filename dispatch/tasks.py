"""Background work. Every task may run twice; what must happen is a row that says so, and a sweep finds it."""

from celery import shared_task
from django.utils import timezone

from dispatch.tracking import tracks


@shared_task(name="dispatch.tasks.erase_old_tracks")
def erase_old_tracks() -> None:
    """Tracks are kept for as many days as their district says."""
    tracks.erase_old(at=timezone.now())
