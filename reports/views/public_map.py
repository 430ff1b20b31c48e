"""`/map/`: what is known, as a map and as a list."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.limits import limited
from reports.selectors.public import public_reports

_LISTED = 40


@require_safe
@login_not_required
@limited("read", methods=("GET", "HEAD"))
def public_map(request: HttpRequest) -> HttpResponse:
    """The newest public reports as a list beside the map of them all."""
    newest = public_reports().prefetch_related("photos").order_by("-received_at")[:_LISTED]
    return render(request, "reports/map.html", {"reports": newest})
