"""Who is connected: known while they are, gone when they stop answering, and no ghosts of dead processes."""

import asyncio
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID, uuid4

import pytest
from django.conf import LazySettings
from django.db import DatabaseError
from django.test import Client as Browser
from django.utils import timezone

from accounts.models import User
from live import hub
from live.models import Presence, ServerProcess
from live.people import Credential, Reader
from live.presence import BEAT_S, STALE, Changes, Presences, connected, last_heard, write
from tests.live.conftest import MakePerson
from tests.live.server import Client, SocketServer, wait_until
from tests.live.toys import OpenStreams

STREAM = "kept:a"


class KeptStreams(OpenStreams):
    keeps_presence = True


told: list[set[str]] = []


def hear(streams: set[str], at: datetime) -> None:
    told.append(streams)


@pytest.fixture(autouse=True)
def _kept(settings: LazySettings) -> None:
    settings.LIVE_STREAMS = {**settings.LIVE_STREAMS, "kept": f"{__name__}.KeptStreams"}
    settings.LIVE_PRESENCE = f"{__name__}.hear"
    told.clear()


def here(at: datetime | None = None) -> list[Presence]:
    return list(connected([STREAM], at=at or timezone.now()))


def count(number: int) -> Callable[[], bool]:
    return lambda: len(here()) == number


def test_who_is_connected_is_known_with_app_and_device_and_gone_when_they_leave(
    socket_server: SocketServer, make_person: MakePerson
) -> None:
    user, token = make_person("red")
    with Client(socket_server) as client:
        client.hello(STREAM, "open:a", token=token, device="Handlebar")
        wait_until(count(1))
        [presence] = here()
        assert (presence.user, presence.app, presence.device) == (user, "native", "Handlebar")
        assert {STREAM} in told
        assert not connected(["open:a"], at=timezone.now()).exists()
        told.clear()
    wait_until(count(0))
    wait_until(lambda: {STREAM} in told)
    assert timezone.now() - last_heard([STREAM])[STREAM] < timedelta(seconds=5)


def test_a_page_is_told_from_a_native_client_and_a_stranger_is_nobody(
    socket_server: SocketServer, make_person: MakePerson
) -> None:
    user, token = make_person("red")
    browser = Browser()
    browser.force_login(user)
    cookie = f"sessionid={browser.cookies['sessionid'].value}"
    with (
        Client(socket_server, cookie=cookie, origin=socket_server.origin) as page,
        Client(socket_server) as phone,
        Client(socket_server) as stranger,
    ):
        page.hello(STREAM)
        phone.hello(STREAM, token=token)
        stranger.hello(STREAM)
        wait_until(count(2))
        assert sorted(presence.app for presence in here()) == ["native", "page"]


def test_two_windows_of_one_phone_are_two_connections_and_one_may_close(
    socket_server: SocketServer, make_person: MakePerson
) -> None:
    _, token = make_person("red")
    with Client(socket_server) as first:
        first.hello(STREAM, token=token)
        with Client(socket_server) as second:
            second.hello(STREAM, token=token)
            wait_until(count(2))
        wait_until(count(1))
        time.sleep(0.1)
        assert len(here()) == 1


def test_a_connection_that_stops_answering_is_known_to_be_gone(
    socket_server: SocketServer, make_person: MakePerson, settings: LazySettings
) -> None:
    _, token = make_person("red")
    with Client(socket_server) as client:
        client.hello(STREAM, token=token)
        wait_until(count(1))
        heard_until = timezone.now()
        settings.LIVE_SILENCE_S = 0.3
        wait_until(count(0))  # the client holds its connection open and says nothing
        assert abs(last_heard([STREAM])[STREAM] - heard_until) < timedelta(seconds=1)


def test_a_stalled_client_is_known_within_35_seconds() -> None:
    longest = hub.SILENCE_S + hub.SILENCE_CHECK_S + 0.2  # and the writing of it
    assert longest <= 35


def test_a_process_that_was_killed_leaves_ghosts_for_at_most_35_seconds() -> None:
    assert STALE.total_seconds() + BEAT_S <= 35


# --- what is written


def a_presence(process: UUID, user: User, **fields: object) -> Presence:
    fields = {"connection": uuid4(), "stream": STREAM, "app": "page", "since": timezone.now(), **fields}
    return Presence(process=process, user=user, **fields)


def come(process: UUID, *rows: Presence, at: datetime) -> None:
    keyed = {(row.connection, row.stream): row for row in rows}
    write(process, Changes(keyed, {}, keyed), at=at)


def test_a_dead_processs_people_were_last_heard_of_at_its_last_heartbeat(make_person: MakePerson) -> None:
    user, _ = make_person("red")
    at = timezone.now()
    dead, alive = uuid4(), uuid4()
    come(dead, a_presence(dead, user), at=at)
    assert len(here(at + STALE - timedelta(seconds=1))) == 1
    later = at + STALE
    assert here(later) == []
    told.clear()
    write(alive, Changes({}, {}, {}), at=later)
    assert told == [{STREAM}]
    assert last_heard([STREAM]) == {STREAM: at}
    assert [process.pk for process in ServerProcess.objects.all()] == [alive]


def test_a_process_that_was_taken_for_dead_says_again_who_is_there(make_person: MakePerson) -> None:
    user, _ = make_person("red")
    at = timezone.now()
    held_up, other = uuid4(), uuid4()
    row = a_presence(held_up, user)
    come(held_up, row, at=at)
    write(other, Changes({}, {}, {}), at=at + STALE)
    later = at + 2 * STALE
    write(held_up, Changes({}, {}, {(row.connection, row.stream): row}), at=later)
    assert [presence.connection for presence in here(later)] == [row.connection]


def test_who_comes_back_leaves_no_old_rows_behind(make_person: MakePerson) -> None:
    user, _ = make_person("red")
    at, process = timezone.now(), uuid4()
    for number in range(5):
        row = a_presence(process, user)
        come(process, row, at=at)
        key = (row.connection, row.stream)
        write(process, Changes({}, {key: at + timedelta(seconds=number)}, {}), at=at)
    assert Presence.objects.count() == 1
    assert last_heard([STREAM]) == {STREAM: at + timedelta(seconds=4)}


def test_a_person_who_was_deleted_meanwhile_costs_the_others_nothing(make_person: MakePerson) -> None:
    user, _ = make_person("red")
    gone, _ = make_person("blue")
    at, process = timezone.now(), uuid4()
    rows = [a_presence(process, gone), a_presence(process, user)]
    gone.delete()
    come(process, *rows, at=at)
    assert [presence.user for presence in here(at)] == [user]


class Broken:
    """Threads whose database is away at first."""

    failing: ClassVar[bool] = True

    async def run(self, call: Callable[..., object], *args: object, **kwargs: object) -> object:
        if self.failing:
            raise DatabaseError("away")
        self.written.append(args)
        return None

    written: ClassVar[list[tuple[object, ...]]] = []


async def test_what_could_not_be_written_waits_for_the_database() -> None:
    threads = Broken()
    presences = Presences(threads, is_watched=lambda: False, beat_s=0.01)  # type: ignore[arg-type]
    reader = Reader(User(pk=1), "", "en", Credential("t", None))
    connection = uuid4()
    presences.come(connection, STREAM, reader)
    with pytest.raises(DatabaseError):
        await presences.keep()
    Broken.failing = False
    keeping = asyncio.ensure_future(presences.keep())
    while not threads.written:
        await asyncio.sleep(0.01)
    keeping.cancel()
    changes = threads.written[0][1]
    assert isinstance(changes, Changes)
    assert list(changes.came) == [(connection, STREAM)]


@pytest.mark.parametrize("watched", [True, False])
async def test_a_process_with_desks_alone_goes_on_to_look_for_dead_ones(
    watched: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Broken, "failing", False)
    threads = Broken()
    threads.written.clear()
    presences = Presences(threads, is_watched=lambda: watched, beat_s=0.01)  # type: ignore[arg-type]
    keeping = asyncio.ensure_future(presences.keep())
    await asyncio.sleep(0.3)
    keeping.cancel()
    assert bool(threads.written) is watched
