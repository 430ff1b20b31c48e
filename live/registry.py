"""What the apps above register in settings: streams, commands, readers, and who takes acks and positions."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.signals import setting_changed
from django.utils.module_loading import import_string

from accounts.models import User
from live import names
from live.events import EventFacts

if TYPE_CHECKING:
    from live.commands import Command
    from live.delivery import Position

Person = User | AnonymousUser
CommandCall = Callable[[User, "Command", datetime], dict[str, Any]]
AckCall = Callable[[Person, str, str, int, datetime], object]
PositionsCall = Callable[[Sequence["Position"]], object]
PresenceCall = Callable[[set[str], datetime], object]
SessionCall = Callable[[User, Mapping[str, Any]], Person]


class StreamKind(Protocol):
    """All streams of one prefix. Called off the event loop, with the reader's language active.

    Two methods may be left out. `audience`: then every person gets a presentation of their own. `with_token`,
    which gives the kind as the bearer of a token reads it: then a token opens nothing. With
    `keeps_presence` true, who follows such a stream now is kept for others to see (live.presence). With
    `tells_lookers` true, its readers see who of them has what open (live.looking).
    """

    def may_read(self, user: Person, key: str) -> bool: ...

    def snapshot(self, user: Person, key: str) -> dict[str, Any]: ...

    def present(self, user: Person, key: str, events: list[EventFacts]) -> Sequence[dict[str, Any] | None]:
        """One `data` for each event; None where this reader learns only that something happened."""
        ...


class LogReader(Protocol):
    """Follows all streams of some prefixes. `handle` may see an event twice, and must not mind."""

    name: str
    streams: str | Sequence[str]

    def handle(self, events: list[EventFacts]) -> None: ...


@cache
def stream_kind(prefix: str) -> StreamKind | None:
    path = settings.LIVE_STREAMS.get(prefix)
    return import_string(path)() if path else None


def audience(kind: StreamKind, user: Person, key: str) -> Hashable:
    """Readers with equal answers see the same events; one presentation serves them all."""
    declared: Callable[[Person, str], Hashable] | None = getattr(kind, "audience", None)
    return declared(user, key) if declared else ("person", user.pk)


def with_token(kind: StreamKind, token: str) -> StreamKind:
    """The streams as who bears this token reads them; `may_read` of it says for which the token is good."""
    declared: Callable[[str], StreamKind] | None = getattr(kind, "with_token", None)
    return declared(token) if declared else kind


def keeps_presence(stream: str) -> bool:
    kind = stream_kind(names.split(stream)[0])
    return bool(getattr(kind, "keeps_presence", False))


def tells_lookers(stream: str) -> bool:
    kind = stream_kind(names.split(stream)[0])
    return bool(getattr(kind, "tells_lookers", False))


@cache
def command_call(name: str) -> CommandCall | None:
    call: CommandCall | None = _optional(settings.LIVE_COMMANDS.get(name))
    return call


@cache
def ack_call() -> AckCall | None:
    call: AckCall | None = _optional(getattr(settings, "LIVE_ACKS", None))
    return call


@cache
def positions_call() -> PositionsCall | None:
    call: PositionsCall | None = _optional(getattr(settings, "LIVE_POSITIONS", None))
    return call


@cache
def presence_call() -> PresenceCall | None:
    """Told the names of streams whose followers have changed, off the event loop."""
    call: PresenceCall | None = _optional(getattr(settings, "LIVE_PRESENCE", None))
    return call


@cache
def session_call() -> SessionCall | None:
    """Says who the user of a session is in it: as they are, with fewer rights, or nobody any more."""
    call: SessionCall | None = _optional(getattr(settings, "LIVE_SESSIONS", None))
    return call


@cache
def log_readers() -> tuple[LogReader, ...]:
    named = [import_string(path) for path in getattr(settings, "LIVE_READERS", [])]
    return tuple(reader() if isinstance(reader, type) else reader for reader in named)


def _optional(path: str | None) -> Any:
    return import_string(path) if path else None


def _forget(*, setting: str, **_: object) -> None:
    if setting.startswith("LIVE_"):
        calls = (command_call, ack_call, positions_call, presence_call, session_call)
        for found in (stream_kind, *calls, log_readers):
            found.cache_clear()


setting_changed.connect(_forget)
