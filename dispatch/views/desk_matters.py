"""What waits for a decision at the desk: how it goes on is an act, and nothing is one too."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.models import User
from dispatch.acts.act import Subject, address_of
from dispatch.acts.jobs import Reassign
from dispatch.acts.sending import Assign
from dispatch.facts import Facts
from dispatch.models import Job
from dispatch.selectors.matters import OpenMatter
from dispatch.views.chosen import chosen_report, go_back
from reports.models import Report
from reports.services.matters import dismiss_matters


@dataclass(frozen=True)
class MatterRow:
    """A matter with the act that gives its work to the crew on offer; `address` is where that is sent."""

    matter: OpenMatter
    address: str
    version: int
    note: str


def matter_row(user: User, report: Report, matter: OpenMatter, jobs: dict[str, Facts]) -> MatterRow:
    """A job that is still somebody's goes to another crew; for one that came to nothing one is sent."""
    facts = jobs.get(str(matter.job_id))
    subject = Subject(user, report)
    if facts is not None:
        job = Job(pk=facts["id"], status=facts["status"], version=facts["version"])
        of_job = Subject(user, report, job)
        if Reassign.is_offered(of_job):
            return MatterRow(matter, address_of(Reassign, of_job), of_job.version, "")
    return MatterRow(matter, address_of(Assign, subject), subject.version, facts["note"] if facts else "")


@require_POST
def dismiss(request: HttpRequest, code: str) -> HttpResponse:
    """The desk has seen what waited and leaves things as they are."""
    user, report = chosen_report(request, code)
    dismiss_matters(report_id=report.pk, actor=user, at=timezone.now())
    return go_back(request, report)
