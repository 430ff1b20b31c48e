"""`/r/<code>/mine/<token>/`: the private link of the one who reported: confirm, reopen, answer."""

from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.errors import DomainError
from accounts.limits import limited
from accounts.models import User
from reports.links import private_address, private_path
from reports.models import PhotoRole, Report
from reports.selectors.public import report_for_token
from reports.services.resident import confirm_report, reopen_report
from reports.services.states import resume_report
from reports.views.page import page_facts
from reports.views.sending import reader_of, take_photos


@require_safe
@never_cache
@login_not_required
@limited("read", methods=("GET", "HEAD"))
def my_report(request: HttpRequest, code: str, token: str) -> HttpResponse:
    """The page as its sender sees it: own photos, the link to keep, the answer to "is it fixed?"."""
    report = report_for_token(code, token)
    facts = page_facts(report, all_photos=True)
    return render(
        request,
        "reports/report.html",
        facts | {"mine": True, "token": token, "link": private_address(report), "answer_id": uuid4()},
    )


@require_POST
@login_not_required
@limited("report")
def confirm(request: HttpRequest, code: str, token: str) -> HttpResponse:
    """Yes, it is fixed. Said twice it is said once."""
    report = report_for_token(code, token)
    confirm_report(report_id=report.pk, actor=reader_of(request), token=token, at=timezone.now())
    messages.success(request, _("Thank you! The report is closed."))
    return _back(report)


@require_POST
@login_not_required
@limited("report")
def reopen(request: HttpRequest, code: str, token: str) -> HttpResponse:
    """No, it is not: open again, with a photo and words where they are given."""
    report = report_for_token(code, token)
    at = timezone.now()
    photos, refused = take_photos(request, PhotoRole.REOPENING, at=at)
    for refusal in refused:
        messages.warning(request, refusal)
    try:
        reopen_report(
            report_id=report.pk,
            actor=reader_of(request),
            token=token,
            text=request.POST.get("text", ""),
            photo_ids=[photo.id for photo in photos],
            at=at,
        )
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("It is open again, and the district has been told."))
    return _back(report)


@require_POST
@login_not_required
@limited("report")
def answer(request: HttpRequest, code: str, token: str) -> HttpResponse:
    """The answer to what the district asked; its clock runs on."""
    report = report_for_token(code, token)
    resume_report(
        report_id=report.pk,
        actor=request.user if isinstance(request.user, User) else None,
        token=token,
        answer=request.POST.get("text", ""),
        at=timezone.now(),
    )
    messages.success(request, _("Thank you! The district goes on with it."))
    return _back(report)


def _back(report: Report) -> HttpResponseRedirect:
    return redirect(private_path(report))
