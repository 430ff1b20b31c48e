"""A real server on a free loopback port, which can be killed and started again."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from uuid import uuid4

from tests.bed.databases import ROOT, Environment, Template, clean_environment

SECONDS_TO_START = 30
SECONDS_TO_STOP = 8
# Asked to end in the midst of tasks, Celery's worker may wait for itself: for results that its main process
# reads no more, up to half a minute (billiard.pool, GUARANTEE_MESSAGE_CONSUMPTION_RETRY_LIMIT).
SECONDS_TO_STOP_WORKER = 45
Command = list[str]


class ServerFailed(AssertionError):
    """The server did not start or end as it should; carries its log."""


class LiveProcess:
    """The site as a process (embedded home) or as several behind one proxy (PostGIS and Redis).

    url: its address, the same after every start. var: the folder it writes to.
    """

    def __init__(self, template: Template, var: Path, extra: Environment) -> None:
        self.template = template
        self.var = var
        self.ports = [free_port() for _ in range(3)]
        self.url = f"http://127.0.0.1:{self.ports[0]}"
        self.ws_url = f"ws://127.0.0.1:{self.ports[0]}/ws/"
        self.log = var / "server.log"
        own = template.copy(var) | _services() | {"MAHALA_BASE_URL": self.url, "MAHALA_SECOND_FACTOR": "0"}
        self.environment = clean_environment(own | extra)
        self.running: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        """Start it and wait until it answers."""
        commands = self._production() if "REDIS_URL" in self.environment else [self._embedded()]
        with self.log.open("ab") as log:
            self.running = [self._spawn(command, log.fileno()) for command in commands]
        deadline = time.monotonic() + SECONDS_TO_START
        while not self._answers():
            if time.monotonic() > deadline or any(process.poll() is not None for process in self.running):
                self.kill()
                raise ServerFailed(f"The server did not start:\n{self.log.read_text()[-4000:]}")
            time.sleep(0.05)

    def kill(self) -> None:
        """kill -9: nothing is finished, nothing is tidied."""
        for process in self.running:
            _signal_group(process, signal.SIGKILL)
            process.wait()
        self.running = []

    def stop(self) -> None:
        """End it as an administrator would (SIGTERM). Raises ServerFailed when that takes too long."""
        for process in self.running:
            process.terminate()
        before = time.monotonic()
        try:
            for process in sorted(self.running, key=_is_worker):
                limit = SECONDS_TO_STOP_WORKER if _is_worker(process) else SECONDS_TO_STOP
                process.wait(max(0.1, before + limit - time.monotonic()))
        except subprocess.TimeoutExpired as error:
            raise ServerFailed(f"{error.cmd} did not end:\n{self.log.read_text()[-4000:]}") from error
        finally:
            self.kill()

    def close(self) -> None:
        self.kill()
        self.template.drop(self.environment)

    def manage(self, *arguments: str) -> str:
        """Run a management command beside the server. Returns what it prints."""
        return self._run([sys.executable, "manage.py", *arguments])

    def call(self, target: str, **arguments: Any) -> Any:
        """Call "package.module:function" with keyword arguments on this database. JSON both ways."""
        printed = self._run([sys.executable, "-m", "tests.bed.call", target, json.dumps(arguments)])
        return json.loads(printed.splitlines()[-1])

    def _run(self, command: Command) -> str:
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=120, check=False
        )
        if done.returncode:
            raise ServerFailed(f"{command[1:]} failed:\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
        return done.stdout

    def _spawn(self, command: Command, log: int) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            # Whatever ends the test process ends its servers.
            ["setpriv", "--pdeathsig", "TERM", sys.executable, "-m", *command],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )

    def _embedded(self) -> Command:
        return ["config.embedded", "--port", str(self.ports[0])]

    def _production(self) -> list[Command]:
        """The processes of deploy/, one of each, behind the test bed's proxy."""
        port, pages, sockets = map(str, self.ports)
        worker = ["celery", "-A", "config.celery", "worker", "-B", "-c", "1"]
        return [
            ["granian", "--interface", "wsgi", "--port", pages, "config.wsgi:application"],
            ["uvicorn", "--port", sockets, "--lifespan", "off", "config.asgi:application"],
            [*worker, "--without-mingle", "--without-gossip"],
            ["tests.bed.proxy", port, pages, sockets],
        ]

    def _answers(self) -> bool:
        sockets = self.ports[2] if len(self.running) > 1 else self.ports[0]
        return _is_healthy(self.ports[0]) and _listens(sockets)


def _is_worker(process: subprocess.Popen[bytes]) -> bool:
    return "celery" in list(process.args)  # type: ignore[arg-type]


def _is_healthy(port: int) -> bool:
    with closing(HTTPConnection("127.0.0.1", port, timeout=5)) as client:
        try:
            client.request("GET", "/healthz")
            return client.getresponse().status == 200
        except (HTTPException, OSError):
            return False


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _services() -> Environment:
    url = os.environ.get("REDIS_URL")
    return {"REDIS_URL": url, "MAHALA_REDIS_PREFIX": _own_prefix()} if url else {}


def _own_prefix() -> str:
    return f"{os.environ['MAHALA_REDIS_PREFIX']}.{uuid4().hex[:8]}"


def _signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)
