"""Devices that can be woken by a push, and pushes that are due."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PushDevice(models.Model):
    """A person's device, and by which identifier FCM reaches it.

    `device` is the name that the same device gives in its hello on /ws/. One identifier is one device:
    whoever registered it last has it. `seen_at`: when it was last registered. `phone`: the crew's phone on
    which that was; cut off, it is not woken any more. `crew`: the only one for whose jobs it is woken;
    without one it is for those of all the person's crews.
    """

    class Platform(models.TextChoices):
        ANDROID = "android"
        IOS = "ios"
        WEB = "web"

    class Kind(models.TextChoices):
        """FCM's registration token, which it is about to give up, or its installation id."""

        TOKEN = "token"  # noqa: S105 - a word, no secret
        FID = "fid"

    user = models.ForeignKey(
        "accounts.User", on_delete=models.CASCADE, related_name="push_devices", verbose_name=_("person")
    )
    phone = models.ForeignKey(
        "dispatch.CrewPhone", on_delete=models.CASCADE, null=True, blank=True, related_name="push_devices"
    )
    crew = models.ForeignKey(
        "dispatch.Crew", on_delete=models.CASCADE, null=True, blank=True, related_name="push_devices"
    )
    device = models.CharField(max_length=100)
    platform = models.CharField(max_length=8, choices=Platform.choices)
    kind = models.CharField(max_length=5, choices=Kind.choices)
    value = models.CharField(max_length=500)
    created_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        ordering = ("-seen_at", "-pk")
        constraints = [
            models.UniqueConstraint(fields=["user", "device"], name="push_device_once"),
            models.UniqueConstraint(fields=["value"], name="push_value_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.platform}"


class Push(models.Model):
    """That a job must be pushed unless its crew's phone has it by `due_at`; null when nothing is due.

    `claimed_until` keeps a second run away. `reached` are ids of devices that have been told; `sent_at` is
    when the first of them was.
    """

    job = models.OneToOneField(
        "dispatch.Job", on_delete=models.CASCADE, primary_key=True, related_name="push"
    )
    due_at = models.DateTimeField(null=True, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    reached = models.JSONField(default=list, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["due_at"], name="push_due", condition=models.Q(due_at__isnull=False))]

    def __str__(self) -> str:
        return str(self.job_id)
