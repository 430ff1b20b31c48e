"""bin/demo's own part: a city is made once, kept, and served until Ctrl-C."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.bed.databases import ROOT, clean_environment
from tests.bed.process import free_port

DEMO = [sys.executable, "-m", "config.embedded.demo"]

pytestmark = [
    pytest.mark.processes,
    pytest.mark.skipif(bool(os.environ.get("DATABASE_URL")), reason="the demo has its own database"),
]


@contextmanager
def demo(var: Path, port: int) -> Iterator[list[str]]:
    """A demo that serves; yields what it printed. Ends it with Ctrl-C and holds it to its promise."""
    process = subprocess.Popen(
        [*DEMO, "--port", str(port), "--reports", "3"],
        cwd=ROOT,
        env=clean_environment({"MAHALA_VAR": str(var)}),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    printed: list[str] = []
    try:
        for line in process.stdout or ():
            printed.append(line)
            if line.startswith("Mahala answers"):
                break
        yield printed
        before = time.monotonic()
        process.send_signal(signal.SIGINT)
        assert process.wait(15) == 0
        assert time.monotonic() - before < 8
    finally:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()


def status(port: int, path: str) -> int:
    client = HTTPConnection("127.0.0.1", port, timeout=10)
    client.request("GET", path)
    answer = client.getresponse().status
    client.close()
    return answer


def refusal(var: Path, *arguments: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [*DEMO, *arguments],
        cwd=ROOT,
        env=clean_environment({"MAHALA_VAR": str(var), **settings}),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_a_second_start_keeps_the_city_of_the_first(tmp_path: Path) -> None:
    port = free_port()
    with demo(tmp_path, port) as first:
        assert any("/desk/" in line for line in first), "".join(first)
        assert status(port, "/") == 200
    with demo(tmp_path, port) as second:
        assert any("nothing was changed" in line for line in second), "".join(second)
        assert status(port, "/map/") == 200


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["--districts", "districts.geojson"], 2, "--districts needs --code and --name"),
        (["--port", "99999"], 2, "99999 is no port"),
        (["--port", "-1"], 2, "-1 is no port"),
    ],
)
def test_what_can_not_be_meant_is_told_in_a_sentence(
    tmp_path: Path, arguments: list[str], code: int, told: str
) -> None:
    refused = refusal(tmp_path, *arguments)
    assert refused.returncode == code
    assert told in refused.stderr


def test_an_absent_file_of_districts_is_named_and_nothing_else_is_said(tmp_path: Path) -> None:
    given = ["--districts", "absent.geojson", "--code", "code", "--name", "name"]
    refused = refusal(tmp_path, "--port", str(free_port()), *given)
    assert (refused.returncode, refused.stderr) == (1, "There is no file absent.geojson.\n")


def test_an_unreadable_setting_is_named_and_nothing_else_is_said(tmp_path: Path) -> None:
    refused = refusal(tmp_path, "--port", str(free_port()), MAHALA_RATE_READ="often")
    assert refused.returncode == 1
    assert re.fullmatch(r"MAHALA_RATE_READ: expected .* Nothing was started\.\n", refused.stderr)
