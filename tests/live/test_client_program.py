"""`python -m live.client` against a real server: follows, sends, outlives the server's death, and goes on."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.utils import timezone

from accounts.models import ApiToken, User
from dispatch.models import Crew, JobStep
from tests.bed.databases import ROOT
from tests.bed.process import LiveProcess
from tests.mobile_api.seeding import seed_crew

Frame = dict[str, Any]


def seed() -> dict[str, str]:
    """A rider's token, the stream of the crew, and its job."""
    job = seed_crew("crew@example.org", "a long enough password")
    rider = User.objects.get(email="crew@example.org")
    token = ApiToken.issue(user=rider, name="lab", at=timezone.now())[1]
    return {"token": token, "stream": Crew.objects.get().stream, "job": job}


def steps_of(job: str) -> list[str]:
    return list(JobStep.objects.filter(job=UUID(job)).exclude(name="assign").values_list("name", flat=True))


class Program:
    """A run of the program; its output frame by frame."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        self.seen: list[Frame] = []

    def say(self, **frame: Any) -> None:
        assert self.process.stdin
        self.process.stdin.write(json.dumps(frame) + "\n")
        self.process.stdin.flush()

    def result(self) -> Frame:
        return next(frame for frame in self.frames() if frame["type"] == "result")

    def frames(self) -> Iterator[Frame]:
        assert self.process.stdout
        for line in self.process.stdout:
            self.seen.append(json.loads(line))
            yield self.seen[-1]

    def end(self) -> int:
        """Close its input; it leaves when all is answered."""
        assert self.process.stdin
        self.process.stdin.close()
        list(self.frames())
        return self.process.wait(30)


@contextmanager
def run(process: LiveProcess, stream: str, token: Path, *options: str) -> Iterator[Program]:
    command = [sys.executable, "-m", "live.client", process.ws_url, stream, "--token-file", str(token)]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [*command, *options],
        cwd=ROOT,
        env={"PYTHONPATH": "."},
        text=True,
        stdin=pipe,
        stdout=pipe,
        stderr=pipe,
    ) as started:
        try:
            yield Program(started)
        finally:
            started.kill()


def test_steps_get_through_once_each_although_the_server_is_killed_and_the_next_run_goes_on(
    live_process: LiveProcess, tmp_path: Path
) -> None:
    seeded = live_process.call("tests.live.test_client_program:seed")
    token, state = tmp_path / "token", str(tmp_path / "reached.json")
    token.write_text(seeded["token"])
    own = (live_process, seeded["stream"], token, "--state", state, "--send", "-")
    accept = {"id": str(uuid4()), "name": "job.accept", "job": seeded["job"]}
    with run(*own) as program:
        program.say(**accept)
        assert program.result()["job"]["status"] == "accepted"
        live_process.kill()
        for name in ("job.start", "job.arrive"):
            program.say(name=name, job=seeded["job"])
        program.say(type="position", lat=42.65, lon=23.32, accuracy=8)
        program.say(nonsense=True)
        live_process.start()
        assert [program.result()["job"]["status"] for _time in range(2)] == ["on_the_way", "on_site"]
        assert program.end() == 0
        refused = [frame for frame in program.seen if frame["type"] == "error"]
        assert refused == [
            {"type": "error", "code": "invalid", "line": 5, "detail": "No command and no position."}
        ]
    with run(*own) as program:
        program.say(**accept)
        assert program.result()["job"]["status"] == "on_site"
        assert program.end() == 0
        assert "snapshot" not in [frame.get("kind") for frame in program.seen]
    steps = live_process.call("tests.live.test_client_program:steps_of", job=seeded["job"])
    assert steps == ["accept", "start", "arrive"]
    token.write_text("no token of anybody")
    with run(*own[:3]) as program:
        _out, told = program.process.communicate(timeout=30)
        assert (program.process.returncode, told[:27]) == (1, "The server ended it: 4401 Y")
