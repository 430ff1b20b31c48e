"""The servers start, survive kill -9, end when asked and say plainly when they can't start."""

import subprocess
import sys
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.bed.databases import ROOT, clean_environment
from tests.bed.process import LiveProcess


def get(process: LiveProcess, path: str) -> tuple[int, bytes]:
    client = HTTPConnection("127.0.0.1", process.ports[0], timeout=5)
    client.request("GET", path)
    response = client.getresponse()
    answer = response.status, response.read()
    client.close()
    return answer


def test_a_server_killed_and_started_again_answers_at_the_same_address(live_process: LiveProcess) -> None:
    live_process.kill()
    live_process.start()
    assert get(live_process, "/healthz") == (200, b'{"ok": true}')


def test_a_server_asked_to_end_does_so_within_seconds(live_process: LiveProcess) -> None:
    live_process.stop()  # which looks at the clock
    with pytest.raises(ConnectionRefusedError):
        get(live_process, "/healthz")


def test_an_open_connection_does_not_hold_up_the_end(live_process: LiveProcess) -> None:
    idle = HTTPConnection("127.0.0.1", live_process.ports[0], timeout=5)
    idle.connect()
    live_process.stop()  # which looks at the clock
    idle.close()


def test_a_taken_port_is_named(live_process: LiveProcess, tmp_path: Path) -> None:
    port = str(live_process.ports[0])
    second = subprocess.run(
        [sys.executable, "-m", "config.embedded", "--port", port],
        cwd=ROOT,
        env=clean_environment({"MAHALA_VAR": str(tmp_path)}),
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert second.returncode == 1
    assert f"Port {port} is taken" in second.stderr
