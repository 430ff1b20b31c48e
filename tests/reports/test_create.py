"""A resident's report comes in."""

import dataclasses
from uuid import uuid4

import pytest
from django.conf import settings
from django.contrib.gis.geos import MultiPolygon, Polygon
from django.db import connection
from django.test.utils import CaptureQueriesContext

from districts.locating import InvalidPoint, OutsideCity
from districts.models import District, Neighbourhood
from live.models import Event
from reports.links import check_private_token
from reports.models import Channel, Contact, Involvement, Report, ReportStatus, Update, Urgency, Visibility
from reports.services.changing import Conflict
from reports.services.claiming import PhotoNotFree
from reports.services.create import Created, create_report
from reports.services.draft import ContactDraft, InvalidReport, ReportDraft
from tests import factories
from tests.factories import IN_LEFT, IN_RIGHT, NOW, ON_THE_EDGE, OUTSIDE, make_draft

City = tuple[District, District]


def send(draft: ReportDraft) -> Created:
    return create_report(draft=draft, channel=Channel.WEB, actor=None, at=NOW)


def test_a_report_gets_its_district_a_code_and_promised_times(city: City) -> None:
    created = send(make_draft(point=IN_LEFT))
    report = Report.objects.get()
    assert created.is_new
    assert report.district.code == "left"
    assert (report.status, report.version) == (ReportStatus.RECEIVED, 1)
    assert len(report.code) == 6
    assert report.routing["certainty"] == "certain"
    # Eight working hours from nine on Tuesday; forty make it Monday.
    assert report.acknowledge_due_at.isoformat() == "2026-11-03T15:00:00+00:00"
    assert report.resolve_due_at.isoformat() == "2026-11-09T15:00:00+00:00"
    assert check_private_token(report, created.private_token)


def test_a_report_on_the_border_is_seen_by_both_districts(city: City) -> None:
    report = send(make_draft(point=ON_THE_EDGE)).report
    other = Involvement.objects.get(report=report)
    assert other.relation == "alternative"
    assert {report.district.code, other.district.code} == {"left", "right"}
    assert report.is_uncertain
    streams = set(Event.objects.values_list("stream__name", flat=True))
    assert streams == {"district:left", "district:right", f"report:{report.code}"}


def test_the_event_holds_no_word_that_a_person_wrote(city: City) -> None:
    send(
        make_draft(
            description="secret words", address="my house", contact=ContactDraft(email="a@example.org")
        )
    )
    payload = Event.objects.filter(kind="report.received").first()
    assert payload is not None
    assert "secret" not in str(payload.payload)
    assert "example" not in str(payload.payload)


def test_the_answer_is_known_without_another_query(city: City) -> None:
    square = MultiPolygon(Polygon.from_bbox(factories.LEFT), srid=4326)
    Neighbourhood.objects.create(
        district=city[0], code="old-town", slug="old-town", names={"en": "Old Town"}, polygon=square
    )
    report = send(make_draft()).report
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert report.district.name == "Left"
        assert report.neighbourhood
        assert report.neighbourhood.name == "Old Town"
        assert report.category.code == "pothole"
    assert len(queries) == 0


def test_sent_twice_it_is_one_report_and_the_first_answer_again(city: City) -> None:
    draft = make_draft(contact=ContactDraft(email="a@example.org"))
    first, again = send(draft), send(draft)
    assert not again.is_new
    assert (again.report.code, again.private_token) == (first.report.code, first.private_token)
    assert Report.objects.count() == Contact.objects.count() == 1


def test_the_same_id_with_other_content_is_a_conflict_that_names_the_id(city: City) -> None:
    draft = make_draft()
    send(draft)
    with pytest.raises(Conflict) as refused:
        send(dataclasses.replace(draft, description="something else"))
    assert refused.value.field == "id"
    assert Report.objects.count() == 1


def test_a_code_in_use_is_drawn_again(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter(["23456C", "23456C", "23456D"])
    monkeypatch.setattr("reports.services.create.new_code", lambda: next(drawn))
    codes = [send(make_draft()).report.code for _ in range(2)]
    assert codes == ["23456C", "23456D"]


def test_outside_the_city_nothing_is_stored(city: City) -> None:
    with pytest.raises(OutsideCity) as refused:
        send(make_draft(point=OUTSIDE))
    assert (refused.value.code, refused.value.http_status, refused.value.field) == (
        "outside_city",
        422,
        "point",
    )
    assert not Report.objects.exists()
    assert not Event.objects.exists()


@pytest.mark.parametrize(
    ("point", "field"),
    [((float("nan"), 42.65), "lon"), ((23.3, float("inf")), "lat"), ((42.65, 23.32), "lat")],
)
def test_no_place_on_earth_or_swapped_numbers_name_the_field(
    city: City, point: tuple[float, float], field: str
) -> None:
    with pytest.raises(InvalidPoint) as refused:
        send(make_draft(point=point))
    assert refused.value.field == field


def test_an_unknown_or_retired_category_is_refused(city: City) -> None:
    factories.make_category("retired", is_active=False)
    for code in ("nonsense", "retired"):
        with pytest.raises(InvalidReport) as refused:
            send(make_draft(category=code))
        assert refused.value.field == "category"


def test_the_questions_of_the_category_must_be_answered(city: City) -> None:
    factories.make_category(
        "lamp",
        questions=[
            {"code": "number", "datatype": "number", "required": True},
            {"code": "kind", "datatype": "singlevaluelist", "values": [{"key": "dark"}, {"key": "flickers"}]},
        ],
    )
    with pytest.raises(InvalidReport) as refused:
        send(make_draft(category="lamp", answers={"kind": "sings", "colour": "red"}))
    assert set(refused.value.data["fields"]) == {"answers.number", "answers.kind", "answers.colour"}
    report = send(make_draft(category="lamp", answers={"number": "12", "kind": "dark"})).report
    assert report.answers == {"number": 12, "kind": "dark"}


def test_a_private_category_makes_a_private_report_and_danger_an_urgent_one(city: City) -> None:
    factories.make_category("violence", is_private=True, urgency=Urgency.DANGER)
    report = send(make_draft(category="violence")).report
    assert (report.visibility, report.urgency) == (Visibility.PRIVATE, Urgency.DANGER)


def test_who_takes_a_call_is_not_the_reporter(city: City) -> None:
    operator = factories.make_staff(city[0])
    created = create_report(draft=make_draft(), channel=Channel.CALL, actor=operator, at=NOW)
    assert created.report.reporter is None
    assert Update.objects.get().actor == operator


def test_photos_are_claimed_in_their_order(city: City) -> None:
    first, second = factories.make_photo(), factories.make_photo()
    report = send(make_draft(photos=[second.pk, first.pk])).report
    assert list(report.photos.values_list("pk", "position")) == [(second.pk, 0), (first.pk, 1)]


def test_photos_that_are_not_free_are_refused_and_nothing_is_stored(city: City) -> None:
    taken, foreign = factories.make_photo(), factories.make_photo(uploader=factories.make_user())
    send(make_draft(photos=[taken.pk]))
    for photo_id in (taken.pk, foreign.pk, uuid4()):
        with pytest.raises(PhotoNotFree) as refused:
            send(make_draft(photos=[photo_id]))
        assert refused.value.field == "photos"
    assert Report.objects.count() == 1


def test_more_photos_than_allowed_are_refused_by_name(city: City) -> None:
    with pytest.raises(InvalidReport) as refused:
        send(make_draft(photos=[uuid4() for _ in range(settings.PHOTOS_PER_REPORT + 1)]))
    assert refused.value.field == "photos"


@pytest.mark.parametrize("point", [IN_LEFT, ON_THE_EDGE])
def test_taking_in_a_report_costs_at_most_ten_statements(city: City, point: tuple[float, float]) -> None:
    send(make_draft(point=IN_RIGHT))
    with CaptureQueriesContext(connection) as queries:
        send(make_draft(point=point, contact=ContactDraft(email="a@example.org")))
    assert len(queries) <= 10, [query["sql"] for query in queries]
