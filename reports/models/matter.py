"""What wants a decision of the desk."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from reports.models.report import Report


class Matter(models.Model):
    """A reason why somebody at the desk has to decide how a report goes on. Each is raised once.

    `about` is the id of the job that it comes from, or of the note that a promised time is over. It is
    settled by whoever decides, or by the job itself when it moves on. `Report.undecided_since` is the oldest
    open one's time.
    """

    class Kind(models.TextChoices):
        SILENT = "silent", _("no answer from the crew")
        LATE = "late", _("not heard of on the way")
        DECLINED = "declined", _("declined by the crew")
        HELP = "help", _("the crew asks for help")
        PROOF = "proof", _("the photo of the work has not come")
        UNSEEN = "unseen", _("not seen by the promised time")
        OVERDUE = "overdue", _("not fixed by the promised time")

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="matters", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    about = models.UUIDField()
    raised_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ("raised_at", "id")
        constraints = [
            models.UniqueConstraint(fields=["report", "kind", "about"], name="matter_once"),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.kind}"
