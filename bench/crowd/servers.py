"""Socket processes as deploy/ runs them, each on a port of its own, and what they weigh."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
OURS, BARE = "config.asgi:application", "bench.crowd.bare:application"
OPTIONS = ["--lifespan", "off", "--no-access-log", "--no-proxy-headers", "--log-level", "warning"]
WEBSOCKETS = ["--ws-per-message-deflate", "false", "--ws-ping-interval", "0", "--ws-max-size", "1048576"]


class SocketServer:
    """One uvicorn process."""

    def __init__(self, application: str = OURS) -> None:
        self.port = free_port()
        self.application = application
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "SocketServer":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def start(self) -> None:
        own = os.environ | {"MAHALA_DB_CONN_MAX_AGE": "0"}
        command = [sys.executable, "-m", "uvicorn", "--host", "127.0.0.1", "--port", str(self.port)]
        self.process = subprocess.Popen(
            [*command, *OPTIONS, *WEBSOCKETS, self.application], cwd=ROOT, env=own
        )
        deadline = time.monotonic() + 40
        while not listens(self.port):
            if time.monotonic() > deadline or self.process.poll() is not None:
                raise RuntimeError("the socket process did not start")
            time.sleep(0.05)

    def kill(self) -> None:
        """kill -9."""
        assert self.process is not None
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()

    @property
    def resident_kb(self) -> int:
        assert self.process is not None
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")))


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
