"""`manage.py simulate`: crews that drive as crews do, a run against a real server, and what it refuses."""

import contextlib
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from http.client import HTTPMessage
from random import Random
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import ApiToken
from dispatch.demo.people import PASSWORD
from dispatch.models import Crew, CrewMember, Job, JobStep
from dispatch.services import steps
from dispatch.simulation.desk import Dispatcher
from dispatch.simulation.movement import Beacon, Way
from dispatch.simulation.run import Run, Wishes, is_loopback
from dispatch.simulation.site import Answer, Browser, Site
from dispatch.simulation.telling import Diary
from districts.geometry import metres_between
from reports.models import Photo, PhotoRole, Report
from tests.bed.databases import ROOT
from tests.bed.process import LiveProcess
from tests.dispatch.desks import Border, Person
from tests.dispatch.factories import make_photo
from tests.factories import make_category, make_city, make_staff, make_user


class AtTheDesk(Browser):
    """The simulated dispatcher's pages, asked for within the test's own transaction."""

    def __init__(self, person: Person) -> None:
        self.client = person.client

    async def get(self, path: str) -> Answer:
        found = self.client.get(path)
        return Answer(found.status_code, HTTPMessage(), found.content.decode())

    async def post(self, path: str, fields: Mapping[str, str]) -> Answer:
        return Answer(self.client.post(path, fields).status_code, HTTPMessage(), "")


class Played:
    """A report, the two crews of its district, and their dispatcher."""

    def __init__(self) -> None:
        self.border = Border()
        wishes = Wishes("http://127.0.0.1:1")
        run = Run.begin(wishes, lambda _line: None)
        self.crews = {str(crew.pk) for crew in self.border.crews}
        self.desk = Dispatcher(run, "left", self.crews, AtTheDesk(self.border.mira))

    def look(self) -> list[tuple[str, str]]:
        """Let the dispatcher look once; the crews that were sent by now, with the states of their jobs."""
        with contextlib.suppress(StopIteration):
            self.desk.look().send(None)
        jobs = Job.objects.filter(report=self.border.report, crew__isnull=False).order_by("created_at", "pk")
        return [(str(job.crew), job.status) for job in jobs.select_related("crew")]

    def step(self, step: Callable[..., Any], **said: Any) -> None:
        job = Job.objects.get(report=self.border.report, ended_at=None, crew__isnull=False)
        assert job.crew is not None
        said = {"actor": job.crew.members.get(), "at": timezone.now(), "command_id": uuid4(), **said}
        step(job_id=job.pk, **said)

    def finish(self, outcome: str) -> None:
        rider = Job.objects.get(report=self.border.report, ended_at=None).crew.members.get()  # type: ignore[union-attr]
        self.step(steps.finish_job, outcome=outcome, photo_ids=[make_photo(rider).pk])


START, END = (23.32, 42.65), (23.34, 42.66)
SECONDS_AT_MOST = 60
ROAD = ["assign", "accept", "start", "arrive"]


def test_a_crew_drives_from_corner_to_corner_and_arrives() -> None:
    chance = Random(1)  # noqa: S311
    way = Way.through_streets(START, END, chance)
    assert metres_between(START, END) < way.metres < 1.42 * metres_between(START, END)
    assert (way.place_after(-5), way.place_after(0)) == (START, START)
    assert (way.place_after(way.metres), way.place_after(1e9)) == (END, END)
    places = [way.place_after(way.metres * step / 40) for step in range(41)]
    legs = [metres_between(*pair) for pair in zip(places, places[1:], strict=False)]
    assert max(legs) <= way.metres / 40 + 0.5
    assert Way.through_streets(END, END, chance).place_after(3) == END


def test_a_phone_tells_its_place_after_25_metres_or_15_seconds() -> None:
    beacon = Beacon()
    beside = (START[0] + 0.0001, START[1])  # eight metres on
    assert beacon.is_due(0, START)
    assert not beacon.is_due(5, beside)
    assert beacon.is_due(16, beside)
    assert beacon.is_due(17, END)
    assert not beacon.is_due(18, END)


@pytest.mark.django_db
def test_the_simulated_desk_sends_the_next_crew_for_what_was_given_up_or_only_made_safe() -> None:
    played = Played()
    [(first, _status)] = played.look()
    assert len(played.look()) == 1  # somebody is on it
    played.step(steps.decline_job, reason="too_many_jobs")
    assert played.look()[1:] == [(other := ({"Left 1", "Left 2"} - {first}).pop(), "assigned")]
    played.step(steps.obstruct_job, reason="parked_car", note="", photo_ids=[])
    assert played.look()[2:] == [(first, "assigned")]
    played.finish("made_safe")
    [*_before, (again, status)] = played.look()
    assert (again, status) == (other, "assigned")
    assert not Job.objects.filter(report=played.border.report, status="draft").exists()
    assert played.desk.run.diary.counts == {"assigned": 1, "sent_again": 3}
    played.finish("fixed")
    assert len(played.look()) == 4


async def test_a_call_is_made_again_until_it_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    headers = HTTPMessage()
    headers["Retry-After"] = "7"
    answers: list[Any] = [
        OSError("gone"),
        Answer(503, HTTPMessage(), ""),
        Answer(429, headers, ""),
        Answer(404, HTTPMessage(), "no"),
    ]

    def once(*_arguments: Any) -> Answer:
        answer: Answer | OSError = answers.pop(0)
        if isinstance(answer, OSError):
            raise answer
        return answer

    said: list[str] = []
    site = Site("http://127.0.0.1:1", Diary(said.append))
    monkeypatch.setattr(site, "_once", once)
    monkeypatch.setattr("dispatch.simulation.site.asyncio.sleep", sleep)
    assert (await site.call("GET", "/")).status == 404
    assert 7.0 in slept
    assert len(slept) == 4
    for line, words in zip(said, ("does not answer", "asked too often", "answers again"), strict=True):
        assert words in line


def test_it_plays_only_with_a_demo_city_on_this_machine() -> None:
    assert [is_loopback(host) for host in ("127.0.0.1", "127.8.8.8", "::1", "localhost")] == [True] * 4
    assert [is_loopback(host) for host in ("192.0.2.1", "mahala.example", "127.0.0.1.example")] == [False] * 3
    with pytest.raises(CommandError, match="not this machine"):
        call_command("simulate", url="http://192.0.2.1:8000")
    with pytest.raises(CommandError, match="no address"):
        call_command("simulate", url="ftp://127.0.0.1")
    for wrong in ("-1", "fast"):
        with pytest.raises(CommandError, match="no number"):
            call_command("simulate", "--reports-per-hour", wrong)


def seed(password: str = PASSWORD) -> None:
    """A small city with people called as the demo calls them, and a crew that is off duty."""
    left, _right = make_city()
    make_category("pothole")
    crew = Crew.objects.create(district=left, name="Left 1")
    rider = make_user(email="crew-left-1@mahala.example", password=password)
    CrewMember.objects.create(crew=crew, user=rider)
    make_staff(left, email="dispatcher-left@mahala.example", password=password)


def left_behind() -> dict[str, Any]:
    finish = JobStep.objects.filter(name__in=("finish", "promise")).earliest("pk")
    steps = JobStep.objects.filter(job=finish.job, name__in=[*ROAD, "finish", "promise"]).order_by("pk")
    return {
        "tokens": ApiToken.objects.count(),
        "on_duty": Crew.objects.get().is_on_duty,
        "reports": Report.objects.count(),
        "steps": list(steps.values_list("name", flat=True)),
        "after_photos": Photo.objects.filter(role=PhotoRole.AFTER).count(),
    }


def test_a_run_takes_reports_to_their_repair_and_leaves_nothing_signed_in(make_live_process: Any) -> None:
    rates = {"MAHALA_RATE_REPORT": "9000/hour", "MAHALA_RATE_SIGN_IN": "900/minute"}
    server: LiveProcess = make_live_process(**rates)
    server.call("tests.dispatch.test_simulation:seed")
    server.start()
    wishes = ["--reports-per-hour=3600", "--speed=2000", "--crews=1", "--seed=1", "--dispatcher"]
    with subprocess.Popen(
        [sys.executable, "manage.py", "simulate", "--url", server.url, *wishes],
        cwd=ROOT,
        env=server.environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as started:
        told = _listen_until(started, {"reported", "assigned", "accepted", "on site:", "(fixed)"})
        started.send_signal(signal.SIGINT)
        rest, _errors = started.communicate(timeout=SECONDS_AT_MOST)
    told += rest
    assert started.returncode == 0, told
    assert "Stopped." in told
    assert "refused" not in told
    found = server.call("tests.dispatch.test_simulation:left_behind")
    assert (found["tokens"], found["on_duty"]) == (0, False)
    # The last one may have been on its way when the run was ended.
    assert found["reports"] - told.count(" reported ") in (0, 1)
    assert found["steps"] in ([*ROAD, "finish"], [*ROAD, "promise"])
    assert found["after_photos"] >= 1
    assert "positions sent" in told


def _listen_until(started: "subprocess.Popen[str]", awaited: set[str]) -> str:
    """What it says until all of these words were said."""
    assert started.stdout
    told, deadline = "", time.monotonic() + SECONDS_AT_MOST
    while awaited and time.monotonic() < deadline:
        line = started.stdout.readline()
        if not line:
            break
        told += line
        awaited = {words for words in awaited if words not in line}
    assert not awaited, told
    return told


def test_a_city_without_the_demos_accounts_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    async def call(_site: Site, method: str, path: str, *_rest: Any, **_more: Any) -> Answer:
        asked.append(f"{method} {path}")
        if path.startswith("/map/"):
            shape = '{"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}'
            area = f'{{"properties": {{"code": "01", "role": "area"}}, "geometry": {shape}}}'
            return Answer(200, HTTPMessage(), f'{{"features": [{area}]}}')
        return Answer(401, HTTPMessage(), "{}")

    monkeypatch.setattr(Site, "call", call)
    with pytest.raises(CommandError, match="no demo city"):
        call_command("simulate", url="http://127.0.0.1:1")
    assert asked == ["GET /map/districts.geojson", "POST /api/v1/tokens/"]
