"""The crew's page over HTTP: every step is a plain form too."""

from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.models import User
from dispatch.models import Crew, CrewMember, Job, JobStatus
from dispatch.services.assign import assign_job
from districts import locating
from reports.models import Photo, PhotoRole
from tests.factories import jpeg_bytes, make_category, make_city, make_report, make_staff, make_user

pytestmark = pytest.mark.django_db


class Street:
    """A crew with a job, and its member signed in."""

    def __init__(self) -> None:
        left, _right = make_city()
        make_category("pothole", names={"en": "Pothole"})
        self.crew = Crew.objects.create(district=left, name="Left 1", is_on_duty=True)
        self.member = make_user()
        CrewMember.objects.create(crew=self.crew, user=self.member)
        self.dispatcher = make_staff(left)
        report = make_report(at=timezone.now())
        self.job = assign_job(
            report_id=report.pk,
            crew_id=self.crew.pk,
            actor=self.dispatcher,
            at=timezone.now(),
            command_id=uuid4(),
        ).job
        self.client = self.signed_in(self.member)

    def signed_in(self, user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    def step(self, name: str, client: Client | None = None, **fields: Any) -> str:
        sent = {"id": str(uuid4()), **fields}
        answer = (client or self.client).post(f"/crew/jobs/{self.job.pk}/{name}/", sent, follow=True)
        assert answer.status_code == 200
        return answer.content.decode()

    def status(self) -> str:
        return Job.objects.get(pk=self.job.pk).status


@pytest.fixture
def street() -> Any:
    locating.forget()
    yield Street()
    locating.forget()


def after_photo() -> SimpleUploadedFile:
    return SimpleUploadedFile("after.jpg", jpeg_bytes(), content_type="image/jpeg")


def test_only_crews_have_a_crew_page(street: Street) -> None:
    assert Client().get("/crew/").status_code == 302
    assert street.signed_in(street.dispatcher).get("/crew/").status_code == 403
    assert "Pothole" in street.client.get("/crew/").content.decode()


def test_every_step_to_the_end_works_as_a_plain_form(street: Street) -> None:
    assert "On the way" in street.step("accept")
    assert "there" in street.step("start")
    assert "Done? Show it" in street.step("arrive")
    street.step("finish", outcome="fixed", photos=[after_photo()])
    assert street.status() == JobStatus.DONE


def test_a_job_is_not_finished_without_a_photo(street: Street) -> None:
    street.step("arrive")
    page = street.step("finish", outcome="fixed")
    assert "photo" in page
    assert street.status() == JobStatus.ON_SITE


def test_a_picture_that_is_none_is_refused_and_the_job_goes_on(street: Street) -> None:
    street.step("arrive")
    fake = SimpleUploadedFile("after.jpg", b"<html>", content_type="image/jpeg")
    assert "after.jpg" in street.step("finish", outcome="fixed", photos=[fake])
    assert street.status() == JobStatus.ON_SITE


def test_the_same_form_sent_three_times_is_one_step(street: Street) -> None:
    command = str(uuid4())
    for _time in range(3):
        street.step("accept", id=command)
    assert street.job.steps.filter(name="accept").count() == 1


def test_a_crew_declines_with_a_reason(street: Street) -> None:
    street.step("decline", reason="too_far")
    assert street.status() == JobStatus.DECLINED


def test_a_crew_says_what_is_in_the_way_with_a_photo(street: Street) -> None:
    street.step("arrive")
    photo = SimpleUploadedFile("car.jpg", jpeg_bytes(), content_type="image/jpeg")
    street.step("obstruct", reason="parked_car", note="A red van.", photos=[photo])
    assert street.status() == JobStatus.OBSTRUCTED
    assert Photo.objects.get().role == PhotoRole.OBSTACLE
    assert street.job.steps.get(name="obstruct").note == "A red van."


def test_the_panel_of_problems_opens_without_a_script(street: Street) -> None:
    page = street.client.get("/crew/").content.decode()
    assert f'popovertarget="problem-{street.job.pk}"' in page
    panel = page[page.index(f'id="problem-{street.job.pk}" popover') :]
    assert f'action="/crew/jobs/{street.job.pk}/decline/"' in panel
    assert f'action="/crew/jobs/{street.job.pk}/obstruct/" enctype="multipart/form-data"' in panel


def test_somebody_elses_job_is_refused(street: Street) -> None:
    stranger = make_user()
    foreign = Crew.objects.create(district=street.crew.district, name="Left 2")
    CrewMember.objects.create(crew=foreign, user=stranger)
    street.step("accept", client=street.signed_in(stranger))
    assert street.status() == JobStatus.ASSIGNED


def test_looking_takes_no_step(street: Street) -> None:
    assert street.client.get(f"/crew/jobs/{street.job.pk}/accept/").status_code == 405
    street.client.get("/crew/")
    assert street.status() == JobStatus.ASSIGNED


def test_duty_is_changed_by_a_button(street: Street) -> None:
    body = "/crew/?part=body"
    assert "data-duty-since" in street.client.get(body).text
    page = street.client.post("/crew/duty/", {"on_duty": "0"}, follow=True).content.decode()
    assert "off duty" in page
    assert "data-duty-since" not in street.client.get(body).text
    street.crew.refresh_from_db()
    assert not street.crew.is_on_duty
