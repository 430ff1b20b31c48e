"""The timeline of a report: append-only."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from reports.models.choices import ReportStatus
from reports.models.report import Report


class Update(models.Model):
    """One thing that happened. Public updates are read by everyone, staff updates by the district alone.

    The coming in of a report has a row only when staff took it in for somebody: else the report says it all.
    `data` holds the facts of the change (`{"from": …, "to": …}`, names of crews, outcomes), never a contact.
    `version` is the report's after it: who acted on an earlier one is told what has changed since.
    """

    class Kind(models.TextChoices):
        RECEIVED = "received", _("received")
        STATUS = "status", _("state")
        CORRECTED = "corrected", _("corrected")
        ROUTED = "routed", _("passed on")
        PHOTO = "photo", _("photo")
        COMMENT = "comment", _("comment")
        NOTE = "note", _("internal note")

    class Audience(models.TextChoices):
        PUBLIC = "public", _("everyone")
        STAFF = "staff", _("staff")

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="updates", db_index=False)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    audience = models.CharField(
        _("audience"), max_length=6, choices=Audience.choices, default=Audience.PUBLIC
    )
    status = models.CharField(_("status"), max_length=16, choices=ReportStatus.choices, blank=True)
    text = models.TextField(_("text"), blank=True, max_length=5000)
    data = models.JSONField(default=dict, blank=True)
    version = models.PositiveIntegerField(default=0)
    actor = models.ForeignKey(
        "accounts.User",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("written by"),
    )
    at = models.DateTimeField(_("happened at"))

    class Meta:
        ordering = ("at", "id")
        verbose_name = _("update")
        verbose_name_plural = _("updates")
        indexes = [models.Index(fields=["report", "at"], name="update_timeline")]

    def __str__(self) -> str:
        return f"{self.report_id} {self.kind}"
