"""Names kept in several languages, reading them in the person's own, and keeping the person's choice."""

from collections.abc import Mapping
from typing import TypeVar

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import get_language

Response = TypeVar("Response", bound=HttpResponse)


def localized(names: Mapping[str, str] | None, language: str | None = None) -> str:
    """The name in the language (by default the current one), else in English, else in any; "" for none."""
    if not names:
        return ""
    wanted = (language or get_language() or "en").split("-")[0]
    return names.get(wanted) or names.get("en") or next(iter(names.values()))


def offered_language(code: str) -> str:
    """The code when the interface is offered in it, else ""."""
    return code if code in dict(settings.LANGUAGES) else ""


def remember_language(response: Response, code: str) -> Response:
    """Set the language cookie to an offered language; for any other code, drop it."""
    name = settings.LANGUAGE_COOKIE_NAME
    if not offered_language(code):
        response.delete_cookie(name)
        return response
    response.set_cookie(
        name,
        code,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite=settings.LANGUAGE_COOKIE_SAMESITE,
    )
    return response
