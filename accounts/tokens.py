"""Reading the tokens of native clients."""

from datetime import datetime

from accounts.models import ApiToken, User


def token_for(raw: str, *, at: datetime) -> ApiToken | None:
    """The token that is valid at `at`, with its user, or None."""
    if not raw or len(raw) > 200:
        return None
    return (
        ApiToken.objects.select_related("user")
        .filter(digest=ApiToken.digest_of(raw), expires_at__gt=at, user__is_active=True)
        .first()
    )


def user_for_token(raw: str, *, at: datetime) -> User | None:
    """The active user whom the token names at `at`, or None."""
    token = token_for(raw, at=at)
    return token.user if token else None
