"""What the desk does about a job that got no answer: give it to another crew, or leave things as they are."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.errors import NotFound
from dispatch.models import JobStatus
from dispatch.services.assign import assign_job, reassign_job
from dispatch.views.chosen import chosen_report, go_back, read_uuid
from reports.services.matters import dismiss_matters

_CAME_TO_NOTHING = (JobStatus.DECLINED, JobStatus.OBSTRUCTED, JobStatus.CANCELLED)


@require_POST
def give(request: HttpRequest, code: str, job_id: UUID) -> HttpResponse:
    """Give the job to the crew that the button names; one that came to nothing is assigned anew."""
    user, report = chosen_report(request, code)
    job = report.jobs.filter(pk=job_id).first()
    if job is None:
        raise NotFound(_("There is no such job, or it is not yours."))
    said: dict[str, Any] = {
        "crew_id": read_uuid(request, "crew"),
        "actor": user,
        "at": timezone.now(),
        "command_id": read_uuid(request, "id"),
    }
    if job.status in _CAME_TO_NOTHING:
        assign_job(report_id=report.pk, note=job.note, **said)
    else:
        reassign_job(job_id=job.pk, **said)
    return go_back(request, report, _("Assigned."))


@require_POST
def dismiss(request: HttpRequest, code: str) -> HttpResponse:
    """The desk has seen what waited and leaves things as they are."""
    user, report = chosen_report(request, code)
    dismiss_matters(report_id=report.pk, actor=user, at=timezone.now())
    return go_back(request, report)
