"""Language of the person, second factor of staff, and refusals as pages."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.middleware.locale import LocaleMiddleware
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import second_factor
from accounts.errors import DomainError

GetResponse = Callable[[HttpRequest], HttpResponse]


class LanguageMiddleware(LocaleMiddleware):
    """Django's: the language cookie, then what the browser asks for, then the city's own."""


class SecondFactorMiddleware:
    """Staff without a verified second factor sees nothing but the pages that set it up or ask for it.

    A request without a session cookie costs no query here.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        if not getattr(view, "second_factor_required", True) or not request.session.session_key:
            return None
        if not second_factor.is_owed(request.user, request.session):
            return None
        return _ask_for_second_factor(request)


class DomainErrorMiddleware:
    """Turns a refusal that a page did not handle into a page, or JSON, with its status and its words."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return refuse(request, error) if isinstance(error, DomainError) else None


def refuse(request: HttpRequest, error: DomainError) -> HttpResponse:
    """The refusal in the form that the client asked for."""
    if wants_json(request):
        response: HttpResponse = JsonResponse(error.as_json(), status=error.http_status)
    else:
        response = render(request, "refused.html", {"error": error}, status=error.http_status)
    if "retry_after_s" in error.data:
        response["Retry-After"] = str(error.data["retry_after_s"])
    return response


def wants_json(request: HttpRequest) -> bool:
    """Whether the client prefers JSON to a page; the API always does."""
    if request.path.startswith(settings.API_PREFIX):
        return True
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def _ask_for_second_factor(request: HttpRequest) -> HttpResponse:
    if wants_json(request):
        words = _("You are signed in, but the second factor is missing. Open the sign-in page to give it.")
        return refuse(request, second_factor.SecondFactorOwed(words))
    page = reverse("accounts:second-factor-check")
    if request.method != "GET":
        return HttpResponseRedirect(page)
    return HttpResponseRedirect(f"{page}?{urlencode({'next': request.get_full_path()})}")
