"""Mails and pushes where nobody is configured to carry them: kept for the desk's outbox page."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.core.mail import EmailMessage
from django.core.mail.backends import console
from django.utils import timezone

from accounts.models import OutboxItem

KEPT_FOR = timedelta(days=7)
KEPT_AT_MOST = 500
TEXT_CHARACTERS = 10_000


def keep(
    *, kind: OutboxItem.Kind, to: str, subject: str, text: str, at: datetime, district: str = ""
) -> None:
    """Keep what would have been sent, and forget the oldest. `district` is the code of whose news it is."""
    OutboxItem.objects.create(
        kind=kind, to=to[:254], subject=subject[:200], text=text[:TEXT_CHARACTERS], district=district, at=at
    )
    forget_old(at=at)


def forget_old(*, at: datetime) -> None:
    """Nothing stays longer than seven days, and no more than the latest five hundred."""
    OutboxItem.objects.filter(at__lt=at - KEPT_FOR).delete()
    spare = OutboxItem.objects.values_list("pk", flat=True)[KEPT_AT_MOST:]
    OutboxItem.objects.filter(pk__in=list(spare)).delete()


class ConsoleMail(console.EmailBackend):
    """Writes mails to the console, as Django's own does, and keeps them for the outbox page."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        sent = super().send_messages(email_messages)
        for mail in email_messages:
            keep(
                kind=OutboxItem.Kind.MAIL,
                to=", ".join(mail.recipients()),
                subject=str(mail.subject),
                text=str(mail.body),
                at=timezone.now(),
            )
        return int(sent or 0)
