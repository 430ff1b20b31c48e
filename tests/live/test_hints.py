"""Hints: how a process hears at once, and what happens when it does not."""

import asyncio
import logging
import time
from typing import Any

import pytest
from channels.layers import get_channel_layer
from django.conf import LazySettings
from django.conf import settings as django_settings
from django.db import transaction
from django.utils import timezone
from redis.exceptions import ConnectionError as RedisGone

from live import hints, log
from tests.live.conftest import Append, MakePerson
from tests.live.server import Client, SocketServer, wait_until


@pytest.fixture
def _lost_hints(monkeypatch: pytest.MonkeyPatch) -> None:
    async def lose(self: Any, group: str, message: dict[str, Any]) -> None:
        return None

    monkeypatch.setattr(type(get_channel_layer()), "group_send", lose)


@pytest.mark.usefixtures("_lost_hints")
def test_a_lost_hint_costs_one_heartbeat_and_nothing_else(
    settings: LazySettings, socket_server: SocketServer, make_person: MakePerson, append: Append
) -> None:
    settings.LIVE_HEARTBEAT_S = 0.3
    _, token = make_person("red")
    with Client(socket_server) as client:
        client.hello("toy:red", token=token)
        assert client.read()["kind"] == "snapshot"
        append("toy:red")
        append("toy:red")
        assert [client.read()["offset"], client.read()["offset"]] == [1, 2]


@pytest.mark.usefixtures("_lost_hints")
@pytest.mark.skipif(not django_settings.EMBEDDED, reason="only SQLite tells of other writers")
def test_what_a_command_beside_the_embedded_server_writes_is_noticed_within_seconds(
    socket_server: SocketServer, make_person: MakePerson, append: Append
) -> None:
    _, token = make_person("red")
    with Client(socket_server) as client:
        client.hello("toy:red", token=token)
        assert client.read()["kind"] == "snapshot"
        append("toy:red")
        assert client.read(seconds=3)["offset"] == 1


def test_a_broken_channel_layer_neither_fails_nor_delays_the_change(
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    transactional_db: None,
    append: Append,
) -> None:
    async def fail(self: Any, group: str, message: dict[str, Any]) -> None:
        raise RedisGone("Redis is gone")

    monkeypatch.setattr(type(get_channel_layer()), "group_send", fail)
    monkeypatch.setattr(hints._sender, "_complained_at", float("-inf"))
    with caplog.at_level(logging.WARNING, logger="live.hints"):
        began = time.monotonic()
        for _ in range(20):
            append("toy:red")
        assert (time.monotonic() - began) / 20 < 0.1
        assert hints.flush(5)
    assert "Redis is gone" in caplog.text
    assert len(caplog.records) < 3, "one complaint is enough"


def test_a_hint_is_sent_only_after_the_commit(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[set[str]] = []
    monkeypatch.setattr(hints, "listeners", [lambda streams: told.append(set(streams))])
    with transaction.atomic():
        log.append(["toy:a"], "toy.turned", {}, at=timezone.now())
        hints.flush(1)
        assert told == []
    hints.flush(5)
    assert told == [{"toy:a"}]


def test_frames_that_may_be_lost_are_passed_on_to_who_reads_the_stream_now(
    socket_server: SocketServer, make_person: MakePerson
) -> None:
    _, token = make_person("red blue")
    with Client(socket_server) as red, Client(socket_server) as blue:
        for client, stream in ((red, "toy:red"), (blue, "toy:blue")):
            client.hello(stream, token=token)
            assert client.read()["kind"] == "snapshot"
        hints.pass_on("toy:red", {"type": "positions", "crews": []})
        hints.pass_on("toy:blue", {"type": "positions", "crews": [7]})
        assert red.read() == {"type": "positions", "crews": []}
        assert blue.read() == {"type": "positions", "crews": [7]}


@pytest.mark.postgis
def test_waiting_for_a_hint_outlasts_the_layers_own_patience() -> None:
    layer: Any = get_channel_layer()
    hosts = django_settings.CHANNEL_LAYERS["default"]["CONFIG"]["hosts"]
    assert all(host["socket_timeout"] > layer.brpop_timeout for host in hosts)


def test_the_listener_joins_again_when_the_layer_forgot_it(
    settings: LazySettings, socket_server: SocketServer, make_person: MakePerson
) -> None:
    """As after a Redis that was restarted empty."""
    settings.LIVE_HEARTBEAT_S = 0.2
    _, token = make_person("red")
    layer: Any = get_channel_layer()
    with Client(socket_server) as client:
        client.hello("toy:red", token=token)
        client.read()
        asyncio.run_coroutine_threadsafe(layer.flush(), socket_server.loop).result(5)

        def is_heard() -> bool:
            hints.pass_on("toy:red", {"type": "positions", "crews": []})
            try:
                return bool(client.read(seconds=0.1)["type"] == "positions")
            except TimeoutError:
                return False

        wait_until(is_heard)


def test_a_commit_with_more_news_than_may_wait_loses_none(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    sender = hints._Sender()
    monkeypatch.setattr(sender, "_ensure_thread", lambda: None)
    for head in range(hints.WAITING_AT_MOST * 2 + 1):
        sender.put({"type": "live.moved", "heads": {"toy:red": head, f"toy:{head % 3}": head}})
    heads = {name: head for hint in sender._take() for name, head in hint["heads"].items()}
    assert heads["toy:red"] == hints.WAITING_AT_MOST * 2
    assert set(heads) == {"toy:red", "toy:0", "toy:1", "toy:2"}
    assert not caplog.records
