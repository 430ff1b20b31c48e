"""Reading the tokens of native clients."""

from datetime import datetime, timedelta

from accounts.models import ApiToken, User

USE_KEPT_TO = timedelta(hours=1)


def token_for(raw: str, *, at: datetime) -> ApiToken | None:
    """The token that is valid at `at`, with its user, or None."""
    if not raw or len(raw) > 200:
        return None
    return (
        ApiToken.objects.select_related("user")
        .filter(digest=ApiToken.digest_of(raw), expires_at__gt=at, user__is_active=True)
        .first()
    )


def mark_used(token: ApiToken, *, at: datetime) -> None:
    """Remember that the token was used at `at`; written once an hour at most."""
    if token.used_at is None or at - token.used_at >= USE_KEPT_TO:
        ApiToken.objects.filter(pk=token.pk).update(used_at=at)


def end_tokens(user: User) -> None:
    """Sign out every native client of the person."""
    ApiToken.objects.filter(user=user).delete()


def user_for_token(raw: str, *, at: datetime) -> User | None:
    """The active user whom the token names at `at`, or None."""
    token = token_for(raw, at=at)
    return token.user if token else None
