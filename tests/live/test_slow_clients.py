"""Clients that read too slowly, and clients that send too much."""

import asyncio
import time
from typing import Any

import pytest

from live import hints
from live.outbox import WAITING_CHARACTERS, WAITING_FRAMES, Outbox
from live.throttle import Throttle
from tests.live.conftest import MakePerson
from tests.live.server import Client, SocketServer, wait_until


class _Wire:
    """A send that takes what it gets only while it is open."""

    def __init__(self) -> None:
        self.open = asyncio.Event()
        self.sent: list[str] = []
        self.slow = 0

    async def send(self, message: dict[str, Any]) -> None:
        await self.open.wait()
        self.sent.append(message["text"])

    def too_slow(self) -> None:
        self.slow += 1


async def test_what_waits_is_sent_in_order_once_the_client_reads_again() -> None:
    wire = _Wire()
    outbox = Outbox(wire.send, wire.too_slow)
    for number in range(100):
        outbox.put(str(number))
    wire.open.set()
    await outbox.finish(1)
    assert wire.sent == [str(number) for number in range(100)]
    assert wire.slow == 0


@pytest.mark.parametrize("text", ["x" * 50_000, "x"])
async def test_a_client_for_which_too_much_waits_is_cut_once(text: str) -> None:
    wire = _Wire()
    outbox = Outbox(wire.send, wire.too_slow)
    limit = min(WAITING_CHARACTERS // len(text), WAITING_FRAMES)
    for _ in range(limit):
        outbox.put(text)
    assert wire.slow == 0
    for _ in range(3):
        outbox.put(text)
    assert wire.slow == 1
    wire.open.set()
    await outbox.finish(1)
    assert wire.sent == []


async def test_a_client_may_send_a_burst_and_is_then_read_more_slowly() -> None:
    throttle = Throttle(rate=100, burst=5)
    began = time.monotonic()
    for _ in range(5):
        await throttle.wait()
    assert time.monotonic() - began < 0.04
    for _ in range(10):
        await throttle.wait()
    assert time.monotonic() - began > 0.09


def test_a_client_that_stops_reading_is_cut_and_others_go_on(
    socket_server: SocketServer, make_person: MakePerson
) -> None:
    _, token = make_person("red")
    with Client(socket_server) as other:
        with Client(socket_server) as stuck:
            for client in (stuck, other):
                client.hello("toy:red", token=token)
                assert client.read()["kind"] == "snapshot"
            hub = socket_server.hub
            frame = {"type": "positions", "filler": "x" * 40_000}
            for _ in range(400):
                hints.pass_on("toy:red", frame)
                assert other.read() == frame
                if len(hub.sockets) == 1:
                    break
            wait_until(lambda: len(hub.sockets) == 1)
        hints.pass_on("toy:red", {"type": "positions"})
        assert other.read() == {"type": "positions"}
