"""Several reports at once, as a plain form: each is done or left by itself, and all of it is told."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from dispatch.models import Crew, Job
from districts import locating
from districts.models import Role
from reports.codes import format_code
from reports.models import Photo, PhotoStatus, Report, ReportStatus, Urgency
from reports.services.states import acknowledge_report
from tests.factories import IN_RIGHT, make_city, make_photo, make_report, make_staff

pytestmark = pytest.mark.django_db


class Desk:
    """Three reports of a district, its crew, and its dispatcher signed in."""

    def __init__(self) -> None:
        self.left, self.right = make_city()
        self.crew = Crew.objects.create(district=self.left, name="Left 1", is_on_duty=True)
        self.user = make_staff(self.left)
        self.client = Client()
        self.client.force_login(self.user)
        self.reports = [make_report(at=timezone.now()) for _number in range(3)]

    def picks(self, *more: Report) -> list[str]:
        return [f"{report.code}.{report.version}" for report in (*self.reports, *more)]

    def send(self, act: str, *, client: Client | None = None, **fields: Any) -> Any:
        sent = {"act": act, "id": str(uuid4()), "pick": self.picks(), **fields}
        return (client or self.client).post("/desk/several/", sent)

    def fresh(self) -> list[Report]:
        return list(Report.objects.filter(pk__in=[report.pk for report in self.reports]).order_by("pk"))


@pytest.fixture
def desk() -> Any:
    locating.forget()
    yield Desk()
    locating.forget()


def test_the_ticks_of_the_queue_lead_to_a_form_without_javascript(desk: Desk) -> None:
    page = desk.client.get("/desk/").text
    for pick in desk.picks():
        assert f'name="pick" value="{pick}" form="desk-several"' in page
    form = desk.client.get("/desk/several/", {"pick": desk.picks()}).text
    assert "3 reports" in form
    assert "Left 1" in form


def test_several_are_assigned_once_however_often_the_form_is_sent(desk: Desk) -> None:
    once: dict[str, Any] = {"crew": str(desk.crew.pk), "id": str(uuid4())}
    assert "3 done." in desk.send("assign", **once).text
    desk.send("assign", **once)
    assert Job.objects.count() == 3
    assert {report.status for report in desk.fresh()} == {ReportStatus.PLANNED}


def test_what_was_changed_meanwhile_is_left_as_it_is_and_named(desk: Desk) -> None:
    changed = desk.reports[1]
    acknowledge_report(report_id=changed.pk, actor=desk.user, at=timezone.now())
    told = desk.send("reject", rejection="It is private land.").text
    assert "2 done." in told
    assert "1 was changed meanwhile" in told
    assert format_code(changed.code) in told
    assert [report.status for report in desk.fresh()] == ["rejected", "acknowledged", "rejected"]


def test_each_act_is_done_to_all_of_them(desk: Desk) -> None:
    for report in desk.reports[:2]:
        photo = make_photo()
        Photo.objects.filter(pk=photo.pk).update(report=report, status=PhotoStatus.READY)
    assert "3 done." in desk.send("release").text
    assert Photo.objects.filter(released_at__isnull=False).count() == 2
    desk.reports = desk.fresh()
    assert "3 done." in desk.send("urgency", urgency="2", reason="A school is near.").text
    assert {report.urgency for report in desk.fresh()} == {Urgency.DANGER}
    desk.reports = desk.fresh()
    assert "3 done." in desk.send("acknowledge").text
    assert {report.status for report in desk.fresh()} == {ReportStatus.ACKNOWLEDGED}


def test_a_refusal_is_told_once_with_all_that_it_holds_for(desk: Desk) -> None:
    told = desk.send("reject", rejection=" ").text
    assert "3 not done:" in told
    assert told.count("Please say why") == 1
    assert {report.status for report in desk.fresh()} == {ReportStatus.RECEIVED}


def test_another_districts_report_is_none(desk: Desk) -> None:
    foreign = make_report(point=IN_RIGHT, at=timezone.now())
    told = desk.send("acknowledge", pick=desk.picks(foreign)).text
    assert "3 done." in told
    assert "There is no such report." in told
    foreign.refresh_from_db()
    assert foreign.status == ReportStatus.RECEIVED


def test_an_operator_changes_nothing(desk: Desk) -> None:
    operator = Client()
    operator.force_login(make_staff(desk.left, Role.OPERATOR))
    assert 'name="pick"' not in operator.get("/desk/").text
    assert "3 not done:" in desk.send("acknowledge", client=operator).text
    assert {report.status for report in desk.fresh()} == {ReportStatus.RECEIVED}


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"act": "erase"}, "act"),
        ({"act": "assign"}, "crew"),
        ({"act": "assign", "crew": "1"}, "crew"),
        ({"act": "urgency", "urgency": "9"}, "urgency"),
        ({"act": "acknowledge", "id": "1"}, "id"),
        ({"act": "acknowledge", "pick": []}, "pick"),
        ({"act": "acknowledge", "pick": ["nonsense"]}, "pick"),
    ],
)
def test_a_field_that_can_not_be_read_is_named(desk: Desk, fields: dict[str, Any], field: str) -> None:
    sent = {"id": str(uuid4()), "pick": desk.picks(), **fields}
    refused = desk.client.post("/desk/several/", sent, headers={"accept": "application/json"})
    assert refused.status_code == 422
    assert refused.json()["field"] == field
    assert {report.status for report in desk.fresh()} == {ReportStatus.RECEIVED}
