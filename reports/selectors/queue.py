"""The desk's queue: what needs a hand first, page by page without counting."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from django.db.models import Count, Prefetch, Q, QuerySet, prefetch_related_objects

from reports.models import Photo, PhotoStatus, Report, Urgency
from reports.models import ReportStatus as S
from reports.ranks import Standing, rank_of, ranks
from reports.selectors.narrowing import Narrowing, narrow
from reports.selectors.paging import Key, Run, read_cursor, take_page
from reports.workflow import ENDED, OPEN, UNDER_WAY

PAGE = 50
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


@dataclass(frozen=True, slots=True)
class Page:
    """Reports in order; `next` goes on after the last one, "" at the end."""

    reports: list[Report]
    next: str


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
    photos that are ready in `ready_photos`. Two queries; any page costs what the first does. Two more
    `with_calls`: behind what can't wait comes what has ended and needs a decision, the longest waiting first.
    Raises CursorRefused.
    """
    keys = _ENDED_KEYS if group is Group.ENDED else _KEYS
    reports = queued(district_ids=district_ids, at=at, group=group, by=by, among=among)
    queue = Run(_with_names(reports), keys)
    calls = Run(_with_names(calls_of(district_ids)), _CALL_KEYS, _CALLS)
    rows, rest = take_page(_runs(queue, calls, after, with_calls=with_calls), limit)
    prefetch_related_objects(rows, _READY_PHOTOS)
    return Page(rows, rest)


def _runs(queue: Run, calls: Run, after: str, *, with_calls: bool) -> list[Run]:
    """What is still to come behind the cursor; calls may begin or end between two pages."""
    rest = Run(queue.reports.filter(queue_rank__gte=_NORMAL), queue.keys)
    if not after:
        return [_urgent(queue), calls, rest] if with_calls else [queue]
    name, values = read_cursor(after, {queue.name: queue.keys, calls.name: calls.keys})
    if name == calls.name:
        return [calls.behind(values), rest]
    behind = queue.behind(values)
    is_urgent = isinstance(values[0], int) and values[0] < _NORMAL
    return [_urgent(behind), calls, rest] if with_calls and is_urgent else [behind]


def _urgent(queue: Run) -> Run:
    return Run(queue.reports.filter(queue_rank__lt=_NORMAL), queue.keys)


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


# As the indexes of the model have them. All keys of one list run the same way.
_KEYS = (Key("queue_rank"), Key("due_at"), Key("id"))
_ENDED_KEYS = (Key("changed_at", descending=True), Key("id", descending=True))
_CALL_KEYS = (Key("undecided_since"), Key("id"))
_CALLS = "calls"
# Danger and urgent have smaller ranks.
_NORMAL = rank_of(Urgency.NORMAL, Standing.UNDECIDED)


_READY_PHOTOS = Prefetch(
    "photos", queryset=Photo.objects.filter(status=PhotoStatus.READY), to_attr="ready_photos"
)


def _with_names(reports: QuerySet[Report]) -> QuerySet[Report]:
    return reports.select_related("category", "district")
