"""The crews' side of the API: jobs, photos, commands; the same as on the socket."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.models import User
from dispatch.models import Crew, CrewMember, Job, JobStatus
from dispatch.services.assign import assign_job
from reports.models import Category, Photo, PhotoOrigin, Report
from reports.services.processing import process_photo
from tests.factories import IN_LEFT, NOW, jpeg_bytes, make_report, make_staff, make_user
from tests.mobile_api.clients import assert_described, post, signed_in

JOBS = "/api/v1/crew/jobs/"
PHOTOS = "/api/v1/crew/photos/"
COMMANDS = "/api/v1/crew/commands/"
DUTY = "/api/v1/crew/duty/"


@pytest.fixture
def report(pothole: Category) -> Report:
    return make_report()


@pytest.fixture
def rider(report: Report) -> User:
    crew = Crew.objects.create(district=report.district, name="Left 1", is_on_duty=True)
    user = make_user(name="Rider")
    CrewMember.objects.create(crew=crew, user=user)
    return user


@pytest.fixture
def job(report: Report, rider: User) -> Job:
    crew = Crew.objects.get()
    dispatcher = make_staff(report.district)
    return assign_job(report_id=report.pk, crew_id=crew.pk, actor=dispatcher, at=NOW, command_id=uuid4()).job


def command(job: Job, name: str, **fields: Any) -> dict[str, Any]:
    return {"id": str(uuid4()), "name": name, "job": str(job.pk), "at": timezone.now().isoformat()} | fields


def upload(client: Client, **fields: Any) -> Any:
    file = SimpleUploadedFile("after.jpg", fields.pop("content", None) or jpeg_bytes(), "image/jpeg")
    return client.post(PHOTOS, {"id": str(uuid4()), "role": "after", "file": file} | fields)


def test_a_rider_gets_the_jobs_of_the_crew(rider: User, job: Job) -> None:
    answer = signed_in(rider).get(JOBS)
    assert_described(answer, "crew/jobs/", "get")
    crew = answer.json()["crews"][0]
    assert crew["stream"] == f"crew:{crew['id']}"
    assert [one["id"] for one in crew["jobs"]] == [str(job.pk)]


def test_a_job_is_taken_from_assignment_to_its_end(rider: User, job: Job) -> None:
    device = signed_in(rider)
    for name in ("job.accept", "job.start", "job.arrive"):
        answer = post(device, COMMANDS, command(job, name))
        assert answer.json()["ok"], answer.json()
        assert_described(answer, "crew/commands/", "post")
    photo = upload(device)
    assert_described(photo, "crew/photos/", "post")
    finish = command(job, "job.finish", outcome="fixed", photos=[photo.json()["id"]])
    assert post(device, COMMANDS, finish).json()["job"]["status"] == JobStatus.DONE
    job.refresh_from_db()
    assert job.outcome == "fixed"


def test_the_same_command_again_gets_the_same_answer_and_one_step(rider: User, job: Job) -> None:
    device, accept = signed_in(rider), command(job, "job.accept")
    first, again = post(device, COMMANDS, accept).json(), post(device, COMMANDS, accept).json()
    assert first["ok"]
    assert again["ok"]
    assert job.steps.filter(name="accept").count() == 1


def test_a_refused_step_is_told_in_its_result_as_on_the_socket(rider: User, job: Job) -> None:
    answer = post(signed_in(rider), COMMANDS, command(job, "job.finish", outcome="fixed", photos=[]))
    assert answer.status_code == 200
    assert answer.json()["ok"] is False
    assert answer.json()["error"]["detail"]
    assert_described(answer, "crew/commands/", "post")


def test_a_queue_of_commands_is_carried_out_in_its_order(rider: User, job: Job) -> None:
    names = ["job.accept", "job.start", "job.arrive"]
    answer = post(signed_in(rider), COMMANDS, {"commands": [command(job, name) for name in names]})
    assert [result["ok"] for result in answer.json()["results"]] == [True, True, True]
    assert_described(answer, "crew/commands/", "post")


@pytest.mark.parametrize("commands", ["x", [1], {}, [{"id": "1"}] * 101])
def test_what_is_no_list_of_commands_is_named(rider: User, commands: object) -> None:
    answer = post(signed_in(rider), COMMANDS, {"commands": commands})
    assert (answer.status_code, answer.json()["field"]) == (422, "commands")


def test_an_unreadable_command_is_told_in_its_result(rider: User) -> None:
    answer = post(signed_in(rider), COMMANDS, {"id": "seven", "name": "job.accept"})
    assert answer.json()["error"]["field"] == "id"


def test_a_photo_sent_twice_is_one_photo(rider: User) -> None:
    device, photo_id = signed_in(rider), str(uuid4())
    answers = [upload(device, id=photo_id) for _time in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert Photo.objects.get().uploader == rider


def test_another_photo_under_the_same_id_is_a_conflict(rider: User) -> None:
    device, photo_id = signed_in(rider), str(uuid4())
    upload(device, id=photo_id)
    answer = upload(device, id=photo_id, content=jpeg_bytes(colour=(9, 9, 9)))
    assert answer.status_code == 409


def test_the_device_says_when_and_where_a_photo_was_taken(rider: User) -> None:
    taken_at = NOW - timedelta(minutes=5)
    upload(signed_in(rider), taken_at=taken_at.isoformat(), lat=IN_LEFT[1], lon=IN_LEFT[0])
    origin = PhotoOrigin.objects.get()
    assert origin.point
    assert (origin.taken_at, origin.point.coords) == (taken_at, IN_LEFT)


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"role": "resident"}, "role"),
        ({"id": "x"}, "id"),
        ({"taken_at": "soon"}, "taken_at"),
        ({"lat": "nan"}, "lat"),
    ],
)
def test_a_photo_field_that_can_not_be_taken_is_named(
    rider: User, fields: dict[str, str], named: str
) -> None:
    answer = upload(signed_in(rider), **fields)
    assert (answer.status_code, answer.json()["field"]) == (422, named)
    assert not Photo.objects.exists()


@pytest.mark.parametrize(("method", "address"), [("get", JOBS), ("post", PHOTOS), ("post", COMMANDS)])
def test_only_people_of_a_crew_come_here(client: Client, report: Report, method: str, address: str) -> None:
    assert getattr(client, method)(address).status_code == 401
    dispatcher = signed_in(make_staff(report.district))
    refused = getattr(dispatcher, method)(address)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed")


def test_another_crews_job_is_not_found(report: Report, job: Job) -> None:
    other = Crew.objects.create(district=report.district, name="Left 2")
    stranger = make_user()
    CrewMember.objects.create(crew=other, user=stranger)
    answer = post(signed_in(stranger), COMMANDS, command(job, "job.accept"))
    assert answer.json()["error"]["code"] == "not_found"
    assert signed_in(stranger).get(JOBS).json()["crews"][0]["jobs"] == []


def test_processing_a_silent_picture_keeps_what_the_device_said(rider: User) -> None:
    upload(signed_in(rider), taken_at=NOW.isoformat(), lat=IN_LEFT[1], lon=IN_LEFT[0])
    process_photo(photo_id=Photo.objects.get().pk, at=NOW)
    origin = PhotoOrigin.objects.get()
    assert origin.point
    assert (origin.taken_at, origin.point.coords) == (NOW, IN_LEFT)


def test_a_native_client_signs_its_crew_on_and_off_and_takes_a_break(rider: User) -> None:
    device, crew = signed_in(rider), Crew.objects.get()

    def say(state: str) -> tuple[int, bool | None, bool]:
        answer = post(device, DUTY, {"crew": str(crew.pk), "state": state})
        assert_described(answer, "crew/duty/", "post")
        crew.refresh_from_db()
        return answer.status_code, answer.json().get("is_on_duty"), crew.is_resting(timezone.now())

    assert say("off") == (200, False, False)
    assert say("break") == (409, None, False)
    assert say("on") == (200, True, False)
    assert [say("break"), say("break")] == [(200, True, True)] * 2
    assert device.get(JOBS).json()["crews"][0]["break_until"]
    assert say("on") == (200, True, False)


def test_duty_of_another_crew_or_in_other_words_is_refused_by_its_field(rider: User) -> None:
    device, own = signed_in(rider), Crew.objects.get()
    other = Crew.objects.create(district=own.district, name="Left 2")
    assert post(device, DUTY, {"crew": str(other.pk), "state": "on"}).status_code == 404
    for fields in ({"crew": str(own.pk), "state": "maybe"}, {"crew": str(own.pk)}):
        answer = post(device, DUTY, fields)
        assert (answer.status_code, answer.json()["field"]) == (422, "state")
    assert not Crew.objects.filter(is_on_duty=True).exclude(pk=own.pk).exists()
