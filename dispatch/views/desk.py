"""`/desk/`: the queue, the map and the chosen report beside each other."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import User
from dispatch.selectors import list_report_jobs, suggestions
from dispatch.selectors.matters import list_open_matters
from dispatch.selectors.presence import with_presence
from dispatch.selectors.suggestions import AT_MOST
from dispatch.views.desk_queue import queue_facts
from dispatch.views.desks import find_desk, list_desks, require_desk
from dispatch.workflow import Taker, list_allowed
from districts.memberships import may_dispatch
from districts.models import District
from reports.codes import format_code
from reports.models import Category, Contact, Report, Update, Urgency
from reports.selectors.public import timeline
from reports.selectors.staff import report_for_staff
from reports.views.page import pictures_of

_OF_QUEUE = ("queue", "rows")


@require_safe
@never_cache
def desk_page(request: HttpRequest, code: str = "") -> HttpResponse:
    """The desk, with the report of the code chosen; `?part=` queue, rows or report gives that part alone."""
    user = require_desk(request)
    report = report_for_staff(user, code) if code else None
    district = _chosen_district(request, user, report)
    part = request.GET.get("part")
    facts: dict[str, Any] = {"district": district, "report": report}
    if part != "report":
        facts |= queue_facts(request, user, district)
    if report and part not in _OF_QUEUE:
        facts |= report_pane(user, report)
    names = {part: f"parts/desk_{part}" for part in (*_OF_QUEUE, "report")}
    return render(request, f"dispatch/{names.get(part or '', 'desk')}.html", facts)


def _chosen_district(request: HttpRequest, user: User, report: Report | None) -> District:
    given = request.GET.get("district", "")
    if given or report is None:
        return find_desk(user, given)
    desks = list_desks(user)
    return next((district for district in desks if district.pk == report.district_id), desks[0])


def report_pane(user: User, report: Report) -> dict[str, Any]:
    """All that the right pane shows; what may be done follows the person's role in the district."""
    may_act = may_dispatch(user, report.district_id)
    takers = {Taker.DISPATCHER} if may_act else set()
    at = timezone.now()
    jobs = with_presence(list_report_jobs(report), at=at)
    offers = suggestions(report, at=at, most=None) if may_act else []
    return {
        "code": format_code(report.code),
        "may_act": may_act,
        "is_own": report.district in list_desks(user),
        "jobs": [job | {"allowed": list_allowed(job["status"], takers)} for job in jobs],
        "pictures": pictures_of(report, all_photos=True),
        "all_photos": list(report.photos.all()),
        "updates": timeline(report, Update.Audience.STAFF),
        "contact": _contact(report) if may_act else None,
        "suggestions": offers[:AT_MOST],
        "matters": list_open_matters(report, jobs, offers) if may_act else [],
        "categories": Category.objects.filter(Q(is_active=True) | Q(pk=report.category_id))
        if may_act
        else [],
        "urgencies": Urgency.choices,
        "now": at,
    }


def _contact(report: Report) -> Contact | None:
    """Contacts serve the district that acts; those who only see the report don't get them."""
    contact: Contact | None = getattr(report, "contact", None)
    return contact
