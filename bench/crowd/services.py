"""Servers of our own that may be killed: PostgreSQL, Redis, and the site's processes as deploy/ has them."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import psycopg
from redis import Redis, RedisError

from bench.crowd.servers import OPTIONS, OURS, ROOT, WEBSOCKETS, free_port, listens

SECONDS_TO_START = 60.0
# What a killed server has committed must be there again: the write-ahead log is written at each commit. It
# needs no fsync, for the machine itself stays up.
POSTGRES = ["listen_addresses=127.0.0.1", "fsync=off", "synchronous_commit=on", "max_connections=200"]


class Service:
    """One process that can be killed with -9 and started again."""

    def __init__(
        self, command: Sequence[object], answers: Callable[[], bool], *, user: str | None = None
    ) -> None:
        self.command = [str(part) for part in command]
        self.answers = answers
        self.user = user
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Raises RuntimeError when it doesn't answer in time."""
        self._spawn()
        deadline = time.monotonic() + SECONDS_TO_START
        while not self.answers():
            if time.monotonic() > deadline:
                raise RuntimeError(f"{self.command[:4]} did not start")
            if self.process is None or self.process.poll() is not None:
                self._spawn()  # what the killed one held, such as shared memory, was not free yet
            time.sleep(0.2)

    def _spawn(self) -> None:
        self.process = subprocess.Popen(
            self.command,
            cwd="/" if self.user else ROOT,
            user=self.user,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def kill(self) -> None:
        """kill -9, with all that it has started."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.kill()


def make_postgres(folder: Path) -> tuple[Service, str]:
    """A cluster of its own below `folder`, and the DATABASE_URL of a database that is to be made in it."""
    programs = _programs()
    person = "postgres" if os.geteuid() == 0 else None
    data, port = folder / "postgres", free_port()
    data.mkdir()
    if person:
        os.chmod(folder, 0o755)  # noqa: S103 - the server's own user must reach its data
        shutil.chown(data, person)
    initdb = [str(programs / "initdb"), "-D", str(data), "-U", "postgres", "--auth=trust", "--no-sync"]
    subprocess.run(
        [*initdb, "-E", "UTF8", "--locale=C"], user=person, cwd="/", stdout=subprocess.DEVNULL, check=True
    )
    options = [part for setting in [*POSTGRES, f"unix_socket_directories={data}"] for part in ("-c", setting)]
    place = f"postgres@127.0.0.1:{port}"
    server = f"postgresql://{place}/postgres"
    command = [programs / "postgres", "-D", data, "-p", port, *options]
    service = Service(command, lambda: _takes_connections(server), user=person)
    return service, f"postgis://{place}/mahala"


def make_redis(folder: Path) -> tuple[Service, str]:
    """A Redis that keeps nothing: started again, it is empty."""
    port = free_port()
    url = f"redis://127.0.0.1:{port}/0"
    command = ["redis-server", "--port", port, "--bind", "127.0.0.1", "--save", "", "--dir", folder]
    return Service([*command, "--loglevel", "warning"], lambda: _pings(url)), url


def make_pages() -> tuple[Service, int]:
    port = free_port()
    granian = [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--port",
        port,
        "--log-level",
        "warning",
    ]
    return Service([*granian, "config.wsgi:application"], lambda: listens(port)), port


def make_sockets() -> tuple[Service, int]:
    port = free_port()
    uvicorn = [sys.executable, "-m", "uvicorn", "--port", port, *OPTIONS, *WEBSOCKETS, OURS]
    return Service(uvicorn, lambda: listens(port)), port


def make_worker(folder: Path) -> Service:
    beat = ["-B", "-s", folder / "beat", "-c", "1", "--without-mingle", "--without-gossip", "-l", "ERROR"]
    celery = [sys.executable, "-m", "celery", "-A", "config.celery", "worker", *beat]
    return Service(celery, lambda: True)


def _programs() -> Path:
    """The programs of the newest installed PostgreSQL."""
    found = sorted(Path("/usr/lib/postgresql").glob("[0-9]*/bin"), key=lambda path: int(path.parent.name))
    if not found:
        raise SystemExit("No PostgreSQL was found in /usr/lib/postgresql.")
    return found[-1]


def _takes_connections(server: str) -> bool:
    try:
        psycopg.connect(server, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def _pings(url: str) -> bool:
    try:
        with Redis.from_url(url, socket_connect_timeout=1, socket_timeout=1) as client:
            return bool(client.ping())
    except (OSError, RedisError):
        return False
