"""Who is connected now: rows that a process writes for its sockets, true while its heartbeat is young."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import Error as DatabaseError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from live.models import Presence, ServerProcess
from live.people import Reader
from live.registry import keeps_presence, presence_call
from live.threads import DatabaseThreads

# A process that was killed is known to be gone after STALE and one more BEAT of another: 32 seconds.
BEAT_S = 8.0
STALE = timedelta(seconds=24)
# Thousands who come back at once are written by a few statements.
GATHER_S = 0.1
KEPT_FOR = timedelta(days=30)
_Key = tuple[UUID, str]


@dataclass(frozen=True, slots=True)
class Changes:
    """What is to be written: who came, who went (with when they were last heard), and who is here in all."""

    came: Mapping[_Key, Presence]
    went: Mapping[_Key, datetime]
    here: Mapping[_Key, Presence]


class Presences:
    """The presence of one process's sockets. On the hub's event loop, but for the writing.

    While `is_watched` the heartbeat goes on with nobody here: desks are to hear of processes that died.
    """

    def __init__(
        self, threads: DatabaseThreads, is_watched: Callable[[], bool], beat_s: float = BEAT_S
    ) -> None:
        self.process = uuid4()
        self._threads = threads
        self._is_watched = is_watched
        self._beat_s = beat_s
        self._here: dict[_Key, Presence] = {}
        self._came: dict[_Key, Presence] = {}
        self._went: dict[_Key, datetime] = {}
        self._changed = asyncio.Event()

    def come(self, connection: UUID, stream: str, reader: Reader) -> None:
        """A person follows the stream by this connection. Only streams whose kind asks for it are kept."""
        if not isinstance(reader.user, User) or not keeps_presence(stream):
            return
        presence = Presence(
            connection=connection,
            stream=stream,
            process=self.process,
            user_id=reader.user.pk,
            device=reader.device,
            app=reader.app,
            since=timezone.now(),
        )
        self._here[connection, stream] = self._came[connection, stream] = presence
        self._changed.set()

    def go(self, connection: UUID, stream: str, *, heard_at: datetime) -> None:
        """The connection is over; `heard_at` is when something last came from it."""
        if self._here.pop((connection, stream), None) is not None:
            self._went[connection, stream] = heard_at
            self._changed.set()

    async def keep(self) -> None:
        """Write what changes, at once, and the heartbeat. Runs until cancelled."""
        while True:
            await self._wait()
            if self._here or self._went or self._is_watched():
                await self._write()

    async def stop(self) -> None:
        """Nobody is here any more. Called when all sockets are closed."""
        if self._came or self._went:
            await self._write()
        await self._threads.run(_forget_process, self.process)

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(self._beat_s):
                await self._changed.wait()
                await asyncio.sleep(GATHER_S)
        except TimeoutError:
            pass
        self._changed.clear()

    async def _write(self) -> None:
        """Raises the database's error; then what was to be written waits for the next time."""
        changes = Changes(self._came, self._went, dict(self._here))
        self._came, self._went = {}, {}
        try:
            await self._threads.run(write, self.process, changes, at=timezone.now())
        except DatabaseError:
            self._came = {**changes.came, **self._came}
            self._went = {**changes.went, **self._went}
            raise


def write(process: UUID, changes: Changes, *, at: datetime) -> None:
    """Write the changes and the heartbeat, take over what dead processes left, and tell of both."""
    with transaction.atomic():
        known = ServerProcess.objects.filter(pk=process).update(beat_at=at)
        if not known:  # new, or taken for dead while it was held up: all who are here come again
            ServerProcess.objects.create(pk=process, beat_at=at)
            Presence.objects.filter(process=process).delete()
        came = changes.came if known else {**changes.here, **changes.came}
        _arrive(came.values(), at)
        _depart(changes.went)
        left = _bury(at)
    _tell({stream for _, stream in (*came, *changes.went)} | left, at)


def connected(streams: Iterable[str], *, at: datetime) -> QuerySet[Presence]:
    """Who follows one of these streams at `at`, the longest there first. One query."""
    alive = ServerProcess.objects.filter(beat_at__gt=at - STALE).values("pk")
    present = Presence.objects.filter(stream__in=list(streams), gone_at=None, process__in=alive)
    return present.select_related("user").order_by("since", "pk")


def last_heard(streams: Iterable[str]) -> dict[str, datetime]:
    """When something last came from anybody who followed the stream, as far as it is kept. Two queries.

    Of those who are connected it is the heartbeat of their process.
    """
    rows = Presence.objects.filter(stream__in=list(streams)).values_list("stream", "gone_at", "process")
    beats = dict(ServerProcess.objects.values_list("pk", "beat_at"))
    heard: dict[str, datetime] = {}
    for stream, gone_at, process in rows:
        moment = gone_at or beats.get(process)
        if moment is not None:
            heard[stream] = max(moment, heard.get(stream, moment))
    return heard


def _arrive(came: Iterable[Presence], at: datetime) -> None:
    """Rows of earlier visits have told what they had to. Who was deleted meanwhile is nobody."""
    rows = list(came)
    if not rows:
        return
    people = set(User.objects.filter(pk__in={row.user_id for row in rows}).values_list("pk", flat=True))
    gone = Presence.objects.filter(gone_at__isnull=False)
    gone.filter(user__in=people, stream__in={row.stream for row in rows}).delete()
    gone.filter(gone_at__lt=at - KEPT_FOR).delete()
    known = [_copy(row) for row in rows if row.user_id in people]
    Presence.objects.bulk_create(known, ignore_conflicts=True)


def _copy(row: Presence) -> Presence:
    """A row to insert: the one at hand may have to be inserted again later."""
    fields = [field for field in Presence._meta.concrete_fields if not field.primary_key]
    return Presence(**{field.attname: getattr(row, field.attname) for field in fields})


def _depart(went: Mapping[_Key, datetime]) -> None:
    connections = {connection for connection, _ in went}
    rows = list(Presence.objects.filter(connection__in=connections, gone_at=None)) if went else []
    for row in rows:
        row.gone_at = went.get((row.connection, row.stream))
    Presence.objects.bulk_update(rows, ["gone_at"], batch_size=200)


def _bury(at: datetime) -> set[str]:
    """Take over what dead processes left. Returns the streams concerned."""
    dead = ServerProcess.objects.filter(beat_at__lte=at - STALE)
    return {stream for process in dead for stream in _end(process)}


def _end(process: ServerProcess) -> set[str]:
    """Whom the process still has were last heard of at its last heartbeat. Returns their streams."""
    left = Presence.objects.filter(process=process.pk, gone_at=None)
    streams = set(left.values_list("stream", flat=True))
    left.update(gone_at=process.beat_at)
    process.delete()
    return streams


def _forget_process(process_id: UUID) -> None:
    with transaction.atomic():
        for process in ServerProcess.objects.filter(pk=process_id):
            _end(process)


def _tell(streams: set[str], at: datetime) -> None:
    call = presence_call()
    if call is not None and streams:
        call(streams, at)
