"""The private part of a report, and who follows it."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from reports.models.report import Report


class Contact(models.Model):
    """How to reach the person who reported; erased on schedule, the report stays."""

    report = models.OneToOneField(Report, on_delete=models.CASCADE, related_name="contact")
    name = models.CharField(_("name"), max_length=120, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    wants_updates = models.BooleanField(_("wants to hear how it goes on"), default=True)
    erase_on = models.DateField(_("erased on"))
    search_text = models.TextField(editable=False, blank=True)

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        indexes = [models.Index(fields=["erase_on"], name="contact_erase")]

    def __str__(self) -> str:
        return str(self.report_id)


class Follow(models.Model):
    """Somebody who wants to hear how a report goes on."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="follows")
    user = models.ForeignKey("accounts.User", null=True, blank=True, on_delete=models.CASCADE)
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=8, default="en")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["report", "email"], condition=~models.Q(email=""), name="follow_email_once"
            ),
            models.UniqueConstraint(
                fields=["report", "user"], condition=models.Q(user__isnull=False), name="follow_user_once"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Notice(models.Model):
    """A mail that was sent: one to each recipient for each event of the report's stream.

    `recipient` is the SHA-256 of the address, so that erasing a contact leaves nothing to read here.
    """

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="notices")
    offset = models.BigIntegerField()
    recipient = models.CharField(max_length=64)
    kind = models.CharField(max_length=60)
    claimed_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report", "offset", "recipient"], name="notice_once"),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.kind}"
