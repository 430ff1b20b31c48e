"""Reading the log: events after an offset, and where streams stand."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from live.models import Event, Stream

NAMES_PER_QUERY = 500


@dataclass(frozen=True, slots=True)
class EventFacts:
    """One event as readers and presenters get it."""

    stream: str
    offset: int
    kind: str
    payload: dict[str, Any]
    at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a stream stands: the offset of its last event, in its epoch."""

    id: int
    epoch: UUID
    head: int


def read_after(standing: Standing, stream: str, offset: int, *, limit: int) -> list[EventFacts]:
    """At most `limit` events of the stream after `offset`, in order."""
    rows = (
        Event.objects.filter(stream_id=standing.id, offset__gt=offset)
        .order_by("offset")
        .values_list("offset", "kind", "payload", "at")[:limit]
    )
    return [EventFacts(stream, number, kind, payload, at) for number, kind, payload, at in rows]


def standings(names: Iterable[str]) -> dict[str, Standing]:
    """The standing of each stream that exists; one query per 500 names."""
    wanted = sorted(set(names))
    found: dict[str, Standing] = {}
    for start in range(0, len(wanted), NAMES_PER_QUERY):
        found |= _standings_of(wanted[start : start + NAMES_PER_QUERY])
    return found


def _standings_of(names: Sequence[str]) -> dict[str, Standing]:
    rows = Stream.objects.filter(name__in=names).values_list("name", "id", "epoch", "head")
    return {name: Standing(id, epoch, head) for name, id, epoch, head in rows}


def open_streams(names: Sequence[str]) -> dict[str, Standing]:
    """The standing of every stream named; one that has no event yet is created, so that it has an epoch."""
    found = standings(names)
    missing = [Stream(name=name) for name in sorted(set(names) - set(found))]
    if missing:
        Stream.objects.bulk_create(missing, ignore_conflicts=True)
        found |= standings([stream.name for stream in missing])
    return found
