"""What a client sees on /ws/, over a real server and a real connection."""

import time
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from django.utils import timezone

from live import hints
from tests.live import toys
from tests.live.conftest import Append, MakePerson
from tests.live.server import Client, SocketServer, wait_until


def test_a_client_is_welcomed_with_a_snapshot_and_then_gets_every_event(
    socket_server: SocketServer, make_person: MakePerson, append: Append
) -> None:
    _, token = make_person("red")
    append("toy:red", size=1)
    with Client(socket_server) as client:
        welcome = client.hello("toy:red", token=token)
        assert welcome["type"] == "welcome"
        assert welcome["ping"] == 25
        assert welcome["streams"]["toy:red"]["head"] == 1
        assert welcome["streams"]["toy:red"]["recovered"] is False
        snapshot = client.read()
        assert (snapshot["kind"], snapshot["offset"]) == ("snapshot", 1)
        assert snapshot["data"] == {"toy": "red", "for": "crew"}
        append("toy:red", size=2)
        append("toy:red", size=3)
        event = client.read()
        assert event["type"] == "event"
        assert (event["stream"], event["offset"], event["kind"]) == ("toy:red", 2, "toy.turned")
        assert event["data"] == {"size": 2}
        assert event["at"].endswith("Z")
        assert client.read()["offset"] == 3


def test_anybody_may_follow_what_is_public_without_signing_in(
    socket_server: SocketServer, append: Append
) -> None:
    with Client(socket_server) as client:
        client.hello("open:a", "open:b")
        assert {client.read()["stream"], client.read()["stream"]} == {"open:a", "open:b"}
        append("open:a", "open:b", "toy:red")
        assert {client.read()["stream"], client.read()["stream"]} == {"open:a", "open:b"}


def test_an_event_is_presented_once_for_each_kind_of_reader_and_leaks_nothing_to_another(
    socket_server: SocketServer, make_person: MakePerson, append: Append
) -> None:
    _, crew = make_person("red")
    _, staff = make_person("red", is_staff=True)
    with Client(socket_server) as one, Client(socket_server) as two, Client(socket_server) as desk:
        for client, token in ((one, crew), (two, crew), (desk, staff)):
            client.hello("toy:red", token=token)
            assert client.read()["kind"] == "snapshot"
        append("toy:red", size=1)
        assert one.read()["data"] == {"size": 1}
        assert two.read()["data"] == {"size": 1}
        assert desk.read()["data"] == {"size": 1, "by": "a private name"}
    assert sorted(toys.ToyStreams.presented) == [("crew", (1,)), ("staff", (1,))]


def test_what_is_not_for_a_reader_leaves_its_offset_and_no_more(
    socket_server: SocketServer, make_person: MakePerson, append: Append
) -> None:
    _, token = make_person("red")
    with Client(socket_server) as client:
        client.hello("toy:red", token=token)
        client.read()
        append("toy:red", kind="toy.hidden", size=9)
        event = client.read()
        assert (event["offset"], event["kind"], event["data"]) == (1, "skip", {})


def test_a_ping_is_answered(socket_server: SocketServer) -> None:
    with Client(socket_server) as client:
        client.hello("open:a")
        client.send({"type": "ping"})
        assert client.read_until("pong") == {"type": "pong"}


def test_a_command_is_carried_out_and_answered_by_its_id(
    socket_server: SocketServer, make_person: MakePerson
) -> None:
    user, token = make_person("red")
    command, job = str(uuid4()), str(uuid4())
    with Client(socket_server) as client:
        client.hello("toy:red", token=token)
        client.send({"type": "command", "id": command, "name": "toy.turn", "job": job, "version": 3})
        result = client.read_until("result")
    assert (result["id"], result["ok"]) == (command, True)
    assert result["job"]["id"] == job
    assert result["job"]["by"] == user.pk


def test_commands_of_one_client_keep_their_order(
    socket_server: SocketServer, make_person: MakePerson
) -> None:
    _, token = make_person("red")
    ids = [str(uuid4()) for _ in range(30)]
    with Client(socket_server) as client:
        client.hello("toy:red", token=token)
        for id in ids:
            client.send({"type": "command", "id": id, "name": "toy.turn"})
        assert [client.read_until("result")["id"] for _ in ids] == ids
    assert [str(command.id) for command in toys.turned] == ids


def test_a_slow_command_of_one_client_does_not_hold_up_the_news_of_another(
    socket_server: SocketServer, make_person: MakePerson, append: Append
) -> None:
    _, token = make_person("red")
    with Client(socket_server) as slow, Client(socket_server) as other:
        for client in (slow, other):
            client.hello("toy:red", token=token)
            assert client.read()["kind"] == "snapshot"
        slow.send({"type": "command", "id": str(uuid4()), "name": "toy.wait"})
        append("toy:red")
        assert other.read()["offset"] == 1
        assert slow.read()["offset"] == 1
        toys.the_test_is_done.set()
        assert slow.read()["ok"] is True


def test_an_acknowledgement_is_handed_on_with_its_device(
    socket_server: SocketServer, make_person: MakePerson, append: Append
) -> None:
    _, token = make_person("red")
    append("toy:red")
    append("toy:red")
    with Client(socket_server) as client:
        client.hello("toy:red", token=token)
        client.send({"type": "ack", "stream": "toy:red", "offset": 2})
        wait_until(lambda: ("test", "toy:red", 2) in toys.acks)


def test_the_latest_position_is_handed_on(socket_server: SocketServer, make_person: MakePerson) -> None:
    _, token = make_person("red")
    taken_at = (timezone.now() - timedelta(minutes=2)).replace(microsecond=0)
    with Client(socket_server) as client:
        client.hello("toy:red", token=token)
        for lat in (42.1, 42.2, 42.3):
            client.send(
                {"type": "position", "lat": lat, "lon": 23.3, "accuracy": 8, "at": taken_at.isoformat()}
            )
        wait_until(lambda: bool(toys.positions) and toys.positions[-1][0] == 42.3)
    assert toys.positions[-1] == (42.3, 23.3, 8.0, taken_at)


def test_positions_of_one_person_over_two_streams_are_two_and_say_which(
    socket_server: SocketServer, make_person: MakePerson
) -> None:
    _, token = make_person("red")
    with Client(socket_server) as one, Client(socket_server) as other:
        one.hello("open:red", token=token)
        other.hello("open:blue", token=token)
        for number in range(20):  # as fast as they come: within a moment the latest of each counts
            one.send({"type": "position", "lat": 42 + number / 100, "lon": 23})
            other.send({"type": "position", "lat": 43 + number / 100, "lon": 23})
        last = {("open:red",): 42.19, ("open:blue",): 43.19}
        wait_until(lambda: {streams: lat for streams, lat, *_ in toys.placed} == last)
    assert len(toys.placed) < 20


def test_a_position_from_a_clock_that_is_wrong_counts_from_its_arrival(
    socket_server: SocketServer, make_person: MakePerson
) -> None:
    _, token = make_person("red")
    with Client(socket_server) as client:
        client.hello("toy:red", token=token)
        for year in (2020, 2090):
            at = datetime(year, 1, 1, tzinfo=UTC).isoformat()
            client.send({"type": "position", "lat": 42, "lon": 23, "at": at})
            wait_until(lambda: bool(toys.positions))
            assert abs((toys.positions.pop()[3] - timezone.now()).total_seconds()) < 30


def test_texts_come_in_the_language_that_hello_asks_for(
    socket_server: SocketServer, make_person: MakePerson
) -> None:
    _, token = make_person("red", language="bg")
    for wanted, expected in ((None, "bg"), ("en", "en"), ("xx", "bg")):
        with Client(socket_server) as client:
            client.hello("toy:red", token=token, language=wanted)
            client.read()
            hub = socket_server.hub
            languages = {socket.reader.language for socket in hub.sockets}
            assert languages == {expected}


def test_an_event_is_at_the_client_in_well_under_a_second(
    socket_server: SocketServer, make_person: MakePerson, append: Append
) -> None:
    _, token = make_person("red")
    with Client(socket_server) as client:
        client.hello("toy:red", token=token)
        client.read()
        waits = []
        for _ in range(10):
            append("toy:red")
            committed_at = time.monotonic()
            client.read()
            waits.append(time.monotonic() - committed_at)
        assert sorted(waits)[5] < 0.25, waits


def test_a_server_that_stops_tells_its_clients_to_reconnect(
    socket_server: SocketServer, make_person: MakePerson
) -> None:
    _, token = make_person("red")
    with Client(socket_server) as client:
        client.hello("toy:red", token=token)
        socket_server.stop_hub()
        assert client.close_code() == 4003


def test_people_whose_rights_changed_are_looked_at_at_once(
    socket_server: SocketServer, make_person: MakePerson
) -> None:
    user, token = make_person("red")
    with Client(socket_server) as client:
        client.hello("toy:red", token=token)
        client.read()
        user.name = "blue"
        user.save()
        hints.people_changed([user.pk])
        assert client.close_code() == 4403
