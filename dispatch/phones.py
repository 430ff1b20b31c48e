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
from dispatch.models import CrewPhone, CrewPin
from dispatch.models.phone import digest_of

COOKIE = "mahala_phone"
COOKIE_LIFE_S = 400 * 86_400  # the longest that browsers keep one; each sign-in renews it
SESSION_LIFE_S = 16 * 3600  # a long shift
USE_KEPT_TO = timedelta(minutes=1)
# In the session: the phone on which it was opened; the crew for which a PIN did, and since when that PIN is.
PHONE = "crew_phone"
FOR_CREW = "crew_phone_for"
PIN_OF = "crew_phone_pin_of"


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


def open_session(session: SessionBase, phone: CrewPhone, user: User) -> None:
    """The session, in which the user was just signed in by their PIN, is for the phone's crew alone.

    The phone is what they have and the PIN what they know: no other second factor is asked.
    """
    bind_session(session, phone)
    session[FOR_CREW] = str(phone.crew_id)
    session[PIN_OF] = CrewPin.objects.get(user=user).made_at.isoformat()
    session[second_factor.MET] = True
    session.set_expiry(SESSION_LIFE_S)


def person_of(user: User, session: Mapping[str, Any]) -> User | AnonymousUser:
    """Who the user of a session is in it, asked of the database each time.

    Nobody once the phone was cut off, or when a PIN opened it that was changed since, or for a crew that is
    no longer theirs. One query in a session of a phone, none in any other.
    """
    if PHONE in session and phone_of_session(user, session) is None:
        return AnonymousUser()
    narrow(user, session)
    return user


def narrow(user: User, session: Mapping[str, Any]) -> None:
    """Let the user act for the phone's crew alone, if a PIN opened the session."""
    user.acts_only_for = UUID(session[FOR_CREW]) if is_by_pin(session) else None


def phone_of_session(user: User, session: Mapping[str, Any]) -> CrewPhone | None:
    """The phone of a session that has one, while the session is good."""
    found = CrewPhone.objects.filter(pk=session[PHONE], revoked_at=None)
    if is_by_pin(session):
        rides = {"crew": session[FOR_CREW], "crew__is_active": True, "crew__memberships__user": user}
        since = datetime.fromisoformat(session[PIN_OF])
        found = found.filter(**rides, crew__memberships__user__crew_pin__made_at=since)
    return found.first()


def is_by_pin(session: Mapping[str, Any]) -> bool:
    return FOR_CREW in session


def mark_used(phone: CrewPhone, user: User, *, at: datetime) -> None:
    """Remember who used the phone at `at`; written once a minute at most."""
    is_known = phone.used_by_id == user.pk and phone.used_at is not None
    if not is_known or at - phone.used_at >= USE_KEPT_TO:  # type: ignore[operator]
        CrewPhone.objects.filter(pk=phone.pk).update(used_at=at, used_by=user)
