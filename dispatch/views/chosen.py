"""What every form of the desk shares: the report of the address, the way back to it, and reading ids."""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.middleware import wants_json
from accounts.models import User
from dispatch.views.desks import require_desk
from reports.codes import format_code
from reports.models import Report
from reports.selectors.staff import report_for_staff


class FieldUnreadable(DomainError):
    """A field of the form is missing or can't be read."""

    code = "invalid"
    http_status = 422


def chosen_report(request: HttpRequest, code: str) -> tuple[User, Report]:
    """Who acts, and the report of the address. Raises NotAllowed and NotFound."""
    user = require_desk(request)
    return user, report_for_staff(user, code)


def go_back(request: HttpRequest, report: Report, words: str = "") -> HttpResponse:
    """Back to the report, or to the border desk; to a script, which draws it itself, only that it is done."""
    if wants_json(request) or request.GET.get("part"):
        return HttpResponse(status=204)
    if words:
        messages.success(request, words)
    if request.POST.get("from") == "border":
        return redirect(f"{reverse('dispatch:border')}?{urlencode({'district': request.POST.get('at', '')})}")
    return redirect("dispatch:desk-report", code=format_code(report.code))


def read_uuid(request: HttpRequest, field: str) -> UUID:
    try:
        return UUID(request.POST.get(field, ""))
    except ValueError as error:
        raise FieldUnreadable(_("This is not an id."), field=field) from error
