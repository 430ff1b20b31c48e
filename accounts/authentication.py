"""`Authorization: Bearer <token>` for the API."""

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.models import ApiToken, User
from accounts.tokens import mark_used, token_for


class TokenAuthentication(BaseAuthentication):
    """Signs a native client in; an expired or unknown token is a 401, no token is an anonymous request."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        scheme, _sep, raw = get_authorization_header(request).partition(b" ")
        if scheme.lower() != b"bearer":
            return None
        at = timezone.now()
        token = token_for(raw.strip().decode("latin-1"), at=at)
        if token is None:
            raise AuthenticationFailed(_("This token is unknown or has expired. Sign in again."))
        mark_used(token, at=at)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"
