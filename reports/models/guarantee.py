"""What a report tells of beside a guaranteed repair, said by the desk."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from reports.models.report import Report


class AnotherThing(models.Model):
    """The report tells of another thing than what was `repaired` near it: it is no case of that guarantee.

    `reason` is read by staff. Taken back, the row goes; both are lines of the report's timeline.
    """

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="other_things", db_index=False)
    repaired = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="+", db_index=False)
    reason = models.TextField(_("reason"), blank=True, max_length=2000)
    actor = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ("at", "id")
        verbose_name = _("another thing than the repaired one")
        verbose_name_plural = _("other things than the repaired ones")
        constraints = (models.UniqueConstraint(fields=["report", "repaired"], name="another_thing_once"),)

    def __str__(self) -> str:
        return f"{self.report_id} is not {self.repaired_id}"
