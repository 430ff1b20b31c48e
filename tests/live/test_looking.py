"""Who looks at what: told to the readers of the stream while it lasts, and never kept."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest

from accounts.models import User
from live import hints
from live.looking import BEAT_S, STALE_S, Lookers
from live.models import Event, Presence
from live.passing import Items
from tests.live import toys
from tests.live.conftest import MakePerson
from tests.live.server import Client, Frame, SocketServer

STREAM = "toy:red"
MARIA, IVAN = User(pk=1, name="Maria"), User(pk=2, email="ivan@example.org")


class City:
    """Processes that hear each other's hints, and a clock."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, processes: int = 2) -> None:
        self.now = 0.0
        self.shown: list[list[tuple[str, dict[str, Any]]]] = [[] for _ in range(processes)]
        self.processes = [Lookers(self._shows(shown), clock=lambda: self.now) for shown in self.shown]
        self.deaf: set[int] = set()
        self.news: list[Items] = []
        monkeypatch.setattr(hints, "pass_items", self._tell)

    def _shows(self, shown: list[tuple[str, dict[str, Any]]]) -> Callable[[str, dict[str, Any]], None]:
        return lambda stream, frame: shown.append((stream, frame))

    def _tell(self, items: Items) -> None:
        for number, process in enumerate(self.processes):
            if items and number not in self.deaf:
                self.news.append(process.take(items))

    def seen_by(self, number: int) -> list[tuple[str, str, bool]]:
        known = self.processes[number].known(STREAM)
        return [(item["name"], item["report"], item["writing"]) for item in known]


def look(
    process: Lookers, user: User = MARIA, report: str | None = "K7Q3MX", writing: bool = False, **more: UUID
) -> UUID:
    connection = more.get("connection") or uuid4()
    process.look(connection, STREAM, user, report=report, is_writing=writing)
    return connection


def test_every_process_knows_who_looks_and_forgets_who_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    city = City(monkeypatch)
    maria = look(city.processes[0])
    ivan = look(city.processes[1], IVAN, writing=True)
    for number in (0, 1):
        assert city.seen_by(number) == [("Maria", "K7Q3MX", False), ("ivan@example.org", "K7Q3MX", True)]
    look(city.processes[0], report=None, connection=maria)
    city.processes[1].leave(ivan)
    assert city.seen_by(0) == city.seen_by(1) == []


def test_what_is_said_again_is_no_news(monkeypatch: pytest.MonkeyPatch) -> None:
    city = City(monkeypatch)
    look(city.processes[0])
    city.news.clear()
    city.processes[0].beat()
    assert city.news == [{}, {}]
    others: Items = {STREAM: {"positions": {"a": {"id": "a"}}}}
    assert city.processes[0].take(others) == others


def test_the_people_of_a_process_that_was_killed_are_gone_within_35_seconds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    city = City(monkeypatch)
    look(city.processes[0])
    look(city.processes[1], IVAN)
    while city.now < 2 * STALE_S:  # nothing comes from the first any more
        city.now += BEAT_S
        city.processes[1].beat()
        if len(city.seen_by(1)) == 1:
            break
    assert city.now <= 35
    assert city.seen_by(1) == [("ivan@example.org", "K7Q3MX", False)]
    [(stream, frame)] = city.shown[1]
    assert (stream, frame["type"]) == (STREAM, "looking")
    assert [(item["name"], item["report"]) for item in frame["people"]] == [("Maria", None)]


def test_who_is_still_there_is_known_again_after_lost_hints(monkeypatch: pytest.MonkeyPatch) -> None:
    city = City(monkeypatch)
    look(city.processes[0])
    city.deaf = {1}
    for _beat in range(4):
        city.now += BEAT_S
        city.processes[0].beat()
        city.processes[1].beat()
    assert city.seen_by(1) == []
    city.deaf = set()
    city.processes[0].beat()
    assert city.seen_by(0) == city.seen_by(1) == [("Maria", "K7Q3MX", False)]


# --- over sockets, on both channel layers


@pytest.fixture
def _seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(toys.ToyStreams, "tells_lookers", True, raising=False)
    monkeypatch.setattr("live.looking.BEAT_S", 1.0)  # what was lost while a server starts is said again


def looking(client: Client, report: str | None, **more: Any) -> Frame:
    """Say it; the answer."""
    client.send({"type": "looking", "stream": STREAM, "report": report, **more})
    while "you" not in (answer := client.read_until("looking")):
        pass
    return answer


def told(client: Client) -> tuple[str, str | None, bool]:
    """The latest of another one."""
    [item] = client.read_until("looking")["people"]
    return item["name"], item["report"], item["writing"]


@pytest.mark.usefixtures("_seen")
def test_two_who_have_one_report_open_see_each_other_come_write_and_go(
    socket_server: SocketServer, make_person: MakePerson, settings: Any
) -> None:
    settings.LIVE_PASSING_S = 0.01
    _, maria = make_person("red Maria")
    _, ivan = make_person("red Ivan")
    with Client(socket_server) as one:
        one.hello(STREAM, token=maria)
        me = looking(one, "K7Q3MX")
        assert me["people"] == []
        assert one.read_until("looking")["people"][0]["person"] == me["you"]  # a window of one's own
        with Client(socket_server) as other:
            other.hello(STREAM, token=ivan)
            answer = looking(other, "K7Q3MX", writing=True)
            [found] = answer["people"]
            assert (found["name"], found["report"], found["writing"]) == ("red Maria", "K7Q3MX", False)
            assert found["person"] == me["you"] != answer["you"]
            assert told(one) == ("red Ivan", "K7Q3MX", True)
        assert told(one) == ("red Ivan", None, False)
    assert not Event.objects.exists()
    assert not Presence.objects.exists()


@pytest.mark.usefixtures("_seen")
def test_what_another_process_tells_is_shown_and_answered(
    socket_server: SocketServer, make_person: MakePerson
) -> None:
    _, token = make_person("red")
    item: Frame = {"id": str(uuid4()), "person": "p", "name": "Maria", "report": "K7Q3MX", "writing": True}
    with Client(socket_server) as client:
        client.hello(STREAM, token=token)
        looking(client, "AAAAAA")
        assert told(client)[1] == "AAAAAA"  # this process hears hints
        hints.pass_items({STREAM: {"looking": {item["id"]: item}}})
        assert told(client) == ("Maria", "K7Q3MX", True)
        assert looking(client, "K7Q3MX")["people"] == [item]


@pytest.mark.usefixtures("_seen")
def test_a_stream_that_is_not_open_or_tells_nobody_is_refused(
    socket_server: SocketServer, make_person: MakePerson
) -> None:
    _, token = make_person("red")
    with Client(socket_server) as client:
        client.hello(STREAM, "open:all", token=token)
        for wrong, field in (
            ({"stream": "toy:blue"}, "stream"),
            ({"stream": "open:all"}, "stream"),
            ({"report": 7}, "report"),
            ({"writing": 1}, "writing"),
        ):
            client.send({"type": "looking", "stream": STREAM, "report": "K7Q3MX", **wrong})
            assert client.read_until("error")["field"] == field
        assert looking(client, "K7Q3MX")["people"] == []
