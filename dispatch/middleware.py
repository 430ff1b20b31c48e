"""Sessions of a crew's phone: who is in them, when they end, and what stays closed to them."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth import get_user
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from accounts.errors import NotAllowed
from accounts.middleware import refuse
from accounts.models import User
from dispatch import phones

CLOSED_APPS = frozenset({"admin"})
CLOSED_VIEWS = frozenset(
    {
        "accounts:password",
        "accounts:second-factor",
        "accounts:second-factor-check",
        "accounts:second-factor-codes",
    }
)


class CrewPhoneMiddleware:
    """Stands directly behind Django's authentication, whose user it looks at again.

    Who signs in by password on a crew's phone is bound to the phone as well: cutting it off ends every
    session on it. Nothing is asked of the database before somebody asks for the user.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.user = SimpleLazyObject(lambda: _person(request))  # type: ignore[assignment]
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """A PIN is enough for the crew's work, not to administer, nor to change how one signs in."""
        if not request.session.session_key or not _needs_password(request):
            return None
        if not request.user.is_authenticated or not phones.is_by_pin(request.session):
            return None
        words = _("A PIN signs you in for your crew only. For this, sign out and sign in with your password.")
        return refuse(request, NotAllowed(words))


def _person(request: HttpRequest) -> User | AnonymousUser:
    user = get_user(request)
    if not isinstance(user, User):
        return AnonymousUser()
    _bind(request)
    if phones.PHONE not in request.session:
        return user
    phone = phones.phone_of_session(user, request.session)
    if phone is None:
        request.session.flush()
        return AnonymousUser()
    phones.mark_used(phone, user, at=timezone.now())
    phones.narrow(user, request.session)
    return user


def _bind(request: HttpRequest) -> None:
    if phones.PHONE in request.session:
        return
    phone = phones.phone_of_request(request)
    if phone is not None and phone.revoked_at is None:
        phones.bind_session(request.session, phone)


def _needs_password(request: HttpRequest) -> bool:
    match = request.resolver_match
    return match is not None and (
        not CLOSED_APPS.isdisjoint(match.app_names) or match.view_name in CLOSED_VIEWS
    )
