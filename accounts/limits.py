"""How often somebody may do something: one limiter for pages and for the API, counted in the cache.

Rates stand in settings under REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"], by scope.
"""

import logging
import math
import time
from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import TYPE_CHECKING, Any, TypeVar, cast

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import ngettext
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from accounts.addresses import client_address
from accounts.errors import DomainError

if TYPE_CHECKING:
    from rest_framework.views import APIView  # its module reads the settings that name these classes

log = logging.getLogger(__name__)

# While the cache does not answer, nobody is counted and nobody waits for it more than once in this time.
PAUSE_AFTER_FAILURE_S = 5.0
_paused_until = 0.0

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


class TooOften(DomainError):
    """The same person or address asked more often than the scope's rate allows."""

    code = "too_often"
    http_status = 429

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(too_often_words(retry_after_s), retry_after_s=retry_after_s)


def too_often_words(retry_after_s: int) -> str:
    """The sentence that a person reads who has to wait."""
    if retry_after_s < 120:
        return ngettext(
            "That was often in a short time. Nothing was lost; please try again in %(count)s second.",
            "That was often in a short time. Nothing was lost; please try again in %(count)s seconds.",
            retry_after_s,
        ) % {"count": retry_after_s}
    minutes = math.ceil(retry_after_s / 60)
    return ngettext(
        "That was often in a short time. Nothing was lost; please try again in %(count)s minute.",
        "That was often in a short time. Nothing was lost; please try again in %(count)s minutes.",
        minutes,
    ) % {"count": minutes}


class Limit(SimpleRateThrottle):
    """A rate by scope, in fixed windows of its period.

    Counts by the person who is signed in, else by the address. A call passes when the cache doesn't answer.
    """

    scope = "read"

    def __init__(self, scope: str = "") -> None:
        self.scope = scope or self.scope
        self.most, self.period_s = self._read_rate()
        self.waits_s = 0

    def get_rate(self) -> str:
        rates = cast(dict[str, str], settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"])
        return rates[self.scope]

    def allow_request(self, request: Request, view: "APIView") -> bool:
        return self.count(self.subject_of(request))

    def wait(self) -> float:
        return self.waits_s

    def subject_of(self, request: Request | HttpRequest) -> str:
        """Whom to count: the person, else the address."""
        user = request.user
        return f"user:{user.pk}" if user and user.is_authenticated else f"address:{client_address(request)}"

    def count(self, subject: str) -> bool:
        """Count one call; False when it is one too many, and then `wait()` tells the seconds."""
        now = time.time()
        key = self._key(subject, int(now // self.period_s))
        if (_count_in_cache(key, self.period_s) or 0) <= self.most:
            return True
        self.waits_s = max(1, math.ceil(self.period_s - now % self.period_s))
        return False

    def require(self, subject: str) -> None:
        """Count one call of the subject. Raises TooOften."""
        if not self.count(subject):
            raise TooOften(self.waits_s)

    def _read_rate(self) -> tuple[int, int]:
        """The most calls and the seconds of their window."""
        most, period_s = self.parse_rate(self.get_rate())
        return most or 0, period_s or 1

    def _key(self, subject: str, window: int) -> str:
        return f"limit.{self.scope}.{sha256(subject.encode()).hexdigest()[:24]}.{window}"


class AddressLimit(Limit):
    """Counts by the address even when somebody is signed in."""

    def subject_of(self, request: Request | HttpRequest) -> str:
        return f"address:{client_address(request)}"


class SignInLimit(AddressLimit):
    scope = "sign-in"


class ReportLimit(Limit):
    scope = "report"


class ReadLimit(Limit):
    scope = "read"


class UploadLimit(Limit):
    scope = "upload"


class CrewLimit(Limit):
    scope = "crew"


class CrewUploadLimit(Limit):
    """A photo in pieces is many requests."""

    scope = "crew-upload"


def limit_account(email: str) -> None:
    """Count one attempt to sign in to the account, from wherever it came. Raises TooOften."""
    Limit("account").require(f"account:{email.strip().lower()}")


def limited(scope: str, *, methods: tuple[str, ...] = ("POST",)) -> Callable[[View], View]:
    """Limit a plain view: calls with one of the methods are counted; one too many raises TooOften."""

    def decorate(view: View) -> View:
        @wraps(view)
        def counted(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method in methods:
                limit = AddressLimit(scope) if scope == SignInLimit.scope else Limit(scope)
                limit.require(limit.subject_of(request))
            return view(request, *args, **kwargs)

        return counted  # type: ignore[return-value]

    return decorate


def _count_in_cache(key: str, period_s: int) -> int | None:
    """The count after this call, or None when the cache does not answer."""
    global _paused_until
    if time.monotonic() < _paused_until:
        return None
    try:
        return _raised(key, period_s)
    except (RedisError, OSError):
        _paused_until = time.monotonic() + PAUSE_AFTER_FAILURE_S
        log.exception("The cache does not answer: limits are off for %s s", PAUSE_AFTER_FAILURE_S)
        return None


def _raised(key: str, period_s: int) -> int:
    """The counter after one more; it exists already but for the first call in its window."""
    for _twice in range(2):
        try:
            return cache.incr(key)
        except ValueError:
            if cache.add(key, 1, period_s):
                return 1
    return 1  # it expired between the two
