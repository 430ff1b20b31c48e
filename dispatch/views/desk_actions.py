"""What a dispatcher does with a report: each a form, each one service call, then back to the report."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.errors import DomainError, NotFound
from accounts.models import User
from dispatch.services.assign import assign_job, cancel_job
from dispatch.views.desks import require_desk
from reports.codes import format_code
from reports.models import Report
from reports.selectors.staff import report_for_staff
from reports.services.correct import correct_report
from reports.services.photos import release_photo, withhold_photo
from reports.services.states import (
    acknowledge_report,
    refer_report,
    reject_report,
    resume_report,
    wait_for_resident,
)
from reports.services.visibility import hide_report, make_private, make_public
from reports.services.words import comment_on_report, note_on_report


class FieldUnreadable(DomainError):
    """A form's field can't be read."""

    code = "invalid"
    http_status = 422


@require_POST
def assign(request: HttpRequest, code: str) -> HttpResponse:
    """Assign the report to the crew that the button names."""
    user, report = chosen_report(request, code)
    assign_job(
        report_id=report.pk,
        crew_id=read_uuid(request, "crew"),
        actor=user,
        at=timezone.now(),
        command_id=read_uuid(request, "id"),
        note=request.POST.get("note", ""),
    )
    return go_back(request, report, _("Assigned."))


@require_POST
def cancel(request: HttpRequest, code: str, job_id: UUID) -> HttpResponse:
    """Take the job back from its crew."""
    user, report = chosen_report(request, code)
    if not report.jobs.filter(pk=job_id).exists():
        raise NotFound(_("There is no such job, or it is not yours."))
    reason = request.POST.get("reason", "")
    cancel_job(job_id=job_id, actor=user, at=timezone.now(), command_id=uuid4(), reason=reason)
    return go_back(request, report, _("The crew does not have this job any more."))


@require_POST
def correct(request: HttpRequest, code: str) -> HttpResponse:
    """Correct category, pin or urgency; what is empty stays. The district may change with it."""
    user, report = chosen_report(request, code)
    lat, lon = _number(request, "lat"), _number(request, "lon")
    corrected = correct_report(
        report_id=report.pk,
        actor=user,
        at=timezone.now(),
        category=request.POST.get("category") or None,
        point=None if lat is None or lon is None else (lon, lat),
        urgency=_whole(request, "urgency"),
        reason=request.POST.get("reason", ""),
        version=_whole(request, "version"),
    )
    if corrected.district_id != report.district_id:
        words = _("Corrected. It is now with %(district)s.") % {"district": corrected.district.name}
        return go_back(request, corrected, words)
    return go_back(request, corrected, _("Corrected."))


@require_POST
def show_photo(request: HttpRequest, code: str, photo_id: UUID, verb: str) -> HttpResponse:
    """Release the photo to the public, or withhold it again."""
    user, report = chosen_report(request, code)
    if not report.photos.filter(pk=photo_id).exists():
        raise NotFound(_("There is no such photo."))
    service = {"release": release_photo, "withhold": withhold_photo}[verb]
    service(photo_id=photo_id, actor=user, at=timezone.now())
    return go_back(request, report)


@require_POST
def change_state(request: HttpRequest, code: str, verb: str) -> HttpResponse:
    """One of the verbs below, with the words of the form."""
    user, report = chosen_report(request, code)
    service, fields = VERBS[verb]
    words = {name: request.POST.get(field, "") for name, field in fields.items()}
    service(report_id=report.pk, actor=user, at=timezone.now(), **words)
    return go_back(request, report)


# Each verb of the desk: its service, and the service's words by the form's field that holds them.
VERBS: dict[str, tuple[Callable[..., Any], dict[str, str]]] = {
    "acknowledge": (acknowledge_report, {}),
    "reject": (reject_report, {"reason": "text"}),
    "refer": (refer_report, {"body": "body", "reason": "text"}),
    "ask": (wait_for_resident, {"question": "text"}),
    "resume": (resume_report, {}),
    "comment": (comment_on_report, {"text": "text"}),
    "note": (note_on_report, {"text": "text"}),
    "hide": (hide_report, {"reason": "text"}),
    "make-private": (make_private, {"reason": "text"}),
    "make-public": (make_public, {"reason": "text"}),
}


def chosen_report(request: HttpRequest, code: str) -> tuple[User, Report]:
    user = require_desk(request)
    return user, report_for_staff(user, code)


def go_back(request: HttpRequest, report: Report, words: str = "") -> HttpResponse:
    """Back to the report; to a script that asked for JSON, only that it is done."""
    if "application/json" in request.headers.get("Accept", ""):
        return HttpResponse(status=204)
    if words:
        messages.success(request, words)
    return redirect("dispatch:desk-report", code=format_code(report.code))


def read_uuid(request: HttpRequest, field: str) -> UUID:
    try:
        return UUID(request.POST.get(field, ""))
    except ValueError as error:
        raise FieldUnreadable(_("This is not an id."), field=field) from error


def _number(request: HttpRequest, field: str) -> float | None:
    raw = request.POST.get(field, "").strip().replace(",", ".")[:40]
    try:
        return float(raw) if raw else None
    except ValueError as error:
        raise FieldUnreadable(_("This is not a number."), field=field) from error


def _whole(request: HttpRequest, field: str) -> int | None:
    raw = request.POST.get(field, "").strip()
    if not raw:
        return None
    if not raw.isdecimal() or len(raw) > 9:
        raise FieldUnreadable(_("This is not a number."), field=field)
    return int(raw)
