"""Pushes where no FCM credential is configured: to the console and the desk's outbox page."""

import sys
from collections.abc import Sequence

from django.utils import timezone

from accounts import outbox
from accounts.models import OutboxItem
from mobile_api.push.wakes import Fate, Outcome, Wake


def send(wakes: Sequence[Wake]) -> list[Outcome]:
    """Nothing leaves the machine; all count as sent."""
    for wake in wakes:
        text = "sync" if wake.is_silent else f"{wake.title}: {wake.link}"
        sys.stdout.write(f"Push to a device of {wake.person} ({wake.platform}): {text}\n")
        sys.stdout.flush()  # into a file or a pipe as well, at once
        outbox.keep(
            kind=OutboxItem.Kind.PUSH,
            to=f"{wake.person} ({wake.platform})",
            subject=wake.title,
            text=text,
            district=wake.district,
            at=timezone.now(),
        )
    return [Outcome(Fate.SENT)] * len(wakes)
