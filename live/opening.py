"""The hello of a socket: who it is, what they may read, and what they missed."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.utils import translation

from live import closing, frames, names
from live.events import Standing, open_streams, read_after
from live.people import Credential, Reader, Scope, identify, is_own_origin, language_of, session_key
from live.presenting import Group, event_texts, group_of, kind_for, snapshot_text

STREAMS_AT_MOST = 20
RECOVER_AT_MOST = 500
TOKEN_CHARACTERS = 200
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Known:
    """How far the client says it has come; without an epoch it knows nothing yet. `token`: see Credential."""

    epoch: UUID | None
    offset: int
    token: str | None = None


@dataclass(frozen=True, slots=True)
class Hello:
    token: str | None
    device: str
    language: str | None
    streams: Mapping[str, Known]

    @classmethod
    def read(cls, frame: frames.Frame) -> "Hello":
        """Raises frames.FrameRefused."""
        if frame["type"] != "hello":
            raise frames.FrameRefused("no_hello", 'The first frame must be a "hello".', field="type")
        return cls(
            token=frames.optional_word(frame, "token", most=TOKEN_CHARACTERS),
            device=frames.optional_word(frame, "device") or "",
            language=frames.optional_word(frame, "language"),
            streams=_read_streams(frame.get("streams")),
        )


@dataclass(frozen=True, slots=True)
class Opened:
    """A stream that was opened: `texts` bring the client from what it knows to `standing.head`."""

    stream: str
    standing: Standing
    group: Group
    recovered: bool
    texts: list[str]


def _read_streams(wanted: object) -> dict[str, Known]:
    if not isinstance(wanted, dict) or not 0 < len(wanted) <= STREAMS_AT_MOST:
        detail = f"streams: an object with 1 to {STREAMS_AT_MOST} streams is needed."
        raise frames.FrameRefused("invalid", detail, field="streams")
    return {name: _read_known(name, known) for name, known in wanted.items()}


def _read_known(name: str, known: object) -> Known:
    if not names.is_stream_name(name):
        raise frames.FrameRefused("invalid", f"streams: {name[:40]!r} is no stream.", field="streams")
    if known is None:
        return Known(None, 0)
    if not isinstance(known, dict):
        raise frames.FrameRefused(
            "invalid", "streams: each needs epoch and offset, or null.", field="streams"
        )
    token = frames.optional_word(known, "token", most=TOKEN_CHARACTERS)
    if not known.keys() - {"token"}:
        return Known(None, 0, token)
    return Known(frames.optional_identifier(known, "epoch"), frames.whole(known, "offset"), token)


def credential_of(hello: Hello, scope: Scope) -> Credential:
    """A token proves its bearer from anywhere; the session cookie counts only from a page of ours.

    Raises closing.Closing for a page of another site.
    """
    tokens = {name: known.token for name, known in hello.streams.items() if known.token is not None}
    if hello.token is not None:
        return Credential(hello.token, None, tokens)
    own = is_own_origin(scope)
    if own is False:
        raise closing.Closing(closing.FOREIGN_ORIGIN)
    return Credential(None, session_key(scope) if own else None, tokens)


def greet(hello: Hello, credential: Credential, *, at: datetime) -> tuple[Reader, list[Opened]]:
    """Who says hello, and their streams opened. Raises closing.Closing when they may not read one of them."""
    user = identify(credential, at=at)
    if user is None:
        raise closing.Closing(closing.SIGNED_OUT)
    reader = Reader(user, hello.device, language_of(user, hello.language), credential)
    require_readable(reader, hello.streams)
    # First where each stream stands, then its state: what happens in between comes once more as an event.
    standings = open_streams(list(hello.streams))
    opened = [_open(reader, name, known, standings[name], at) for name, known in hello.streams.items()]
    return reader, opened


def require_readable(reader: Reader, streams: Mapping[str, object]) -> None:
    """Raises closing.Closing; a stream that doesn't exist and one that isn't theirs are told the same."""
    with translation.override(reader.language):
        readable = all(_may_read(reader, name) for name in streams)
    if not readable:
        raise closing.Closing(closing.NOT_ALLOWED if reader.signed_in else closing.SIGNED_OUT)


def still_may(reader: Reader, groups: Mapping[str, Group], *, at: datetime) -> closing.Close | None:
    """None while the person is who they were and sees all as before; else why the socket is closed."""
    user = identify(reader.credential, at=at)
    if user is None or user.pk != reader.user.pk:
        return closing.SIGNED_OUT
    now = replace(reader, user=user)
    try:
        require_readable(now, groups)
    except closing.Closing:
        return closing.NOT_ALLOWED  # whoever they are: signing in is not what they lack
    same = all(_group_now(now, name) == group for name, group in groups.items())
    return None if same else closing.CHANGED


def _group_now(reader: Reader, name: str) -> Group | None:
    kind = kind_for(reader, name)
    return group_of(kind, reader, name) if kind else None


def _may_read(reader: Reader, name: str) -> bool:
    kind = kind_for(reader, name)
    return kind is not None and kind.may_read(reader.user, names.split(name)[1])


def _open(reader: Reader, name: str, known: Known, standing: Standing, at: datetime) -> Opened:
    kind = kind_for(reader, name)
    if kind is None:
        raise closing.Closing(closing.NOT_ALLOWED)
    group = group_of(kind, reader, name)
    texts = _missed(reader, name, known, standing)
    if texts is None:
        return Opened(name, standing, group, False, [snapshot_text(reader, name, standing, at=at)])
    return Opened(name, standing, group, True, texts)


def _missed(reader: Reader, name: str, known: Known, standing: Standing) -> list[str] | None:
    """All events after what is known, or None when they can't be given without a gap."""
    missing = standing.head - known.offset
    if known.epoch != standing.epoch or not 0 <= missing <= RECOVER_AT_MOST:
        return None
    events = read_after(standing, name, known.offset, limit=missing) if missing else []
    if [event.offset for event in events] != list(range(known.offset + 1, standing.head + 1)):
        return None
    try:
        return event_texts(reader, name, events)
    except Exception:  # the state as a whole may still be presentable
        logger.exception("Events of %s could not be presented; a snapshot takes their place.", name)
        return None
