"""Readers named in LIVE_READERS: each follows its streams from where it stopped, at least once, in order."""

import logging
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from live import names
from live.events import EventFacts, Standing, read_after
from live.models import ReaderPosition, Stream
from live.registry import LogReader, log_readers

EVENTS_AT_A_TIME = 100
CLAIM = timedelta(minutes=5)
logger = logging.getLogger(__name__)


def follows(reader: LogReader, stream: str) -> bool:
    return names.split(stream)[0] in _prefixes(reader)


def run_readers(*, at: datetime, streams: Iterable[str] | None = None) -> int:
    """Let every reader handle what is new for it, in these streams or in all. Returns the number of events.

    A reader that fails stays where it is in that stream, and is tried again by the next run. Two runs at once
    don't handle one stream twice, unless a claim of five minutes ran out.
    """
    wanted = None if streams is None else set(streams)
    return sum(_follow(reader, stream, at) for reader in log_readers() for stream in _lagging(reader, wanted))


def _prefixes(reader: LogReader) -> tuple[str, ...]:
    return (reader.streams,) if isinstance(reader.streams, str) else tuple(reader.streams)


def _lagging(reader: LogReader, wanted: set[str] | None) -> QuerySet[Stream]:
    own = ReaderPosition.objects.filter(reader=reader.name, stream=OuterRef("pk")).values("offset")
    behind = Stream.objects.annotate(read=Coalesce(Subquery(own), 0)).filter(head__gt=F("read"))
    return _followed(behind, reader, wanted)


def _followed(streams: QuerySet[Stream], reader: LogReader, wanted: set[str] | None) -> QuerySet[Stream]:
    if wanted is not None:
        return streams.filter(name__in=[name for name in wanted if follows(reader, name)])
    starts = Q()
    for prefix in _prefixes(reader):
        starts |= Q(name__startswith=f"{prefix}:")
    return streams.filter(starts)


def _follow(reader: LogReader, stream: Stream, at: datetime) -> int:
    claimed = _claim(reader, stream, at)
    if claimed is None:
        return 0
    position, offset = claimed
    handled = 0
    try:
        for events in _batches(stream, offset):
            reader.handle(events)
            handled += len(events)
            offset = events[-1].offset
            if len(events) == EVENTS_AT_A_TIME:
                ReaderPosition.objects.filter(pk=position).update(offset=offset)
    except Exception:
        logger.exception("%s stopped in %s; it will be tried again.", reader.name, stream)
    finally:
        ReaderPosition.objects.filter(pk=position).update(offset=offset, claimed_until=None)
    return handled


def _claim(reader: LogReader, stream: Stream, at: datetime) -> tuple[int, int] | None:
    """Take the stream for this run: its position's id and offset, None if another run has it."""
    times = [connection.ops.adapt_datetimefield_value(moment) for moment in (at + CLAIM, at)]
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [reader.name, stream.pk, *times])
        taken: tuple[int, int] | None = cursor.fetchone()
    return taken


_TAKE = """
    INSERT INTO live_readerposition (reader, stream_id, "offset", claimed_until) VALUES (%s, %s, 0, %s)
    ON CONFLICT (reader, stream_id) DO UPDATE SET claimed_until = excluded.claimed_until
    WHERE live_readerposition.claimed_until IS NULL OR live_readerposition.claimed_until < %s
    RETURNING id, "offset"
"""


def _batches(stream: Stream, offset: int) -> Iterator[list[EventFacts]]:
    standing = Standing(stream.pk, stream.epoch, stream.head)
    while events := read_after(standing, stream.name, offset, limit=EVENTS_AT_A_TIME):
        yield events
        offset = events[-1].offset
