"""A report follows its jobs."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from reports.models import Outcome, Report
from reports.models import ReportStatus as S
from reports.progress_table import JobFact, since, status_from_jobs
from reports.services.changing import changing
from reports.services.moving import move
from reports.workflow import Party, may_move


def follow_jobs(*, report_id: int, job_facts: Iterable[JobFact], actor: User | None, at: datetime) -> Report:
    """Bring the report to the state that all its jobs ask for; nothing happens when it is there already.

    Never refuses: a job may be finished although its report was merged or ended meanwhile, and the work
    is not lost. Jobs that ended before the report was last reopened don't count. Appends to the log: a
    caller that appends too wraps both in `live.log.gathered()`.
    """
    with changing(report_id) as report:
        target = _target(report, job_facts)
        if target is not None:
            data = {"outcome": Outcome.NOTHING_FOUND.value} if target is S.REJECTED else None
            reason = _nothing_found(report) if target is S.REJECTED else ""
            move(report, target, parties={Party.JOBS}, actor=actor, at=at, reason=reason, data=data)
    return report


def _target(report: Report, job_facts: Iterable[JobFact]) -> S | None:
    target = status_from_jobs(since(job_facts, report.reopened_at))
    if target is None or not may_move(report.status, target, {Party.JOBS}):
        return None
    return target


def _nothing_found(report: Report) -> str:
    """What the resident reads, in the language of the report."""
    with translation.override(report.language or settings.LANGUAGE_CODE):
        return _(
            "The crew was there and found nothing. "
            "If it is still broken, please open the report again with a photo."
        )
