"""Registering the devices of crew members for pushes."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from dispatch.models import CrewPhone
from districts.spatial import lock_rows
from mobile_api.models import PushDevice

DEVICES_AT_MOST = 10


def register_device(
    *,
    user: User,
    device: str,
    platform: str,
    kind: str,
    value: str,
    at: datetime,
    phone: CrewPhone | None = None,
) -> tuple[PushDevice, bool]:
    """Keep by which identifier the person's device is reached; the second tells whether it is new.

    `phone` is the crew's phone it is on: with that it is cut off. Where the user acts for one crew only, that
    crew's jobs alone wake it. Repeating it renews it. Whoever had the identifier before has it no more: the
    phone changed hands. Of more than ten devices of one person the one that was registered longest ago goes.
    """
    tied = {"phone": phone, "crew_id": user.acts_only_for}
    said = {"platform": platform, "kind": kind, "value": value, "seen_at": at, **tied}
    with transaction.atomic():
        lock_rows(User.objects.filter(pk=user.pk)).get()
        PushDevice.objects.filter(value=value).exclude(user=user, device=device).delete()
        kept, is_new = PushDevice.objects.update_or_create(
            user=user, device=device, defaults=said, create_defaults={**said, "created_at": at}
        )
        spare = PushDevice.objects.filter(user=user).values_list("pk", flat=True)[DEVICES_AT_MOST:]
        PushDevice.objects.filter(pk__in=list(spare)).delete()
    return kept, is_new


def forget_device(*, user: User, device: str) -> None:
    """Push nothing to the person's device any more. Twice changes nothing."""
    PushDevice.objects.filter(user=user, device=device).delete()
