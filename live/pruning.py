"""Letting go of old events. What a stream stands for is kept elsewhere; the log is how it is told."""

from datetime import datetime, timedelta

from django.db.models import Max, Min, Q

from live.models import Event, ReaderPosition, Stream
from live.readers import follows
from live.registry import log_readers

DELETED_AT_A_TIME = 10_000


def prune_log(*, at: datetime, days: int) -> int:
    """Delete what is older than `days` and was handled by every reader; says how many events.

    Of each stream only the beginning goes, so that what is left has no gap: a client that knows less than
    that gets a snapshot. Twice changes nothing; it may be interrupted anywhere.
    """
    young = Q(events__at__gte=at - timedelta(days=days))
    streams = Stream.objects.annotate(
        first=Min("events__offset"), last=Max("events__offset"), kept_from=Min("events__offset", filter=young)
    )
    return sum(_prune(stream) for stream in streams.exclude(first=None).iterator())


def _prune(stream: Stream) -> int:
    first, last, kept_from = stream.first, stream.last, stream.kept_from  # type: ignore[attr-defined]
    until = min(last if kept_from is None else kept_from - 1, _handled(stream))
    deleted = 0
    for start in range(first, until + 1, DELETED_AT_A_TIME):
        end = min(until, start + DELETED_AT_A_TIME - 1)
        deleted += Event.objects.filter(stream=stream, offset__range=(start, end)).delete()[0]
    return deleted


def _handled(stream: Stream) -> int:
    """The offset up to which every reader of the stream has come."""
    wanted = [reader.name for reader in log_readers() if follows(reader, stream.name)]
    if not wanted:
        return stream.head
    found = dict(
        ReaderPosition.objects.filter(stream=stream, reader__in=wanted).values_list("reader", "offset")
    )
    return min(found.get(name, 0) for name in wanted)
