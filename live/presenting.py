"""Events and snapshots as one kind of reader sees them, as text ready to send."""

import logging
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import translation

from live import frames, names
from live.events import EventFacts, Standing, read_after
from live.people import Reader
from live.registry import StreamKind, audience, stream_kind, with_token

EVENTS_AT_A_TIME = 200
SKIP = "skip"
logger = logging.getLogger(__name__)

# Readers of one group get the same texts: what their stream's `audience` says, and their language.
Group = tuple[Hashable, str]


@dataclass(frozen=True, slots=True)
class Batch:
    """Some events in order, each as the text for every group; None for a group that can't be served."""

    offsets: Sequence[int]
    texts: Mapping[Group, Sequence[str] | None]


def kind_for(reader: Reader, stream: str) -> StreamKind | None:
    """The stream's kind as this reader meets it: by the stream's own token, where they gave one."""
    kind = stream_kind(names.split(stream)[0])
    token = reader.credential.stream_tokens.get(stream)
    return kind if kind is None or token is None else with_token(kind, token)


def group_of(kind: StreamKind, reader: Reader, stream: str) -> Group:
    return audience(kind, reader.user, names.split(stream)[1]), reader.language


def read_batch(standing: Standing, stream: str, offset: int, readers: Mapping[Group, Reader]) -> Batch:
    """The next events after `offset`, read once and presented once for each group."""
    events = read_after(standing, stream, offset, limit=EVENTS_AT_A_TIME)
    texts = {group: _try_event_texts(reader, stream, events) for group, reader in readers.items()}
    return Batch([event.offset for event in events], texts)


def _try_event_texts(reader: Reader, stream: str, events: list[EventFacts]) -> list[str] | None:
    try:
        return event_texts(reader, stream, events)
    except Exception:  # a presenter that fails for one kind of reader must not stop the others' news
        logger.exception("Events of %s could not be presented.", stream)
        return None


def event_texts(reader: Reader, stream: str, events: list[EventFacts]) -> list[str]:
    """The frames of these events for this reader."""
    kind = kind_for(reader, stream)
    if kind is None or not events:
        return []
    with translation.override(reader.language):
        shown = kind.present(reader.user, names.split(stream)[1], events)
        return [_event_text(event, data) for event, data in zip(events, shown, strict=True)]


def _event_text(event: EventFacts, data: dict[str, Any] | None) -> str:
    kind = SKIP if data is None else event.kind
    return _text(event.stream, event.offset, kind, event.at, data or {})


def snapshot_text(reader: Reader, stream: str, standing: Standing, *, at: datetime) -> str:
    """The frame that stands for all events up to the standing's head."""
    kind = kind_for(reader, stream)
    if kind is None:
        raise LookupError(stream)
    with translation.override(reader.language):
        data = kind.snapshot(reader.user, names.split(stream)[1])
        return _text(stream, standing.head, "snapshot", at, data)


def _text(stream: str, offset: int, kind: str, at: datetime, data: dict[str, Any]) -> str:
    frame = {"type": "event", "stream": stream, "offset": offset, "kind": kind, "at": at, "data": data}
    return frames.encode(frame)
