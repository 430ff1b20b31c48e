"""Whose a report is, said by a person."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from reports.models.report import Report


class BorderDecision(models.Model):
    """One decision about the district responsible: append-only, so that the whole history stays.

    `routing` is the trace that stood before it, `was_uncertain` whether two districts could be meant until
    then. `reason` is read by staff of both sides.
    """

    class Kind(models.TextChoices):
        KEPT = "kept", _("it is ours")
        HANDED_OVER = "handed_over", _("handed over")
        TAKEN_OVER = "taken_over", _("taken over")
        CORRECTED = "corrected", _("pin or category corrected")

    report = models.ForeignKey(
        Report, on_delete=models.CASCADE, related_name="border_decisions", db_index=False
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    from_district = models.ForeignKey("districts.District", on_delete=models.PROTECT, related_name="+")
    to_district = models.ForeignKey("districts.District", on_delete=models.PROTECT, related_name="+")
    was_uncertain = models.BooleanField()
    routing = models.JSONField(default=dict)
    reason = models.TextField(_("reason"), blank=True, max_length=2000)
    actor = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ("at", "id")
        verbose_name = _("decision at the border")
        verbose_name_plural = _("decisions at the border")
        indexes = [models.Index(fields=["report", "at"], name="border_decision_order")]
        constraints = [
            models.CheckConstraint(
                name="border_kept_stays",
                condition=~models.Q(kind="kept") | models.Q(from_district=models.F("to_district")),
            ),
            models.CheckConstraint(
                name="border_move_moves",
                condition=~models.Q(kind__in=["handed_over", "taken_over"])
                | ~models.Q(from_district=models.F("to_district")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.kind}"
