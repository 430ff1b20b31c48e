"""A report follows its jobs."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from reports.models import Outcome, Report
from reports.models import ReportStatus as S
from reports.progress_table import JobFact, needs_crew, since, status_from_jobs
from reports.services.moving import move
from reports.workflow import UNDER_WAY, Party, may_move


def follow_jobs(*, report: Report, job_facts: Iterable[JobFact], actor: User | None, at: datetime) -> None:
    """Bring a locked report to the state that all its jobs ask for; nothing happens when it is there already.

    Never refuses: a job may be finished although its report was merged or ended meanwhile, and the work
    is not lost. Jobs that ended before the report was last reopened don't count. Appends to the log: a
    caller that appends too wraps both in `live.log.gathered()`.
    """
    facts = since(job_facts, report.reopened_at)
    target = status_from_jobs(facts) or S(report.status)
    crewless = target in UNDER_WAY and needs_crew(facts)
    if may_move(report.status, target, {Party.JOBS}):
        _move(report, target, crewless, actor=actor, at=at)
    elif target == report.status and crewless != report.needs_crew:
        # A fact of its jobs, told with their steps: nobody's view of the report grows stale by it.
        report.needs_crew = crewless
        report.save(update_fields=["needs_crew"])


def _move(report: Report, target: S, crewless: bool, *, actor: User | None, at: datetime) -> None:
    came_to_nothing = target is S.REJECTED
    move(
        report,
        target,
        parties={Party.JOBS},
        actor=actor,
        at=at,
        reason=_nothing_found(report) if came_to_nothing else "",
        data={"outcome": Outcome.NOTHING_FOUND.value} if came_to_nothing else None,
        needs_crew=crewless,
    )


def _nothing_found(report: Report) -> str:
    """What the resident reads, in the language of the report."""
    with translation.override(report.language or settings.LANGUAGE_CODE):
        return _(
            "The crew was there and found nothing. "
            "If it is still broken, please open the report again with a photo."
        )
