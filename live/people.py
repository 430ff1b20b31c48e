"""Who is at the other end of a socket."""

from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import auth
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, parse_cookie
from django.http.request import split_domain_port, validate_host
from django.utils import translation
from django_otp.middleware import OTPMiddleware

from accounts.models import User
from accounts.tokens import user_for_token
from live.registry import Person

Scope = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Credential:
    """What a socket was opened with; looked at again while it is open."""

    token: str | None
    session_key: str | None


@dataclass(frozen=True, slots=True)
class Reader:
    """The person, the device they named, the language they read and what proves who they are."""

    user: Person
    device: str
    language: str
    credential: Credential

    @property
    def signed_in(self) -> bool:
        return self.user.is_authenticated


def identify(credential: Credential, *, at: datetime) -> Person | None:
    """The person; anonymous with no credential or a session that is over; None for an invalid token."""
    if credential.token is not None:
        return user_for_token(credential.token, at=at)
    if credential.session_key is not None:
        return _user_of_session(credential.session_key)
    return AnonymousUser()


def _user_of_session(session_key: str) -> Person:
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    user = auth.get_user(request)
    return _with_second_factor(request, user) if isinstance(user, User) else AnonymousUser()


def _with_second_factor(request: HttpRequest, user: User) -> Person:
    """The same user, who now knows whether the session passed the second factor."""
    request.user = user
    OTPMiddleware(lambda _: HttpResponse())(request)
    bool(request.user.is_authenticated)  # evaluates the lazy user, which marks the real one
    return user


def language_of(user: Person, wanted: str | None) -> str:
    """The language asked for, else the person's own, else the city's, among those there are."""
    for code in (wanted, getattr(user, "language", "")):
        try:
            return translation.get_supported_language_variant(code or "")
        except LookupError:
            continue
    return settings.LANGUAGE_CODE


def header(scope: Scope, name: bytes) -> str:
    values = [value.decode("latin-1") for key, value in scope["headers"] if key == name]
    return values[0] if values else ""


def session_key(scope: Scope) -> str | None:
    return parse_cookie(header(scope, b"cookie")).get(settings.SESSION_COOKIE_NAME) or None


def is_own_origin(scope: Scope) -> bool | None:
    """Whether a page of this server opened the socket; None when no browser page did."""
    origin = header(scope, b"origin").lower()
    if not origin:
        return None
    if origin in {settings.BASE_URL.lower(), *settings.CSRF_TRUSTED_ORIGINS}:
        return True
    return _is_same_host(urlsplit(origin).netloc, header(scope, b"host").lower()) and (
        not settings.SECURE or origin.startswith("https://")
    )


def _is_same_host(origin_host: str, host: str) -> bool:
    return origin_host == host and validate_host(split_domain_port(host)[0], settings.ALLOWED_HOSTS)


def address(scope: Scope) -> str:
    """The client's address, through as many proxies of our own as MAHALA_TRUSTED_PROXIES says."""
    forwarded = [part.strip() for part in header(scope, b"x-forwarded-for").split(",") if part.strip()]
    proxies = settings.TRUSTED_PROXIES
    if proxies and len(forwarded) >= proxies:
        return forwarded[-proxies]
    client = scope.get("client")
    return client[0] if client else ""
