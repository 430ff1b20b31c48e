"""A Redis server for a test run: one that answers already, else a private one."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from tempfile import TemporaryDirectory
from uuid import uuid4

import redis

from tests.bed.packages import Unavailable, install
from tests.bed.process import free_port
from tests.bed.waiting import wait_until

USUAL = "redis://127.0.0.1:6379/0"


@contextmanager
def own_redis() -> Iterator[tuple[str, str]]:
    """A REDIS_URL and a key prefix; keys that contain it are deleted at the end."""
    with ExitStack() as endings:
        given = os.environ.get("REDIS_URL")
        if given and not _answers(given):
            raise Unavailable("REDIS_URL: no Redis answers there.")
        url = given or (USUAL if _answers(USUAL) else endings.enter_context(_private_server()))
        prefix = f"mahala-run-{uuid4().hex[:8]}"
        try:
            yield url, prefix
        finally:
            _delete_keys(url, prefix)


@contextmanager
def _private_server() -> Iterator[str]:
    if shutil.which("redis-server") is None:
        install("redis-server")
    port = free_port()
    url = f"redis://127.0.0.1:{port}/0"
    with TemporaryDirectory(prefix="mahala-redis-") as folder:
        options = [
            "--port",
            str(port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--appendonly",
            "no",
            "--dir",
            folder,
        ]
        process = subprocess.Popen(["redis-server", *options], stdout=subprocess.DEVNULL)
        try:
            wait_until(lambda: _answers(url), seconds=10, what="the private Redis")
            yield url
        finally:
            process.terminate()
            process.wait(10)


def _answers(url: str) -> bool:
    try:
        with redis.Redis.from_url(url, socket_connect_timeout=2, socket_timeout=2) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False


def _delete_keys(url: str, prefix: str) -> None:
    with redis.Redis.from_url(url) as client:
        for key in client.scan_iter(f"*{prefix}*", count=1000):
            client.delete(key)
