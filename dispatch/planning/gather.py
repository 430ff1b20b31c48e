"""What a district asks: who works, what its crews have, and what waits for a crew."""

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q

from dispatch.models import OPEN_JOB_STATUSES, Job, JobStatus
from dispatch.planning.crews import read_crews
from dispatch.planning.numbering import Numbering
from dispatch.planning.question import Question
from reports.models import Report
from reports.models import ReportStatus as S

# Of what waits.
MOST_TASKS = 300


def ask(district_id: int, *, at: datetime, with_unseen: bool = False, only: Report | None = None) -> Question:
    """The question as it stands. `only`: beside the jobs of today nothing but this report. Ten queries."""
    crews = read_crews(district_id, at)
    reports = _waiting(district_id, with_unseen) if only is None else Report.objects.filter(pk=only.pk)
    drafts, bare = _most_urgent(_drafts(district_id, only), _without_job(reports))
    return Numbering(crews, district_id, at).ask(drafts, bare)


def _most_urgent(drafts: Any, reports: Any) -> tuple[list[Job], list[Report]]:
    """Jobs and reports of those that come first: no job takes the place of a report that can wait less."""
    waiting: list[tuple[Report, Job | None]] = [(job.report, job) for job in drafts[:MOST_TASKS]]
    waiting += [(report, None) for report in reports[:MOST_TASKS]]
    waiting.sort(key=lambda each: (-each[0].urgency, each[0].resolve_due_at))
    first = waiting[:MOST_TASKS]
    return [job for _, job in first if job], [report for report, job in first if job is None]


def _drafts(district_id: int, only: Report | None) -> Any:
    """Jobs that wait for a crew, whoever has the other parts of their reports."""
    drafts = Job.objects.filter(status=JobStatus.DRAFT, crew=None, report__district=district_id)
    held = Q(report__status=S.WAITING) | Q(report__status=S.RECEIVED, report__is_uncertain=True)
    wanted = drafts.exclude(held) if only is None else drafts.filter(report=only)
    in_order = ("-report__urgency", "report__resolve_due_at", "report", "created_at", "pk")
    return wanted.select_related("report").order_by(*in_order)


def _waiting(district_id: int, with_unseen: bool) -> Any:
    """Reports for which somebody must be sent: what was seen, or is open again."""
    wanted = Q(status__in=[S.ACKNOWLEDGED, S.REOPENED])
    if with_unseen:
        wanted |= Q(status=S.RECEIVED, is_uncertain=False)
    return Report.objects.filter(wanted, district=district_id)


def _without_job(reports: Any) -> Any:
    jobs = Job.objects.filter(report=OuterRef("pk"), status__in=OPEN_JOB_STATUSES)
    return reports.exclude(Exists(jobs)).order_by("-urgency", "resolve_due_at", "pk")
