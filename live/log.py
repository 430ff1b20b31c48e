"""Appending to the log, inside the transaction of the change that the event tells of."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from live import hints, names
from live.models import Event, Stream
from live.payload import plain_payload
from live.rows import Insertion

EPOCH = Stream._meta.get_field("epoch")
_events = Insertion(Event)


class AppendOutsideTransaction(RuntimeError):
    """An event must be written in the transaction of its change; a fault of the caller's code."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One event for each of `streams`."""

    streams: tuple[str, ...]
    kind: str
    payload: dict[str, Any]
    at: datetime


_gathering: ContextVar[list[Entry] | None] = ContextVar("live_log_gathering", default=None)


def append(streams: Sequence[str], kind: str, payload: Mapping[str, Any], *, at: datetime) -> dict[str, int]:
    """Write one event to each stream, as the last statement of the caller's transaction.

    Locks the streams in name order until the transaction ends, so offsets are gapless and in commit order;
    creates those that don't exist. Two statements, whatever the number of streams. On commit a hint wakes who
    listens. Returns the offset in each stream; inside `gathered()` nothing is written yet: it is empty.
    Raises AppendOutsideTransaction, PayloadRefused, and ValueError for a name or kind that can't be used.
    """
    entry = _entry(streams, kind, payload, at)
    waiting = _gathering.get()
    if waiting is None:
        return _write([entry])
    waiting.append(entry)
    return {}


@contextmanager
def gathered() -> Iterator[None]:
    """Hold back all appends of the block and write them together at its end, with one ordered locking.

    For a service that calls other services which append. The outermost block writes; an exception writes
    nothing.
    """
    if _gathering.get() is not None:
        yield
        return
    entries: list[Entry] = []
    token = _gathering.set(entries)
    try:
        yield
    finally:
        _gathering.reset(token)
    if entries:
        _write(entries)


def _entry(streams: Sequence[str], kind: str, payload: Mapping[str, Any], at: datetime) -> Entry:
    for name in streams:
        names.require_stream_name(name)
    names.require_kind(kind)
    if not transaction.get_connection().in_atomic_block:
        raise AppendOutsideTransaction(f"{kind} for {', '.join(streams)}")
    return Entry(tuple(sorted(set(streams))), kind, plain_payload(payload), at)


def _write(entries: Sequence[Entry]) -> dict[str, int]:
    counts = Counter(name for entry in entries for name in entry.streams)
    rows = _advance_heads(transaction.get_connection(), dict(sorted(counts.items())))
    heads = {name: head for name, (_, head) in rows.items()}
    next_offset = {name: head - counts[name] + 1 for name, head in heads.items()}
    events: list[Event] = []
    for entry in entries:
        for name in entry.streams:
            events.append(_event(entry, rows[name][0], next_offset[name]))
            next_offset[name] += 1
    _events.write(events)
    transaction.on_commit(partial(hints.streams_moved, heads))
    return heads


def _event(entry: Entry, stream_id: int, offset: int) -> Event:
    return Event(stream_id=stream_id, offset=offset, kind=entry.kind, payload=entry.payload, at=entry.at)


def _advance_heads(connection: BaseDatabaseWrapper, counts: Mapping[str, int]) -> dict[str, tuple[int, int]]:
    """Create or lock each stream in the order given and move its head. Returns id and new head by name.

    One statement on both databases: the rows of VALUES are taken one after the other, and each is locked as
    it is met, new or not, so two transactions can't wait for each other.
    """
    places = ", ".join(["(%s, %s, %s)"] * len(counts))
    values: list[Any] = []
    for name, count in counts.items():
        values += [name, EPOCH.get_db_prep_value(uuid4(), connection), count]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO live_stream (name, epoch, head) VALUES {places} "  # noqa: S608 - only placeholders
            "ON CONFLICT (name) DO UPDATE SET head = live_stream.head + excluded.head "
            "RETURNING name, id, head",
            values,
        )
        return {name: (id, head) for name, id, head in cursor.fetchall()}


def renew_epochs() -> int:
    """Make every offset that a client remembers void. Returns how many streams there are."""
    count = 0
    with transaction.atomic():
        for stream in Stream.objects.select_for_update().order_by("name").only("id").iterator():
            stream.epoch = uuid4()
            stream.save(update_fields=["epoch"])
            count += 1
    return count
