"""Small look-ups: a report by its code, a place by its name."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.errors import NotFound
from accounts.limits import limited
from districts.gazetteer import find_places
from reports.links import public_path
from reports.selectors.public import report_for_public


@require_safe
@login_not_required
@limited("read", methods=("GET", "HEAD"))
def find_report(request: HttpRequest) -> HttpResponse:
    """To the page of the code that was typed, or back with a sentence."""
    typed = request.GET.get("code", "")[:40]
    try:
        return redirect(public_path(report_for_public(typed)))
    except NotFound as unknown:
        return render(request, "reports/find.html", {"typed": typed, "unknown": unknown if typed else None})


@require_safe
@login_not_required
@limited("read", methods=("GET", "HEAD"))
def list_found_places(request: HttpRequest) -> JsonResponse:
    """`{"places": [{"key", "name", "district", "lat", "lon", "reach_m"}]}` for the words in `q`."""
    found = find_places(request.GET.get("q", "")[:200], on=timezone.localdate())
    facts = [
        {
            "key": place.key,
            "name": place.name,
            "district": place.district_name,
            "lat": place.lat,
            "lon": place.lon,
            "reach_m": place.reach_m,
        }
        for place in found
    ]
    return JsonResponse({"places": facts})
