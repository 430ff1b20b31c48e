"""Background work. Every task may run twice; what must happen is a row that says so, and a sweep finds it."""

from uuid import UUID

from celery import shared_task
from django.utils import timezone

from reports.services import erasing, processing, resident


@shared_task(name="reports.tasks.process_photo")
def process_photo(photo_id: str) -> None:
    """Make a photo's derivatives."""
    processing.process_photo(photo_id=UUID(photo_id), at=timezone.now())


@shared_task(name="reports.tasks.process_waiting_photos")
def process_waiting_photos() -> None:
    """Find photos whose task was lost."""
    processing.process_waiting_photos(at=timezone.now())


@shared_task(name="reports.tasks.drop_unclaimed_photos")
def drop_unclaimed_photos() -> None:
    """Delete photos that belong to nothing."""
    erasing.drop_unclaimed_photos(at=timezone.now())


@shared_task(name="reports.tasks.close_silent_reports")
def close_silent_reports() -> None:
    """Fourteen days of silence close a repaired report."""
    resident.close_silent_reports(at=timezone.now())


@shared_task(name="reports.tasks.erase_due_contacts")
def erase_due_contacts() -> None:
    """Private contacts are erased on their day."""
    erasing.erase_due_contacts(at=timezone.now())
