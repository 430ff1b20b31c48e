"""Commands as a phone sends them, over the socket or HTTP: live.commands carries out both."""

from typing import Any
from uuid import uuid4

import pytest

from accounts.models import User
from dispatch.models import Job, JobStatus
from live.commands import carry_out
from live.frames import decode, encode
from tests.dispatch.factories import AT, Scene, make_photo, make_user

pytestmark = pytest.mark.django_db


def send(user: User, name: str, job: Job | None, **fields: Any) -> dict[str, Any]:
    """The result of a command, after its way through JSON."""
    raw = {"type": "command", "id": str(uuid4()), "name": name, "version": 1, **fields}
    if job is not None:
        raw["job"] = str(job.pk)
    return decode(encode(carry_out(user, raw, at=AT)))


def test_a_crew_works_through_a_job_by_commands_alone() -> None:
    scene = Scene()
    job = scene.assign()
    photo = make_photo(scene.rider)
    place = {"lat": 42.6977, "lon": 23.3219, "accuracy": 9, "at": "2026-11-03T07:00:00Z"}
    finish = {"outcome": "fixed", "photos": [str(photo.pk)], "note": "Cold asphalt"}
    results = [
        send(scene.rider, "job.seen", job),
        send(scene.rider, "job.accept", job, **place),
        send(scene.rider, "job.start", job, **place),
        send(scene.rider, "job.arrive", job, **place),
        send(scene.rider, "job.finish", job, **place, **finish),
    ]
    assert [result["ok"] for result in results] == [True] * 5
    states = [result["job"]["status"] for result in results]
    assert states == ["assigned", "accepted", "on_the_way", "on_site", "done"]
    done = results[-1]["job"]
    assert (done["outcome"], done["already"], done["allowed"], done["version"]) == ("fixed", False, [], 5)
    assert done["proofs"][0]["distance_m"] == pytest.approx(0, abs=0.1)
    assert [step["name"] for step in done["steps"]] == [
        "assign",
        "see",
        "accept",
        "start",
        "arrive",
        "finish",
    ]
    assert Job.objects.get().steps.get(name="finish").note == "Cold asphalt"


def test_the_same_command_again_gets_the_same_answer() -> None:
    scene = Scene()
    job = scene.assign()
    same = str(uuid4())
    first = send(scene.rider, "job.accept", job, id=same)
    assert send(scene.rider, "job.accept", job, id=same) == first


def test_declining_and_obstacles_carry_their_reason() -> None:
    scene = Scene()
    job = scene.assign()
    assert send(scene.rider, "job.decline", job, reason="shift_ends")["job"]["status"] == "declined"
    job = scene.assign()
    photo = make_photo(scene.rider)
    blocked = send(scene.rider, "job.obstruct", job, reason="parked_car", photos=[str(photo.pk)])
    assert blocked["job"]["status"] == "obstructed"
    assert blocked["job"]["report"]["photos"][0]["role"] == "obstacle"


@pytest.mark.parametrize(
    ("name", "fields", "field"),
    [
        ("job.finish", {"outcome": "fixed"}, "photos"),
        ("job.finish", {"outcome": "fixed", "photos": "all"}, "photos"),
        ("job.finish", {"outcome": "fixed", "photos": [str(uuid4())] * 11}, "photos"),
        ("job.finish", {"outcome": "fixed", "photos": ["one"]}, "photos"),
        ("job.replace_photo", {"photo": "one", "by": str(uuid4())}, "photo"),
        ("job.replace_photo", {"photo": str(uuid4())}, "by"),
        ("job.replace_photo", {"photo": str(uuid4()), "by": str(uuid4())}, "photo"),
        ("job.note", {}, "note"),
        ("job.note", {"note": "a" * 2_001}, "note"),
        ("job.note", {"note": "x", "of": "that"}, "of"),
        ("job.help", {"photos": "all"}, "photos"),
        ("job.finish", {"photos": []}, "outcome"),
        ("job.finish", {"outcome": "melted", "photos": []}, "outcome"),
        ("job.decline", {}, "reason"),
        ("job.decline", {"reason": "other"}, "note"),
        ("job.decline", {"reason": "too_far", "note": 7}, "note"),
        ("job.decline", {"reason": "too_far", "note": "a" * 2_001}, "note"),
        ("job.accept", {"lat": "north", "lon": 1}, "lat"),
        ("job.accept", {"lat": 42, "lon": 181}, "lon"),
        ("job.accept", {"lat": 42, "lon": 23, "accuracy": -1}, "accuracy"),
        ("job.accept", {"version": "new"}, "version"),
        ("job.accept", {"at": "yesterday"}, "at"),
    ],
)
def test_a_field_that_can_not_be_read_is_named(name: str, fields: dict[str, Any], field: str) -> None:
    scene = Scene()
    job = scene.assign()
    result = send(scene.rider, name, job, **fields)
    assert (result["ok"], result["error"]["field"]) == (False, field)
    job.refresh_from_db()
    assert job.status == JobStatus.ASSIGNED


def test_a_command_without_its_job_says_so() -> None:
    scene = Scene()
    assert send(scene.rider, "job.accept", None)["error"]["field"] == "job"


def test_a_refused_step_comes_with_the_job_as_it_stands() -> None:
    scene = Scene()
    job = scene.assign()
    send(scene.rider, "job.decline", job, reason="too_far")
    result = send(scene.rider, "job.accept", job)
    error = result["error"]
    assert (error["code"], error["job"]["status"], error["job"]["allowed"]) == (
        "transition_refused",
        "declined",
        [],
    )


def test_strangers_learn_nothing_of_a_job() -> None:
    scene = Scene()
    result = send(make_user(), "job.accept", scene.assign())
    assert result["error"]["code"] == "not_found"
    assert send(make_user(), "job.seen", Job(pk=uuid4()))["error"] == result["error"]
