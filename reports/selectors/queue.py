"""The desk's queue: what needs a hand first, page by page without counting."""

import base64
import binascii
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from django.db.models import Count, F, Prefetch, Q, QuerySet, prefetch_related_objects
from django.db.models.fields.tuple_lookups import (  # type: ignore[import-untyped]
    Tuple,
    TupleGreaterThan,
    TupleLessThan,
)
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from accounts.errors import DomainError
from reports.models import Photo, PhotoStatus, Report
from reports.models import ReportStatus as S
from reports.ranks import Standing, ranks
from reports.selectors.narrowing import Narrowing, narrow
from reports.workflow import ENDED, OPEN, UNDER_WAY

PAGE = 50
CALLS_AT_MOST = 20
EVERYTHING = Narrowing()


class Group(StrEnum):
    """The parts of the queue."""

    OPEN = "open"
    TODO = "todo"
    MOVING = "moving"
    WAITING = "waiting"
    ENDED = "ended"


# What needs a decision, or a crew for the rest, waits for the desk whatever its state.
_DECIDE = ranks((Standing.UNDECIDED, Standing.CREWLESS))
_TODO = (S.RECEIVED, S.ACKNOWLEDGED, S.REOPENED)
_IN: dict[Group, Q] = {
    Group.OPEN: Q(status__in=OPEN),
    Group.TODO: Q(status__in=OPEN) & (Q(status__in=_TODO) | Q(queue_rank__in=_DECIDE)),
    Group.MOVING: Q(status__in=UNDER_WAY, needs_crew=False),
    Group.WAITING: Q(status=S.WAITING),
    Group.ENDED: Q(status__in=ENDED),
}


class CursorRefused(DomainError):
    """The word for "go on from here" is none that was given out."""

    code = "invalid_cursor"
    http_status = 422


@dataclass(frozen=True, slots=True)
class Page:
    """Reports in order; `next` goes on after the last one, "" at the end. `calls` have ended."""

    reports: list[Report]
    next: str
    calls: list[Report]


def desk_queue(
    *,
    district_ids: Collection[int],
    at: datetime,
    group: Group = Group.OPEN,
    by: Narrowing = EVERYTHING,
    among: QuerySet[Report] | None = None,
    after: str = "",
    limit: int = PAGE,
    with_calls: bool = False,
) -> Page:
    """A page of the districts' reports: danger and urgent first, then what is in doubt, then by deadline.

    What breached comes before what is due soon, and what waits for its resident comes last. Ended ones:
    the newest change first. `among` are reports that the caller has chosen already. Each report has its
    photos that are ready in `ready_photos`. Two queries; any page costs what the first does. One more
    `with_calls`: what has ended and needs a decision, the longest waiting first. Raises CursorRefused.
    """
    keys = _ENDED_KEYS if group is Group.ENDED else _KEYS
    reports = queued(district_ids=district_ids, at=at, group=group, by=by, among=among)
    if after:
        reports = reports.filter(_behind(keys, _read_cursor(after, keys)))
    rows = list(_with_names(reports.order_by(*(key.order for key in keys)))[: limit + 1])
    last = rows[limit - 1] if len(rows) > limit else None
    calls = _list_calls(district_ids) if with_calls else []
    prefetch_related_objects([*rows[:limit], *calls], _READY_PHOTOS)
    return Page(rows[:limit], _write_cursor(last, keys) if last else "", calls)


def _list_calls(district_ids: Collection[int]) -> list[Report]:
    waiting = calls_of(district_ids).order_by("undecided_since", "id")
    return list(_with_names(waiting)[:CALLS_AT_MOST])


def queued(
    *,
    district_ids: Collection[int],
    at: datetime,
    group: Group = Group.OPEN,
    by: Narrowing = EVERYTHING,
    among: QuerySet[Report] | None = None,
) -> QuerySet[Report]:
    """The reports of the districts' queue, in no order."""
    reports = Report.objects.all() if among is None else among
    return narrow(reports.filter(_IN[group], district_id__in=district_ids), by, at=at)


def in_group(group: Group) -> Q:
    """What makes a report belong to the group, as `queued` has it."""
    return _IN[group]


def calls_of(district_ids: Collection[int]) -> QuerySet[Report]:
    """Reports of the districts that have ended and need a decision, by an index that holds little else."""
    return Report.objects.filter(district__in=district_ids, undecided_since__isnull=False, status__in=ENDED)


def queue_counts(district_ids: Collection[int]) -> dict[str, int]:
    """How many reports each open part of the queue holds: one query, by the index of the queue alone."""
    groups = (Group.OPEN, Group.TODO, Group.MOVING, Group.WAITING)
    counts = {group.value: Count("pk", filter=_IN[group]) for group in groups}
    return Report.objects.filter(district_id__in=district_ids, status__in=OPEN).aggregate(**counts)


class Share(NamedTuple):
    """Open reports that count alike: how many, how many of them are late, and how many late or due soon."""

    status: str
    rank: int
    needs_crew: bool
    whole: int
    late: int
    soon: int


def count_shares(reports: QuerySet[Report], *, late_at: datetime, soon_at: datetime) -> list[Share]:
    """Open reports counted by all that tabs and headings tell apart. One query, by the index alone."""
    alike = reports.order_by().values("status", "queue_rank", "needs_crew")
    counted = alike.annotate(
        whole=Count("pk"),
        late=Count("pk", filter=Q(due_at__lt=late_at)),
        soon=Count("pk", filter=Q(due_at__lt=soon_at)),
    )
    names = ("status", "queue_rank", "needs_crew", "whole", "late", "soon")
    return [Share(*values) for values in counted.values_list(*names)]


def holds(group: Group, share: Share) -> bool:
    """Whether these reports belong to the group, as `queued` has it."""
    if group is Group.TODO:
        return share.status in _TODO or share.rank in _DECIDE
    if group is Group.MOVING:
        return share.status in UNDER_WAY and not share.needs_crew
    return group is Group.OPEN or (group is Group.WAITING and share.status == S.WAITING)


@dataclass(frozen=True, slots=True)
class _Key:
    field: str
    descending: bool = False

    @property
    def order(self) -> str:
        return f"-{self.field}" if self.descending else self.field


# As the indexes of the model have them. All keys of one list run the same way.
_KEYS = (_Key("queue_rank"), _Key("due_at"), _Key("id"))
_ENDED_KEYS = (_Key("changed_at", descending=True), _Key("id", descending=True))


_READY_PHOTOS = Prefetch(
    "photos", queryset=Photo.objects.filter(status=PhotoStatus.READY), to_attr="ready_photos"
)


def _with_names(reports: QuerySet[Report]) -> QuerySet[Report]:
    return reports.select_related("category", "district")


def _behind(keys: Sequence[_Key], values: Sequence[Any]) -> Any:
    """Rows after these values. Compared as one tuple, which an index finds at once."""
    beyond = TupleLessThan if keys[0].descending else TupleGreaterThan
    return beyond(Tuple(*(F(key.field) for key in keys)), tuple(values))


def _write_cursor(report: Report, keys: Sequence[_Key]) -> str:
    values = [getattr(report, key.field) for key in keys]
    plain = [value.isoformat() if isinstance(value, datetime) else value for value in values]
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode()


def _read_cursor(cursor: str, keys: Sequence[_Key]) -> list[Any]:
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        if not isinstance(values, list) or len(values) != len(keys):
            raise ValueError
        return [_read_value(key, value) for key, value in zip(keys, values, strict=True)]
    except (ValueError, TypeError, binascii.Error):
        raise CursorRefused(_("This page of the list is gone. Please begin again."), field="after") from None


def _read_value(key: _Key, value: Any) -> datetime | int:
    if key.field.endswith("_at"):
        moment: datetime | None = parse_datetime(value)
        if moment is None or moment.tzinfo is None:
            raise ValueError
        return moment
    number = int(value)
    if not -(2**31) < number < 2**63:
        raise ValueError
    return number
