"""The numbers of a desk, its tabs' and its headings': counted once for each event of the district's stream.

Every change of a report appends to the streams of all districts that see it, so that what was counted holds
until the own stream's head moves on; what grows late without an event is counted again each minute. All desks
of the district share it.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import F, Func, IntegerField, OuterRef, QuerySet, Subquery

from dispatch.selectors.counted import counted_once
from dispatch.selectors.filters import Tab
from dispatch.selectors.standing import SOON, Part, count_parts
from districts.models import District
from reports.models import Photo, PhotoPolicy, PhotoRole, PhotoStatus, Report
from reports.selectors.border import undecided
from reports.selectors.queue import Group, calls_of, count_shares, holds, queued
from reports.workflow import ENDED


@dataclass(frozen=True, slots=True)
class Numbers:
    """How many reports each tab has, how many of its list stand under each heading, and the border's.

    `parked` wait for their residents, and are among all that are open.
    """

    tabs: Mapping[Tab, int]
    parts: Mapping[Tab, Counter[Part]]
    border: int
    parked: int

    def as_json(self) -> dict[str, int]:
        """As the desk's stream tells them."""
        return {
            "open": self.tabs[Tab.ALL],
            "todo": self.tabs[Tab.WAITING],
            "moving": self.tabs[Tab.ASSIGNED],
            "waiting": self.parked,
        }


def district_numbers(district: District, *, at: datetime) -> Numbers:
    """One query while nothing happens, three after an event. A silent cache costs only time."""
    return counted_once("desk-counts", district, at=at, count=lambda: _count(district, at))


def _count(district: District, at: datetime) -> Numbers:
    reports = queued(district_ids=[district.pk], group=Group.OPEN, at=at)
    shares = count_shares(reports, late_at=at, soon_at=at + SOON)
    of_tab = {tab: [share for share in shares if holds(tab.group, share)] for tab in Tab}
    tabs = {tab: sum(share.whole for share in found) for tab, found in of_tab.items()}
    parts = {tab: count_parts(found) for tab, found in of_tab.items()}
    few = _count_few(district)
    # A crew that calls about a report which has ended waits with the open ones.
    parts[Tab.WAITING][Part.CALLED] = few.calls
    tabs[Tab.WAITING] += few.calls
    parked = sum(share.whole for share in shares if holds(Group.WAITING, share))
    return Numbers({**tabs, Tab.FINISHED: few.photos}, parts, few.border, parked)


class _Few(NamedTuple):
    """Reports with after-photos to release, to decide at the border, and ended ones called about."""

    photos: int
    border: int
    calls: int


def _count_few(district: District) -> _Few:
    """One query, each number by an index of its own."""
    photos = _photos_to_release(district).annotate(
        number=_Count(F("report"), template="COUNT(DISTINCT %(expressions)s)")
    )
    border = undecided(district.pk).order_by().annotate(number=_Count(F("pk")))
    calls = calls_of([district.pk]).order_by().annotate(number=_Count(F("pk")))
    numbers = [Subquery(each.values("number")) for each in (photos, border, calls)]
    return _Few(*District.objects.filter(pk=district.pk).order_by().values_list(*numbers).get())


class _Count(Func):
    """How many rows there are, as one row: Django's own would count for each row of its model."""

    function = "COUNT"
    output_field = IntegerField()


def _photos_to_release(district: District) -> QuerySet[Photo]:
    """Of finished reports the after-photos that nobody has released yet.

    There are few in the whole city, and an index of them. Each asks for its report by the key: joined, the
    planner takes them for many and reads all reports.
    """
    waiting = Photo.objects.filter(status=PhotoStatus.READY, released_at=None, role=PhotoRole.AFTER)
    ended = Report.objects.filter(pk=OuterRef("report_id"), status__in=ENDED)
    shown = ended.exclude(category__photo_policy=PhotoPolicy.NEVER).values("district")[:1]
    return waiting.order_by().annotate(whose=Subquery(shown)).filter(whose=district.pk)
