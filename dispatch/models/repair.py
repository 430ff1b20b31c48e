"""Who repaired what."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from dispatch.models.crew import Crew
from dispatch.models.job import Job
from reports.models import Report


class Repair(models.Model):
    """The crew that brought a report to "fixed", and answers for it until `Report.guarantee_until`.

    One for each report: repaired anew, it is the latest. While the report is open again it is nobody's word
    any more: the guarantee's day is then empty.
    """

    report = models.OneToOneField(Report, on_delete=models.CASCADE, primary_key=True, related_name="repair")
    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="+", db_index=False)
    crew = models.ForeignKey(Crew, on_delete=models.PROTECT, related_name="repairs", verbose_name=_("crew"))
    at = models.DateTimeField(_("repaired at"))

    class Meta:
        verbose_name = _("repair")
        verbose_name_plural = _("repairs")

    def __str__(self) -> str:
        return f"{self.report_id} {self.crew_id}"
