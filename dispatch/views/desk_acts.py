"""The desk's acts over HTTP: each has a form at an address of its own, and is sent there."""

from typing import cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.errors import DomainError, NotAllowed, NotFound
from accounts.middleware import wants_json
from accounts.models import User
from dispatch.acts.act import Act, Subject
from dispatch.acts.registry import JOB_ACTS, REPORT_ACTS
from dispatch.models import Job
from dispatch.views.chosen import FieldUnreadable, chosen_report, go_back
from dispatch.views.desk import show_desk
from reports.models import Report
from reports.selectors.staff import report_for_staff


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def act_page(request: HttpRequest, code: str, act: str) -> HttpResponse:
    """The act's form in the pane of its report; sent, the act is carried out and the report is shown again.

    `template` begins its words with a reply template, and carries nothing out; what was typed stays.
    A refusal is shown in the form, which keeps what was typed and takes up the state as it is now.
    """
    user, report = chosen_report(request, code)
    return _answer(request, REPORT_ACTS[act], Subject(user, report))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def job_act_page(request: HttpRequest, code: str, job_id: UUID, act: str) -> HttpResponse:
    """The same for one of the report's jobs."""
    user, report = chosen_report(request, code)
    return _answer(request, JOB_ACTS[act], Subject(user, report, _find_job(report, job_id)))


def _find_job(report: Report, job_id: UUID) -> Job:
    job = Job.objects.filter(pk=job_id, report=report).select_related("crew", "category").first()
    if job is None:
        raise NotFound(_("There is no such job, or it is not yours."))
    return job


def _answer(request: HttpRequest, kind: type[Act], subject: Subject) -> HttpResponse:
    kind.require_person(subject)
    if request.method != "POST" or "template" in request.POST:
        begun = kind(subject, initial=request.POST.dict())
        begun.begin(request.POST or request.GET)
        return show_desk(request, subject.user, subject.report, act=begun)
    act = kind(subject, data=request.POST)
    if not act.is_valid():
        return _refuse(request, act, _first_fault(act))
    try:
        words = act.carry_out(at=timezone.now())
    except DomainError as refusal:
        return _refuse(request, act, refusal)
    return go_back(request, subject.report, words)


def _first_fault(act: Act) -> FieldUnreadable:
    field, faults = next(iter(act.errors.items()))
    return FieldUnreadable(str(faults[0]), field=field)


def _refuse(request: HttpRequest, act: Act, refusal: DomainError) -> HttpResponse:
    """As JSON where that was asked for; else the form again, in the report as it stands now."""
    if wants_json(request) or _is_not_theirs(refusal):
        raise refusal
    user = cast(User, request.user)
    report = report_for_staff(user, act.subject.report.code)
    act.take_up(report, refusal)
    return show_desk(request, user, report, act=act, status=refusal.http_status)


def _is_not_theirs(refusal: DomainError) -> bool:
    return isinstance(refusal, NotAllowed | NotFound) and refusal.field is None
