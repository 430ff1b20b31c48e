"""What was told of promised times: to the desk, and by letter to the supervisors."""

import uuid

from django.db import models

from reports.deadlines import PromiseKind
from reports.models import Report


class PromiseNote(models.Model):
    """That the desk was told that a promised time is near, or over: once for each report and promised time.

    A time that was promised anew (reopened, corrected, paused meanwhile) is another. `batch`: the letter that
    tells the supervisors of it; empty for warnings, and until the letter is written.
    """

    class Stage(models.TextChoices):
        NEAR = "near"
        OVER = "over"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="promise_notes", db_index=False)
    promise = models.CharField(max_length=5, choices=[(kind.value, kind.value) for kind in PromiseKind])
    stage = models.CharField(max_length=4, choices=Stage.choices)
    due_at = models.DateTimeField()
    at = models.DateTimeField()
    batch = models.UUIDField(null=True, blank=True)

    class Meta:
        ordering = ("due_at", "id")
        indexes = [
            models.Index(
                fields=["at"], name="promise_unwritten", condition=models.Q(stage="over", batch__isnull=True)
            ),
            models.Index(fields=["batch"], name="promise_batch", condition=models.Q(batch__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["report", "promise", "stage", "due_at"], name="promise_told_once")
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.promise} {self.stage}"


class Letter(models.Model):
    """A mail to one supervisor about the promised times of one batch, however many they are.

    Written before it is sent: `sent_at` stays empty until the mail server has it. `claimed_until`: a process
    is sending it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    batch = models.UUIDField()
    district = models.ForeignKey("districts.District", on_delete=models.CASCADE, related_name="+")
    recipient = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
    written_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["written_at"], name="letter_unsent", condition=models.Q(sent_at__isnull=True)
            )
        ]
        constraints = [models.UniqueConstraint(fields=["batch", "recipient"], name="letter_once")]

    def __str__(self) -> str:
        return str(self.id)
