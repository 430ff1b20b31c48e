"""The numbers of a desk, its tabs' and its headings': counted once for each event of the district's stream.

Every change of a report appends to the streams of all districts that see it, so that what was counted holds
until the own stream's head moves on; what grows late without an event is counted again each minute. All desks
of the district share it.
"""

import logging
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache
from django.db.models import Count, QuerySet, Value
from redis.exceptions import RedisError

from dispatch.selectors.filters import Tab
from dispatch.selectors.standing import SOON, Part, count_parts
from districts.models import District
from live.models import Stream
from reports.models import Photo, PhotoPolicy, PhotoRole, PhotoStatus
from reports.selectors.border import undecided
from reports.selectors.queue import Group, count_shares, holds, queued
from reports.workflow import ENDED

logger = logging.getLogger(__name__)

KEPT_FOR_S = 60


@dataclass(frozen=True, slots=True)
class Numbers:
    """How many reports each tab has, how many of its list stand under each heading, and the border's."""

    tabs: Mapping[Tab, int]
    parts: Mapping[Tab, Counter[Part]]
    border: int


def district_numbers(district: District, *, at: datetime) -> Numbers:
    """One query while nothing happens, three after an event. A silent cache costs only time."""
    key = _key(district, at)
    known: Numbers | None = _ask_cache(key)
    if known is None:
        known = _count(district, at)
        _tell_cache(key, known)
    return known


def _count(district: District, at: datetime) -> Numbers:
    reports = queued(district_ids=[district.pk], group=Group.OPEN, at=at)
    shares = count_shares(reports, late_at=at, soon_at=at + SOON)
    of_tab = {tab: [share for share in shares if holds(tab.group, share)] for tab in Tab}
    tabs = {tab: sum(share.whole for share in found) for tab, found in of_tab.items()}
    parts = {tab: count_parts(found) for tab, found in of_tab.items()}
    few = _count_few(district)
    return Numbers({**tabs, Tab.FINISHED: few.get("photos", 0)}, parts, few.get("border", 0))


def _count_few(district: District) -> dict[str, int]:
    """Reports with after-photos to release, and reports to decide at the border, in one query."""
    photos = _photos_to_release(district).values_list(Value("photos"), Count("report", distinct=True))
    border = undecided(district.pk).values_list(Value("border"), Count("pk"))
    return dict(photos.order_by().union(border.order_by(), all=True))


def _photos_to_release(district: District) -> QuerySet[Photo]:
    """Of finished reports the after-photos that nobody has released yet."""
    photos = Photo.objects.filter(status=PhotoStatus.READY, released_at=None, role=PhotoRole.AFTER)
    waiting = photos.filter(report__district=district, report__status__in=ENDED)
    return waiting.exclude(report__category__photo_policy=PhotoPolicy.NEVER)


def _key(district: District, at: datetime) -> str:
    """Where the stream stands, and the minute."""
    stream = Stream.objects.filter(name=f"district:{district.code}").values_list("epoch", "head").first()
    epoch, head = stream or ("", 0)
    return f"desk-numbers:{district.pk}:{epoch}:{head}:{at:%Y%m%d%H%M}"


def _ask_cache(key: str) -> Numbers | None:
    try:
        found: Numbers | None = cache.get(key)
    except (RedisError, OSError) as error:
        logger.warning("The cache does not answer (%s): the desk counts anew.", error)
        return None
    return found


def _tell_cache(key: str, numbers: Numbers) -> None:
    try:
        cache.set(key, numbers, KEPT_FOR_S)
    except (RedisError, OSError) as error:
        logger.warning("The cache takes nothing (%s): the desk counts anew.", error)
