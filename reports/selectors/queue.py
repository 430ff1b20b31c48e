"""The desk's queue: what needs a hand first, page by page without counting."""

import base64
import binascii
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import Case, Count, DateTimeField, F, IntegerField, Prefetch, Q, QuerySet, Value, When
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from accounts.errors import DomainError
from districts.spatial import with_words
from reports.codes import normalise_code
from reports.models import Photo, PhotoStatus, Report
from reports.models import ReportStatus as S
from reports.workflow import ENDED, OPEN, UNDER_WAY, UNTOUCHED

PAGE = 50


class Group(StrEnum):
    """The parts of the queue."""

    OPEN = "open"
    TODO = "todo"
    MOVING = "moving"
    WAITING = "waiting"
    ENDED = "ended"


# A report that needs a decision, or a crew for the rest, waits for one, whatever its state.
_UNDECIDED = Q(undecided_since__isnull=False) | Q(needs_crew=True)
_IN: dict[Group, Q] = {
    Group.OPEN: Q(status__in=OPEN),
    Group.TODO: Q(status__in=(S.RECEIVED, S.ACKNOWLEDGED, S.REOPENED)) | Q(_UNDECIDED, status__in=OPEN),
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
    """Reports in order; `next` goes on after the last one, "" at the end."""

    reports: list[Report]
    next: str


def desk_queue(
    *,
    district_ids: Collection[int],
    group: Group = Group.OPEN,
    text: str = "",
    category: str = "",
    after: str = "",
    limit: int = PAGE,
) -> Page:
    """A page of the districts' reports: danger and urgent first, then what is in doubt, then by deadline.

    What breached comes before what is due soon, and what waits for its resident comes last. Ended ones:
    the newest change first. Each report has `due_at`, and its photos that are ready in `ready_photos`.
    Two queries. Raises CursorRefused.
    """
    keys = _ENDED_KEYS if group is Group.ENDED else _KEYS
    reports = _ranked(Report.objects.filter(_IN[group], district_id__in=district_ids))
    reports = _found(reports, text, category)
    if after:
        reports = reports.filter(_behind(keys, _read_cursor(after, keys)))
    rows = list(_with_first_look(reports.order_by(*(key.order for key in keys)))[: limit + 1])
    last = rows[limit - 1] if len(rows) > limit else None
    return Page(rows[:limit], _write_cursor(last, keys) if last else "")


def queue_counts(district_ids: Collection[int]) -> dict[str, int]:
    """How many reports each open part of the queue holds: one query."""
    groups = (Group.OPEN, Group.TODO, Group.MOVING, Group.WAITING)
    counts = {group.value: Count("pk", filter=_IN[group]) for group in groups}
    return Report.objects.filter(district_id__in=district_ids, status__in=OPEN).aggregate(**counts)


@dataclass(frozen=True, slots=True)
class _Key:
    field: str
    descending: bool = False

    @property
    def order(self) -> str:
        return f"-{self.field}" if self.descending else self.field

    def beyond(self, value: Any) -> Q:
        return Q(**{f"{self.field}__{'lt' if self.descending else 'gt'}": value})


_KEYS = (
    _Key("urgency", descending=True),
    _Key("doubt", descending=True),
    _Key("parked"),
    _Key("due_at"),
    _Key("id"),
)
_ENDED_KEYS = (_Key("changed_at", descending=True), _Key("id", descending=True))


def _ranked(reports: QuerySet[Report]) -> QuerySet[Report]:
    """With what the order needs: doubt of the routing counts until a crew is on it."""
    in_doubt = Q(is_uncertain=True, status__in=UNTOUCHED) | _UNDECIDED
    seen = Q(acknowledged_at__isnull=False)
    return reports.annotate(
        doubt=_one_if(in_doubt),
        parked=_one_if(Q(status=S.WAITING)),
        due_at=Case(
            When(seen, then=F("resolve_due_at")),
            default=F("acknowledge_due_at"),
            output_field=DateTimeField(),
        ),
    )


def _one_if(condition: Q) -> Case:
    return Case(When(condition, then=Value(1)), default=Value(0), output_field=IntegerField())


def _found(reports: QuerySet[Report], text: str, category: str) -> QuerySet[Report]:
    if category:
        reports = reports.filter(category__code=category)
    if text:
        code = normalise_code(text)
        reports = reports.filter(code=code) if code else with_words(reports, "search_text", text)
    return reports


def _with_first_look(reports: QuerySet[Report]) -> QuerySet[Report]:
    ready = Photo.objects.filter(status=PhotoStatus.READY)
    return reports.select_related("category", "district").prefetch_related(
        Prefetch("photos", queryset=ready, to_attr="ready_photos")
    )


def _behind(keys: Sequence[_Key], values: Sequence[Any]) -> Q:
    """Rows after these values: further in one key and equal in all before it."""
    behind, equal = Q(), Q()
    for key, value in zip(keys, values, strict=True):
        behind |= equal & key.beyond(value)
        equal &= Q(**{key.field: value})
    return behind


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
