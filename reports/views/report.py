"""`/r/<code>/`: what everyone may know of a report."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.limits import limited
from reports.links import public_path
from reports.selectors.public import report_for_public
from reports.views.page import page_facts


@require_safe
@login_not_required
@limited("read", methods=("GET", "HEAD"))
def report_page(request: HttpRequest, code: str) -> HttpResponse:
    """The public page. An unknown or private code is a 404; another spelling leads to its one address."""
    report = report_for_public(code)
    if request.path != public_path(report):
        return redirect(public_path(report))
    return render(request, "reports/report.html", page_facts(report, all_photos=False))
