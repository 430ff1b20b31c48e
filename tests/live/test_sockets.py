"""What a client sees on /ws/, over a real server and a real connection."""

import json
from uuid import uuid4

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
