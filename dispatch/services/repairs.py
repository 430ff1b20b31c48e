"""Recording who repaired what a report told of."""

from datetime import datetime

from dispatch.models import Job, JobStatus, Repair
from reports.models import Outcome, Report


def record_repair(report: Report, *, at: datetime) -> None:
    """Note the crew that fixed it last since it was opened again. The report's row is locked by the caller.

    Where several crews fixed parts of it, the last answers for the whole. Repeating it changes nothing.
    """
    fixed = Job.objects.filter(report=report, status=JobStatus.DONE, outcome=Outcome.FIXED)
    if report.reopened_at is not None:
        fixed = fixed.filter(ended_at__gt=report.reopened_at)
    job = fixed.filter(crew__isnull=False).order_by("-ended_at", "-created_at").first()
    if job is not None and job.crew_id is not None:
        Repair.objects.bulk_create(
            [Repair(report=report, job=job, crew_id=job.crew_id, at=at)],
            update_conflicts=True,
            unique_fields=["report"],
            update_fields=["job", "crew", "at"],
        )
