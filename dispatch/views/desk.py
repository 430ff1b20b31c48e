"""`/desk/`: the queue, the map and the chosen report beside each other."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import User
from dispatch.acts.act import Act
from dispatch.views.desk_queue import queue_facts
from dispatch.views.desk_views import first_address
from dispatch.views.desks import find_desk, list_desks, require_desk
from dispatch.views.report_pane import report_pane
from districts.models import District
from reports.models import Report
from reports.selectors.staff import report_for_staff

_OF_QUEUE = ("queue", "rows")


@require_safe
@never_cache
def desk_page(request: HttpRequest, code: str = "") -> HttpResponse:
    """The desk, with the report of the code chosen; `?part=` queue, rows or report gives that part alone."""
    user = require_desk(request)
    if not code and not request.GET and (first := first_address(user, find_desk(user, ""))):
        return redirect(first)
    return show_desk(request, user, report_for_staff(user, code) if code else None)


def show_desk(
    request: HttpRequest, user: User, report: Report | None, *, act: Act | None = None, status: int = 200
) -> HttpResponse:
    """The page, or the part of it that was asked for; with `act` its form is open in the report's pane."""
    district = _chosen_district(request, user, report)
    part = request.GET.get("part")
    facts: dict[str, Any] = {"district": district, "report": report}
    if part != "report":
        facts |= queue_facts(request, user, district)
    if report and part not in _OF_QUEUE:
        facts |= report_pane(user, report, act=act) | {"is_own": report.district in list_desks(user)}
    names = {part: f"parts/desk_{part}" for part in (*_OF_QUEUE, "report")}
    return render(request, f"dispatch/{names.get(part or '', 'desk')}.html", facts, status=status)


def _chosen_district(request: HttpRequest, user: User, report: Report | None) -> District:
    given = request.GET.get("district", "")
    if given or report is None:
        return find_desk(user, given)
    desks = list_desks(user)
    return next((district for district in desks if district.pk == report.district_id), desks[0])
