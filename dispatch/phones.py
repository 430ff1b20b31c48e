"""Who somebody is in a session that was opened on a crew's phone, and the phone's cookie."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse

from accounts import second_factor
from accounts.models import User
from dispatch.models import CrewPhone
from dispatch.models.phone import digest_of

COOKIE = "mahala_phone"
COOKIE_LIFE_S = 400 * 86_400  # the longest that browsers keep one; each sign-in renews it
SESSION_LIFE_S = 16 * 3600  # a long shift
USE_KEPT_TO = timedelta(minutes=1)
# In the session: the phone on which it was opened, and the crew for which a PIN opened it.
PHONE = "crew_phone"
FOR_CREW = "crew_phone_for"


def phone_of_request(request: HttpRequest) -> CrewPhone | None:
    """The phone whose cookie the request brings, cut off or not."""
    secret = request.COOKIES.get(COOKIE, "")
    if not secret:
        return None
    return CrewPhone.objects.select_related("crew__district").filter(digest=digest_of(secret)).first()


def remember_phone(response: HttpResponse, secret: str) -> None:
    """Give the phone its cookie, or let it last longer."""
    response.set_cookie(
        COOKIE,
        secret,
        max_age=COOKIE_LIFE_S,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def bind_session(session: SessionBase, phone: CrewPhone) -> None:
    """From now on the session ends with the phone."""
    session[PHONE] = str(phone.pk)


def open_session(session: SessionBase, phone: CrewPhone) -> None:
    """The session, in which somebody was just signed in by their PIN, is for the phone's crew alone.

    The phone is what they have and the PIN what they know: no other second factor is asked.
    """
    bind_session(session, phone)
    session[FOR_CREW] = str(phone.crew_id)
    session[second_factor.MET] = True
    session.set_expiry(SESSION_LIFE_S)


def person_of(user: User, session: Mapping[str, Any]) -> User | AnonymousUser:
    """Who the user of a session is in it, asked of the database each time.

    Nobody once the phone was cut off, or when a PIN opened it for a crew that is no longer theirs.
    One query in a session of a phone, none in any other.
    """
    if PHONE not in session:
        return user
    found = CrewPhone.objects.filter(pk=session[PHONE], revoked_at=None)
    crew = session.get(FOR_CREW)
    if crew is not None:
        found = found.filter(crew=crew, crew__is_active=True, crew__memberships__user=user)
    if not found.exists():
        return AnonymousUser()
    user.acts_only_for = UUID(crew) if crew is not None else None
    return user


def is_by_pin(session: Mapping[str, Any]) -> bool:
    return FOR_CREW in session


def mark_used(session: Mapping[str, Any], user: User, *, at: datetime) -> None:
    """Remember who used the session's phone at `at`; once a minute at most."""
    due = CrewPhone.objects.filter(pk=session[PHONE]).exclude(used_by=user, used_at__gt=at - USE_KEPT_TO)
    due.update(used_at=at, used_by=user)
