"""Finished work that a person looks at again."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from dispatch.models.job import Job


class ProofReview(models.Model):
    """That the proof of a finished job is to be looked at, why, and what came of it. One for each job.

    `reasons` are the marks of its proofs (`dispatch.proof_marks.Mark`); none: it is one of the sample.
    """

    class Verdict(models.TextChoices):
        ACCEPTED = "accepted", _("accepted")
        SENT_BACK = "sent_back", _("sent back")

    job = models.OneToOneField(Job, on_delete=models.CASCADE, related_name="review")
    reasons = models.JSONField(_("reasons"), default=list)
    raised_at = models.DateTimeField(_("raised at"))
    verdict = models.CharField(_("verdict"), max_length=10, choices=Verdict.choices, blank=True)
    note = models.TextField(_("words to the crew"), max_length=1000, blank=True)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ("raised_at", "id")
        verbose_name = _("look at a proof")
        verbose_name_plural = _("looks at proofs")
        indexes = [
            models.Index(fields=["raised_at"], name="proof_review_waiting", condition=models.Q(verdict=""))
        ]
        constraints = [
            models.CheckConstraint(
                name="proof_review_decided_time",
                condition=models.Q(verdict="", decided_at__isnull=True)
                | (~models.Q(verdict="") & models.Q(decided_at__isnull=False)),
            )
        ]

    def __str__(self) -> str:
        return str(self.job_id)
