"""A Redis of the test's own, killed and started again empty under open sockets."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from socket import create_connection, socket

import pytest
from django.conf import LazySettings

from live import hints
from tests.bed.packages import install
from tests.live.conftest import Append, MakePerson
from tests.live.server import Client, SocketServer, wait_until

pytestmark = pytest.mark.postgis


class Redis:
    def __init__(self, folder: Path) -> None:
        with closing(socket()) as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        if shutil.which("redis-server") is None:  # bin/test uses one that answers, which may be elsewhere
            install("redis-server")
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        command = ["redis-server", *options, "--dir", str(self._folder), "--loglevel", "warning"]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        wait_until(self._answers)

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait(10)

    def _answers(self) -> bool:
        with suppress(OSError), create_connection(("127.0.0.1", self.port), timeout=1):
            return True
        return False


@pytest.fixture
def redis(settings: LazySettings, tmp_path: Path) -> Iterator[Redis]:
    server = Redis(tmp_path)
    server.start()
    address = {
        "address": f"redis://127.0.0.1:{server.port}/0",
        "socket_timeout": 15,
        "socket_connect_timeout": 3,
    }
    settings.CHANNEL_LAYERS = {
        "default": {"BACKEND": "channels_redis.core.RedisChannelLayer", "CONFIG": {"hosts": [address]}}
    }
    yield server
    server.kill()


def test_without_redis_changes_go_on_and_sockets_hear_at_their_heartbeat(
    settings: LazySettings,
    redis: Redis,
    socket_server: SocketServer,
    make_person: MakePerson,
    append: Append,
) -> None:
    settings.LIVE_HEARTBEAT_S = 0.5
    _, token = make_person("red")
    with Client(socket_server) as client:
        client.hello("toy:red", token=token)
        assert client.read()["kind"] == "snapshot"
        append("toy:red")
        assert client.read()["offset"] == 1
        redis.kill()
        for offset in range(2, 12):
            began = time.monotonic()
            append("toy:red")
            assert time.monotonic() - began < 0.1
            assert client.read()["offset"] == offset
        redis.start()
        _wait_for_hints(client)


def _wait_for_hints(client: Client) -> None:
    """Frames that only a hint carries arrive again."""

    def is_heard() -> bool:
        hints.pass_on("toy:red", {"type": "positions", "crews": []})
        with suppress(TimeoutError):
            return bool(client.read(seconds=0.2)["type"] == "positions")
        return False

    wait_until(is_heard, seconds=15)
