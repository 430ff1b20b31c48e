"""`/desk/`: the queue, the map and the chosen report beside each other."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.errors import NotAllowed, NotFound
from accounts.models import User
from dispatch.selectors import list_report_jobs, suggestions
from dispatch.selectors.desk import Tab, desk_points, desk_queue
from dispatch.selectors.matters import list_open_matters
from dispatch.selectors.presence import with_presence
from dispatch.selectors.suggestions import AT_MOST
from dispatch.workflow import Taker, list_allowed
from districts.memberships import DESK_ROLES, may_dispatch, memberships_of
from districts.models import District, Role
from reports.codes import format_code
from reports.models import Category, Contact, Report, Update, Urgency
from reports.selectors.public import timeline
from reports.selectors.staff import report_for_staff
from reports.views.page import pictures_of


def require_desk(request: HttpRequest) -> User:
    """The person, who works at a desk of some district. Raises NotAllowed."""
    if not isinstance(request.user, User) or not list_desks(request.user):
        raise NotAllowed(_("The desk is for dispatchers. Ask your administrator to add you to a district."))
    return request.user


def list_desks(user: User) -> list[District]:
    """The districts at whose desk the person works, in the city's order; kept on the user for the request."""
    kept: list[District] | None = getattr(user, "_desks", None)
    if kept is None:
        kept = _read_desks(user)
        user._desks = kept  # type: ignore[attr-defined]
    return kept


def _read_desks(user: User) -> list[District]:
    own = memberships_of(user)
    districts = District.objects.order_by("position", "code")
    if own.is_administrator:
        return list(districts)
    ids = {pk for role in (*DESK_ROLES, Role.OPERATOR) for pk in own.districts(role)}
    return list(districts.filter(pk__in=ids)) if ids else []


@require_safe
@never_cache
def desk_page(request: HttpRequest, code: str = "") -> HttpResponse:
    """The desk, with the report of the code chosen; `?part=queue` or `?part=report` gives that pane alone."""
    user = require_desk(request)
    report = report_for_staff(user, code) if code else None
    district = _chosen_district(user, request.GET.get("district", ""), report)
    part = request.GET.get("part")
    facts: dict[str, Any] = {"district": district, "report": report, "tab": _tab(request)}
    if part != "report":
        facts |= _queue_facts(request, user, district)
    if report and part != "queue":
        facts |= report_pane(user, report)
    names = {"queue": "parts/desk_queue", "report": "parts/desk_report"}
    return render(request, f"dispatch/{names.get(part or '', 'desk')}.html", facts)


def _chosen_district(user: User, code: str, report: Report | None) -> District:
    desks = list_desks(user)
    if code:
        found = next((district for district in desks if district.code == code), None)
        if found is None:
            raise NotFound(_("There is no such district, or its desk is not yours."))
        return found
    own = {district.pk: district for district in desks}
    return own.get(report.district_id, desks[0]) if report else desks[0]


def _tab(request: HttpRequest) -> Tab:
    given = request.GET.get("tab", "")
    return Tab(given) if given in Tab.values else Tab.WAITING


def _queue_facts(request: HttpRequest, user: User, district: District) -> dict[str, Any]:
    at = timezone.now()
    words = request.GET.get("q", "")[:100].strip()
    queue = desk_queue(district, tab=_tab(request), text=words, after=request.GET.get("after", ""), at=at)
    return {
        "desks": list_desks(user),
        "queue": queue,
        "words": words,
        "points": desk_points(queue.rows),
        "now": at,
    }


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
