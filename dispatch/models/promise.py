"""Photos that a command named before they were here."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from dispatch.models.job import Job


class PhotoPromise(models.Model):
    """A photo that a crew's command named and that was not here then. `id`, made by the phone, is its own.

    `command_id` is the step that named it. It ends when the photo is here (`kept`), when the crew names
    another one instead (`replaced`, by `replaced_by`), or when what came was no picture (`refused`).
    """

    class Purpose(models.TextChoices):
        PROOF = "proof", _("after-photo")
        OBSTACLE = "obstacle", _("what was in the way")
        NOTE = "note", _("with a note")

    class Ending(models.TextChoices):
        KEPT = "kept", _("here")
        REPLACED = "replaced", _("another one came instead")
        REFUSED = "refused", _("no picture")

    id = models.UUIDField(primary_key=True, editable=False)
    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="promises")
    purpose = models.CharField(max_length=8, choices=Purpose.choices)
    command_id = models.UUIDField()
    promised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    promised_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ending = models.CharField(max_length=8, choices=Ending.choices, blank=True)
    replaced_by = models.UUIDField(null=True, blank=True)

    class Meta:
        ordering = ("promised_at", "id")
        indexes = [
            models.Index(
                fields=["promised_at"], name="promise_waiting", condition=models.Q(ended_at__isnull=True)
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="promise_ends_one_way",
                condition=models.Q(ended_at__isnull=True, ending="")
                | (models.Q(ended_at__isnull=False) & ~models.Q(ending="")),
            ),
            models.CheckConstraint(
                name="promise_replaced_by",
                condition=models.Q(ending="replaced", replaced_by__isnull=False)
                | (~models.Q(ending="replaced") & models.Q(replaced_by__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)
