"""Background work."""

from celery import shared_task
from django.utils import timezone

from accounts import outbox


@shared_task(name="accounts.tasks.forget_old_outbox")
def forget_old_outbox() -> None:
    """What was kept in place of sending it is forgotten after its days."""
    outbox.forget_old(at=timezone.now())
