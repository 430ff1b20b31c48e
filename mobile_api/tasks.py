"""Background work. Every task may run twice; what must happen is a row that says so, and a sweep finds it."""

from celery import shared_task
from django.utils import timezone

from mobile_api.push import sending


@shared_task(name="mobile_api.tasks.push_due_jobs")
def push_due_jobs() -> None:
    """Wake the phones that have not acknowledged their jobs in time."""
    sending.push_due_jobs(at=timezone.now())
