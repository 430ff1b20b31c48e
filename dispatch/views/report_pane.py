"""What the desk's right pane shows of the chosen report."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.utils import timezone

from accounts.models import User
from dispatch.acts.act import Act, Subject
from dispatch.acts.registry import Offer, job_offers, offers_for
from dispatch.facts import Facts
from dispatch.models import Job, JobStatus
from dispatch.selectors import Suggestion, list_report_jobs, suggestions
from dispatch.selectors.came_back import find_came_back
from dispatch.selectors.crossings import list_crossings
from dispatch.selectors.matters import list_open_matters
from dispatch.selectors.presence import with_presence
from dispatch.selectors.suggestions import split
from dispatch.views.desk_matters import MatterRow, matter_row
from districts.memberships import may_dispatch
from reports.codes import format_code
from reports.models import Category, Contact, Report, ReportStatus, Update
from reports.selectors.public import timeline
from reports.views.page import pictures_of
from reports.workflow import is_open


@dataclass(frozen=True)
class JobRow:
    """A job with what may be done with it."""

    facts: Facts
    offers: list[Offer]


def report_pane(user: User, report: Report, *, act: Act | None = None) -> dict[str, Any]:
    """The template's facts; with `act` its form takes the place of what else could be done."""
    may_act = may_dispatch(user, report.district_id)
    at = timezone.now()
    jobs = with_presence(list_report_jobs(report), at=at)

    @cache
    def offers(skill: str | None) -> list[Suggestion]:
        """Who could go, the best first; `skill` is a category's code, None for the report's own."""
        needed = None if skill is None else Category.objects.get(code=skill)
        return suggestions(report, at=at, most=None, skill=needed) if may_act and act is None else []

    crews = offers(_draft_skill(jobs))
    return {
        "code": format_code(report.code),
        "may_act": may_act,
        "jobs": [_row(user, report, facts) for facts in jobs],
        "crossings": list_crossings(jobs),
        "pictures": pictures_of(report, all_photos=True),
        "all_photos": list(report.photos.all()),
        "updates": timeline(report, Update.Audience.STAFF),
        "contact": _contact(report) if may_act else None,
        **_who_goes(report, jobs, crews),
        "came_back": find_came_back(user, report, crews, at=at) if may_act else None,
        "matters": _matters(user, report, jobs, offers) if may_act else [],
        "offers": offers_for(Subject(user, report)),
        "act": act,
        "now": at,
    }


def _row(user: User, report: Report, facts: Facts) -> JobRow:
    job = Job(pk=facts["id"], status=facts["status"], version=facts["version"])
    return JobRow(facts, job_offers(Subject(user, report, job)))


def _matters(
    user: User, report: Report, jobs: list[Facts], offers: Callable[[str | None], list[Suggestion]]
) -> list[MatterRow]:
    by_id = {job["id"]: job for job in jobs}
    return [matter_row(user, report, matter, by_id) for matter in list_open_matters(report, jobs, offers)]


def _draft_skill(jobs: list[Facts]) -> str | None:
    """What the oldest draft asks for: it becomes the job of whoever is sent."""
    drafts = [job for job in jobs if job["status"] == JobStatus.DRAFT]
    oldest = min(drafts, key=lambda job: (job["times"]["created"], job["id"]), default=None)
    return oldest["skill"] if oldest else None


def _who_goes(report: Report, jobs: list[Facts], crews: list[Suggestion]) -> dict[str, Any]:
    best, others = split(crews) if _waits_for_a_crew(report, jobs) else ([], [])
    fit = (crew for crew in best if crew.is_fit)
    return {"suggestions": best, "other_crews": others, "first_choice": next(fit, None)}


def _waits_for_a_crew(report: Report, jobs: list[Facts]) -> bool:
    """Whether choosing a crew is the next thing to do."""
    on_it = any(job["crew"] and job["times"]["ended"] is None for job in jobs)
    return is_open(report.status) and report.status != ReportStatus.WAITING and not on_it


def _contact(report: Report) -> Contact | None:
    """Contacts serve the district that acts; those who only see the report don't get them."""
    contact: Contact | None = getattr(report, "contact", None)
    return contact
