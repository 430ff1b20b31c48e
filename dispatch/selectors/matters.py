"""What wants a decision, as the report's pane shows it: what happened, and who could go instead."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from dispatch.facts import Facts
from dispatch.models import DeclineReason, Job, JobStatus
from dispatch.selectors.suggestions import Suggestion, suggestions
from districts.memberships import has_supervisor
from reports.models import Category, Matter, Report
from reports.services.matters import BROKEN_PROMISES, list_matters
from reports.timeline_words import day_and_hour
from reports.workflow import is_open


@dataclass(frozen=True, slots=True)
class OpenMatter:
    """`words` says what happened; `offer` is the next best crew, None where there is none to offer."""

    kind: Matter.Kind
    words: str
    since: datetime
    job_id: UUID
    offer: Suggestion | None


def list_open_matters(
    report: Report, jobs: Sequence[Facts], offers: Callable[[str | None], Sequence[Suggestion]]
) -> list[OpenMatter]:
    """The report's matters in order. `jobs` are all its jobs, `offers` all crews that could go, best first:
    asked for the code of the skill that a part needs, or None for the report's own category.

    A crew that has declined this report is not offered it again, and nobody one that has ended. No query of
    its own but for the matters, and where a promise was broken whether the district has a supervisor.
    """
    matters = list_matters(report)
    is_supervised = any(each.kind in BROKEN_PROMISES for each in matters) and has_supervisor(
        report.district_id
    )
    declined = {job["crew"]["id"] for job in jobs if job["status"] == JobStatus.DECLINED}
    by_id = {job["id"]: job for job in jobs}

    def shown(matter: Matter) -> OpenMatter:
        if matter.kind in BROKEN_PROMISES:
            return _broken_promise(report, matter, is_supervised)
        job = by_id.get(str(matter.about))
        able = offers(job["skill"] if job else None) if is_open(report.status) else []
        return _shown(matter, job, choose_offer(able, declined))

    return [shown(matter) for matter in matters]


def choose_offer(offers: Iterable[Suggestion], declined: Collection[str]) -> Suggestion | None:
    """The best crew against which nothing speaks and that has not declined this report before.

    `declined` are ids as text.
    """
    return next((each for each in offers if each.is_fit and str(each.crew_id) not in declined), None)


def next_best(report: Report, *, at: datetime, skill: Category | None = None) -> Suggestion | None:
    """Who could go instead; `skill` is what the job needs where that is not the report's category."""
    declined = Job.objects.filter(report=report, status=JobStatus.DECLINED).values_list("crew_id", flat=True)
    able = suggestions(report, at=at, most=None, skill=skill)
    return choose_offer(able, {str(crew_id) for crew_id in declined})


def _shown(matter: Matter, job: Facts | None, offer: Suggestion | None) -> OpenMatter:
    kind = Matter.Kind(matter.kind)
    crew = job["crew"]["name"] if job and job["crew"] else ""
    return OpenMatter(kind, _words(kind, crew, job), matter.raised_at, matter.about, offer)


def _broken_promise(report: Report, matter: Matter, is_supervised: bool) -> OpenMatter:
    """That a promised time is over; nothing is offered: whom to send is chosen below."""
    kind = Matter.Kind(matter.kind)
    unseen = kind is Matter.Kind.UNSEEN
    due_at = report.acknowledge_due_at if unseen else report.resolve_due_at
    words = (
        _("Not seen by %(when)s, as was promised.")
        if unseen
        else _("Not fixed by %(when)s, as was promised.")
    )
    told = _("The supervisors of the district are told.") if is_supervised else ""
    sentence = words % {"when": day_and_hour(due_at)}
    return OpenMatter(kind, f"{sentence} {told}".strip(), matter.raised_at, matter.about, None)


def _words(kind: Matter.Kind, crew: str, job: Facts | None) -> str:
    reason = _decline_reason(job) if job and kind is Matter.Kind.DECLINED else ""
    sentences = {
        Matter.Kind.SILENT: _("%(crew)s does not answer: not accepted in time."),
        Matter.Kind.LATE: _("%(crew)s should be there by now, and nothing is heard of it."),
        Matter.Kind.DECLINED: _("%(crew)s has declined: %(reason)s.")
        if reason
        else _("%(crew)s has declined."),
        Matter.Kind.HELP: _("%(crew)s asks for help."),
        Matter.Kind.PROOF: _("%(crew)s has finished, but the photo of the work has not come."),
    }
    return sentences[kind] % {"crew": crew, "reason": reason}


def _decline_reason(job: Facts) -> str:
    codes = [step["reason"] for step in job["steps"] if step["name"] == "decline" and step["reason"]]
    known = codes and codes[-1] in DeclineReason.values
    return str(DeclineReason(codes[-1]).label) if known else ""
