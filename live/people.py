"""Who is at the other end of a socket."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import auth
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, parse_cookie
from django.http.request import split_domain_port, validate_host
from django.utils import translation

from accounts import second_factor
from accounts.addresses import client_address
from accounts.models import User
from accounts.tokens import user_for_token
from live.registry import Person, session_call

Scope = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Credential:
    """What a socket was opened with; looked at again while it is open.

    `stream_tokens` prove, by stream, that who bears them may read it, whoever they are.
    """

    token: str | None
    session_key: str | None
    stream_tokens: Mapping[str, str] = field(default_factory=dict)


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

    @property
    def app(self) -> str:
        """A page of ours by its session, a native client by its token."""
        return "native" if self.credential.token is not None else "page"


def identify(credential: Credential, *, at: datetime) -> Person | None:
    """The person; anonymous with no credential or a session that is over; None for an invalid token."""
    if credential.token is not None:
        return user_for_token(credential.token, at=at)
    if credential.session_key is not None:
        return _user_of_session(credential.session_key)
    return AnonymousUser()


def _user_of_session(session_key: str) -> Person:
    """Somebody who still owes the second factor is nobody yet, as on pages."""
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    user = auth.get_user(request)
    if not isinstance(user, User) or second_factor.is_owed(user, request.session):
        return AnonymousUser()
    person_in = session_call()
    return person_in(user, request.session) if person_in else user


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
    """The client's address, as `accounts.addresses` reads it behind our own proxies."""
    request = HttpRequest()
    request.META["REMOTE_ADDR"] = (scope.get("client") or ("",))[0]
    request.META["HTTP_X_FORWARDED_FOR"] = header(scope, b"x-forwarded-for")
    return client_address(request)
