"""What is counted of a district, kept for all until something happens there or the minute is over."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from django.core.cache import cache
from redis.exceptions import RedisError

from districts.models import District
from live.models import Stream

logger = logging.getLogger(__name__)

KEPT_FOR_S = 60
Counted = TypeVar("Counted")


def counted_once(name: str, district: District, *, at: datetime, count: Callable[[], Counted]) -> Counted:
    """What `count` gives, of this name. One query while nothing happens. A silent cache costs only time."""
    key = _key(name, district, at)
    known: Counted | None = _ask_cache(key)
    if known is None:
        known = count()
        _tell_cache(key, known)
    return known


def _key(name: str, district: District, at: datetime) -> str:
    """Where the stream stands, and the minute."""
    stream = Stream.objects.filter(name=f"district:{district.code}").values_list("epoch", "head").first()
    epoch, head = stream or ("", 0)
    return f"{name}:{district.pk}:{epoch}:{head}:{at:%Y%m%d%H%M}"


def _ask_cache(key: str) -> Any:
    try:
        return cache.get(key)
    except (RedisError, OSError) as error:
        logger.warning("The cache does not answer (%s): it is counted anew.", error)
        return None


def _tell_cache(key: str, counted: object) -> None:
    try:
        cache.set(key, counted, KEPT_FOR_S)
    except (RedisError, OSError) as error:
        logger.warning("The cache takes nothing (%s): it is counted anew.", error)
