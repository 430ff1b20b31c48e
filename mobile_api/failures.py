"""What is told when Django refuses or fails: JSON below the API's prefix, the site's pages elsewhere."""

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views import defaults

from accounts.middleware import wants_json
from mobile_api.refusals import BodyTooLarge


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig) and not wants_json(request):
        return render(request, "refused.html", {"error": BodyTooLarge()}, status=BodyTooLarge.http_status)
    if not _is_api(request):
        return defaults.bad_request(request, exception)
    return _told(400, "unreadable", _("The request can't be read. Nothing was kept; please send it again."))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if not _is_api(request):
        return defaults.page_not_found(request, exception)
    return _told(404, "not_found", _("There is nothing here, or it is not yours to see."))


def server_error(request: HttpRequest) -> HttpResponse:
    if not _is_api(request):
        return defaults.server_error(request)
    return _told(
        500, "our_fault", _("Something broke on our side. Please send the same request again later.")
    )


def _is_api(request: HttpRequest) -> bool:
    return request.path.startswith(settings.API_PREFIX)


def _told(status: int, code: str, detail: str, **facts: Any) -> JsonResponse:
    return JsonResponse({"code": code, "detail": detail, **facts}, status=status)
