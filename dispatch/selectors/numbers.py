"""The numbers of a desk, its tabs' and its headings': counted once for each event of the district's stream.

Every change of a report appends to the streams of all districts that see it, so that what was counted holds
until the own stream's head moves on; what grows late without an event is counted again each minute. All desks
of the district share it.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, QuerySet, Value

from dispatch.selectors.counted import counted_once
from dispatch.selectors.filters import Tab
from dispatch.selectors.standing import SOON, Part, count_parts
from districts.models import District
from reports.models import Photo, PhotoPolicy, PhotoRole, PhotoStatus
from reports.selectors.border import undecided
from reports.selectors.queue import Group, calls_of, count_shares, holds, queued
from reports.workflow import ENDED


@dataclass(frozen=True, slots=True)
class Numbers:
    """How many reports each tab has, how many of its list stand under each heading, and the border's."""

    tabs: Mapping[Tab, int]
    parts: Mapping[Tab, Counter[Part]]
    border: int


def district_numbers(district: District, *, at: datetime) -> Numbers:
    """One query while nothing happens, three after an event. A silent cache costs only time."""
    return counted_once("desk-numbers", district, at=at, count=lambda: _count(district, at))


def _count(district: District, at: datetime) -> Numbers:
    reports = queued(district_ids=[district.pk], group=Group.OPEN, at=at)
    shares = count_shares(reports, late_at=at, soon_at=at + SOON)
    of_tab = {tab: [share for share in shares if holds(tab.group, share)] for tab in Tab}
    tabs = {tab: sum(share.whole for share in found) for tab, found in of_tab.items()}
    parts = {tab: count_parts(found) for tab, found in of_tab.items()}
    few = _count_few(district)
    # A crew that calls about a report which has ended waits with the open ones.
    parts[Tab.WAITING][Part.CALLED] = few.get("calls", 0)
    tabs[Tab.WAITING] += few.get("calls", 0)
    return Numbers({**tabs, Tab.FINISHED: few.get("photos", 0)}, parts, few.get("border", 0))


def _count_few(district: District) -> dict[str, int]:
    """Reports with after-photos to release, to decide at the border, and called about, in one query."""
    photos = _photos_to_release(district).values_list(Value("photos"), Count("report", distinct=True))
    border = undecided(district.pk).values_list(Value("border"), Count("pk"))
    calls = calls_of([district.pk]).values_list(Value("calls"), Count("pk"))
    return dict(photos.order_by().union(border.order_by(), calls.order_by(), all=True))


def _photos_to_release(district: District) -> QuerySet[Photo]:
    """Of finished reports the after-photos that nobody has released yet."""
    photos = Photo.objects.filter(status=PhotoStatus.READY, released_at=None, role=PhotoRole.AFTER)
    waiting = photos.filter(report__district=district, report__status__in=ENDED)
    return waiting.exclude(report__category__photo_policy=PhotoPolicy.NEVER)
