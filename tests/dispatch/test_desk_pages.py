"""The desk over HTTP: who sees what, and each action as a plain form."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from dispatch.models import Crew, CrewMember, Job, JobStatus
from districts import locating
from districts.models import District
from reports.codes import format_code
from reports.models import Photo, PhotoRole, PhotoStatus, Report, ReportStatus, Urgency
from tests.factories import IN_RIGHT, make_category, make_city, make_photo, make_report, make_staff, make_user

pytestmark = pytest.mark.django_db


class Desk:
    """Two districts, a report of the left one, and somebody signed in at each desk."""

    def __init__(self) -> None:
        self.left, self.right = make_city()
        make_category("pothole")
        make_category("lamp")
        self.crew = Crew.objects.create(district=self.left, name="Left 1", is_on_duty=True)
        CrewMember.objects.create(crew=self.crew, user=make_user())
        self.report = make_report(at=timezone.now() - timedelta(minutes=5), email="ann@example.org")
        self.own = self.signed_in(self.left)
        self.other = self.signed_in(self.right)
        self.path = f"/desk/r/{format_code(self.report.code)}/"

    def signed_in(self, district: District | None) -> Client:
        client = Client()
        client.force_login(make_staff(district))
        return client

    def assign(self, **fields: Any) -> Any:
        return self.own.post(f"{self.path}assign/", {"id": str(uuid4()), "crew": str(self.crew.pk), **fields})

    def fresh(self) -> Report:
        return Report.objects.get(pk=self.report.pk)


@pytest.fixture
def desk() -> Any:
    locating.forget()
    yield Desk()
    locating.forget()


def test_strangers_are_led_to_the_sign_in_and_residents_are_told(desk: Desk) -> None:
    assert Client().get("/desk/").status_code == 302
    resident = Client()
    resident.force_login(make_user())
    assert resident.get("/desk/").status_code == 403


def test_another_districts_report_is_not_found(desk: Desk) -> None:
    assert desk.own.get(desk.path).status_code == 200
    assert desk.other.get(desk.path).status_code == 404
    assert desk.other.get("/desk/?district=left").status_code == 404
    for action in ("assign/", "correct/", "acknowledge/"):
        assert desk.other.post(f"{desk.path}{action}", {"id": str(uuid4())}).status_code == 404


def test_the_queue_and_the_report_show_why_it_is_here_and_who_can_go(desk: Desk) -> None:
    page = desk.own.get(desk.path).content.decode()
    for told in (format_code(desk.report.code), "Inside Left", "Left 1", "ann@example.org"):
        assert told in page


def test_a_form_assigns_once_however_often_it_is_sent(desk: Desk) -> None:
    command = str(uuid4())
    assert [desk.assign(id=command).status_code for _time in range(3)] == [302, 302, 302]
    assert Job.objects.get().crew == desk.crew
    assert desk.fresh().status == ReportStatus.PLANNED


def test_a_second_assignment_to_the_same_crew_is_refused_in_words(desk: Desk) -> None:
    desk.assign()
    refused = desk.own.post(
        f"{desk.path}assign/",
        {"id": str(uuid4()), "crew": str(desk.crew.pk)},
        headers={"accept": "application/json"},
    )
    assert refused.status_code == 409
    assert refused.json()["detail"]


def test_a_crew_of_another_district_is_not_found(desk: Desk) -> None:
    foreign = Crew.objects.create(district=desk.right, name="Right 1")
    assert desk.assign(crew=str(foreign.pk)).status_code == 404
    assert not Job.objects.exists()


def test_a_job_is_taken_back(desk: Desk) -> None:
    desk.assign()
    job = Job.objects.get()
    assert desk.own.post(f"{desk.path}jobs/{job.pk}/cancel/").status_code == 302
    job.refresh_from_db()
    assert job.status == JobStatus.CANCELLED


def test_a_corrected_pin_hands_the_report_to_the_neighbour_who_acts_while_we_see(desk: Desk) -> None:
    lon, lat = IN_RIGHT
    sent = {"lat": lat, "lon": lon, "version": desk.report.version}
    answer = desk.own.post(f"{desk.path}correct/", sent, follow=True)
    assert desk.fresh().district == desk.right
    assert "acts on this report" in answer.content.decode()
    assert "ann@example.org" not in answer.content.decode()
    assert desk.own.post(f"{desk.path}acknowledge/").status_code in {403, 404}
    assert desk.other.post(f"{desk.path}acknowledge/").status_code == 302


def test_category_and_urgency_are_corrected_with_a_reason(desk: Desk) -> None:
    sent = {"category": "lamp", "urgency": Urgency.DANGER, "reason": "A child fell.", "version": 1}
    assert desk.own.post(f"{desk.path}correct/", sent).status_code == 302
    report = desk.fresh()
    assert (report.category.code, report.urgency) == ("lamp", Urgency.DANGER)


def test_a_stale_correction_overwrites_nothing(desk: Desk) -> None:
    desk.own.post(f"{desk.path}acknowledge/")
    stale = {"category": "lamp", "version": desk.report.version}
    assert desk.own.post(f"{desk.path}correct/", stale).status_code == 409
    assert desk.fresh().category.code == "pothole"


@pytest.mark.parametrize("field", ["lat", "urgency", "version"])
def test_an_unreadable_field_is_named(desk: Desk, field: str) -> None:
    sent = {"lat": "42.65", "lon": "23.32", field: "nonsense"}
    refused = desk.own.post(f"{desk.path}correct/", sent, headers={"accept": "application/json"})
    assert refused.status_code == 422
    assert refused.json()["field"] == field


def test_a_photo_is_released_and_withheld(desk: Desk) -> None:
    photo = make_photo()
    Photo.objects.filter(pk=photo.pk).update(report=desk.report, status=PhotoStatus.READY)
    for verb, is_shown in (("release", True), ("withhold", False)):
        assert desk.own.post(f"{desk.path}photos/{photo.pk}/{verb}/").status_code == 302
        photo.refresh_from_db()
        assert bool(photo.released_at) == is_shown


def test_refusing_needs_a_reason_that_the_resident_reads(desk: Desk) -> None:
    headers = {"accept": "application/json"}
    refused = desk.own.post(f"{desk.path}reject/", {"text": " "}, headers=headers)
    assert refused.status_code == 422
    desk.own.post(f"{desk.path}reject/", {"text": "It is private land."})
    public = Client().get(f"/r/{format_code(desk.report.code)}/").content.decode()
    assert "It is private land." in public


def test_an_internal_note_stays_inside(desk: Desk) -> None:
    desk.own.post(f"{desk.path}note/", {"text": "Call the owner first."})
    assert "Call the owner first." in desk.own.get(desk.path).content.decode()
    assert "Call the owner" not in Client().get(f"/r/{format_code(desk.report.code)}/").content.decode()


def test_nothing_is_done_by_looking(desk: Desk) -> None:
    for action in ("assign", "correct", "acknowledge", "reject", "hide"):
        assert desk.own.get(f"{desk.path}{action}/").status_code == 200
    assert (desk.fresh().version, desk.fresh().status) == (desk.report.version, ReportStatus.RECEIVED)
    assert not Job.objects.exists()


def test_the_desk_costs_a_bounded_number_of_queries(
    desk: Desk, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    for _number in range(12):
        make_report(at=timezone.now())
    with django_assert_max_num_queries(12):
        desk.own.get("/desk/")
    with django_assert_max_num_queries(30):
        desk.own.get(desk.path)


def test_a_repair_whose_photo_waits_for_release_is_found_on_the_desk(desk: Desk) -> None:
    now = timezone.now()
    Report.objects.filter(pk=desk.report.pk).update(status=ReportStatus.RESOLVED, resolved_at=now)
    photo = make_photo(role=PhotoRole.AFTER)
    Photo.objects.filter(pk=photo.pk).update(report=desk.report, status=PhotoStatus.READY)
    page = desk.own.get("/desk/?tab=finished").content.decode()
    assert format_code(desk.report.code) in page
    assert "Photos to release" in page


def test_what_is_finished_is_never_called_late(desk: Desk) -> None:
    long_ago = timezone.now() - timedelta(days=30)
    Report.objects.filter(pk=desk.report.pk).update(
        status=ReportStatus.RESOLVED, resolved_at=long_ago, resolve_due_at=long_ago, urgency=Urgency.DANGER
    )
    page = desk.own.get("/desk/?tab=finished").content.decode()
    assert format_code(desk.report.code) in page
    assert "chip--late" not in page


def test_the_queue_is_searched_by_code_and_by_word(desk: Desk) -> None:
    other = make_report(at=timezone.now(), address="By the bakery")
    for words, found in ((other.code, True), ("bakery", True), ("nowhere", False)):
        page = desk.own.get("/desk/", {"tab": "all", "q": words}).content.decode()
        assert (format_code(other.code) in page) == found
        assert format_code(desk.report.code) not in page


def test_another_urgency_alone_does_not_route_again(desk: Desk) -> None:
    Report.objects.filter(pk=desk.report.pk).update(routing={"because": "inside", "district": "kept"})
    lon, lat = desk.report.point.coords
    sent = {"category": "pothole", "lat": lat, "lon": lon, "urgency": Urgency.URGENT, "reason": "School."}
    assert desk.own.post(f"{desk.path}correct/", sent).status_code == 302
    assert desk.fresh().urgency == Urgency.URGENT
    assert desk.fresh().routing["district"] == "kept"
