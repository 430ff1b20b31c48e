"""Reading what is public: the list, one report, nearby, categories, and who is responsible."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from reports.models import Category, Report, ReportStatus, Visibility
from tests.factories import IN_LEFT, IN_RIGHT, NOW, ON_THE_EDGE, OUTSIDE, make_category, make_report
from tests.mobile_api.clients import REPORTS, assert_described

pytestmark = pytest.mark.usefixtures("pothole")
BOX_LEFT = "23.30,42.60,23.35,42.70"


def codes(answer: object) -> list[str]:
    return [feature["id"] for feature in answer.json()["features"]]  # type: ignore[attr-defined]


def dashed(report: Report) -> str:
    return f"{report.code[:3]}-{report.code[3:]}"


def make_reports(count: int) -> list[str]:
    return [dashed(make_report(at=NOW - timedelta(minutes=number))) for number in range(count)]


def test_the_list_is_geojson_the_latest_first(client: Client) -> None:
    expected = make_reports(3)
    answer = client.get(REPORTS)
    assert answer.json()["type"] == "FeatureCollection"
    assert codes(answer) == expected
    assert answer.json()["features"][0]["geometry"] == {"type": "Point", "coordinates": list(IN_LEFT)}
    assert_described(answer, "reports/", "get")


def test_pages_follow_each_other_without_gap_or_repetition(client: Client) -> None:
    expected = make_reports(5)
    for report in Report.objects.all()[:3]:  # three of one moment
        Report.objects.filter(pk=report.pk).update(received_at=NOW)
    address, seen = f"{REPORTS}?limit=2", []
    while address:
        answer = client.get(address)
        assert_described(answer, "reports/", "get")
        seen += codes(answer)
        address = answer.json()["next"]
    assert sorted(seen) == sorted(expected)


def test_a_page_takes_the_same_few_statements_however_long_it_is(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    make_reports(8)
    with django_assert_max_num_queries(2):
        assert len(codes(client.get(REPORTS))) == 8


def test_the_list_can_be_filtered(client: Client) -> None:
    make_category("litter")
    left, right = make_report(), make_report(point=IN_RIGHT, category="litter", at=NOW - timedelta(days=2))
    ways = {
        f"in_bbox={BOX_LEFT}": [left],
        "district=right": [right],
        "district=right,left": [left, right],
        "category=litter": [right],
        "status=received,planned": [left, right],
        "status=closed": [],
        "since=2026-11-02T00:00:00Z": [left],
        "ordering=received_at": [right, left],
    }
    for query, expected in ways.items():
        assert codes(client.get(f"{REPORTS}?{query}")) == [dashed(report) for report in expected], query


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("in_bbox=1,2,3", "in_bbox"),
        ("in_bbox=a,b,c,d", "in_bbox"),
        ("in_bbox=nan,42,24,43", "in_bbox"),
        ("in_bbox=24,42,23,43", "in_bbox"),
        ("in_bbox=-1e400,42,23,43", "in_bbox"),
        ("status=broken", "status"),
        ("since=yesterday", "since"),
        ("ordering=password", "ordering"),
        ("category=%00", "category"),
    ],
)
def test_a_filter_that_makes_no_sense_is_named(client: Client, query: str, named: str) -> None:
    answer = client.get(f"{REPORTS}?{query}")
    assert (answer.status_code, answer.json()["field"]) == (422, named)
    assert_described(answer, "reports/", "get")


@pytest.mark.parametrize("cursor", ["x", "cD14", "cD0lMDA=", "bz0tMQ==", "cD0yMDI2LTExLTAz"])
def test_a_made_up_cursor_breaks_nothing(client: Client, cursor: str) -> None:
    assert client.get(f"{REPORTS}?cursor={cursor}").status_code in (200, 404, 422)


def test_what_is_not_public_is_nowhere(client: Client) -> None:
    report = make_report()
    for visibility in (Visibility.PRIVATE, Visibility.HIDDEN):
        Report.objects.update(visibility=visibility)
        assert codes(client.get(REPORTS)) == []
        assert client.get(f"{REPORTS}{report.code}/").status_code == 404
        assert codes(client.get(f"{REPORTS}nearby/?lat=42.65&lon=23.32")) == []


def test_one_report_tells_its_timeline_and_hides_what_is_private(client: Client) -> None:
    report = make_report(email="ana@example.org", description="Call 0888 123 456 or ana@example.org")
    answer = client.get(f"{REPORTS}{report.code.lower()}/")
    assert_described(answer, "reports/{code}/", "get")
    assert [line["kind"] for line in answer.json()["properties"]["timeline"]] == ["received"]
    assert "ana@example.org" not in answer.text
    assert "0888" not in answer.text
    assert str(report.uuid) not in answer.text


@pytest.mark.parametrize("code", ["AAAAAA", "K7Q-3MX", "x", "%00", "%2e%2e", "п" * 50])
def test_an_unknown_code_is_not_found(client: Client, code: str) -> None:
    answer = client.get(f"{REPORTS}{code}/")
    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"


def test_nearby_are_the_open_reports_with_their_distance(client: Client) -> None:
    near, done = make_report(), make_report()
    Report.objects.filter(pk=done.pk).update(status=ReportStatus.REJECTED)
    answer = client.get(f"{REPORTS}nearby/?lat=42.6502&lon=23.32&radius=50")
    assert codes(answer) == [dashed(near)]
    assert answer.json()["features"][0]["properties"]["distance_m"] == pytest.approx(22.2, abs=0.5)
    assert_described(answer, "reports/nearby/", "get")


@pytest.mark.parametrize(
    "query", ["", "lat=42", "lat=x&lon=1", "lat=91&lon=0", "lat=nan&lon=1", "lat=42&lon=23&radius=99999"]
)
def test_nearby_needs_a_place(client: Client, query: str) -> None:
    assert client.get(f"{REPORTS}nearby/?{query}").status_code == 422


def test_categories_come_in_all_languages_and_are_not_sent_twice(client: Client, pothole: Category) -> None:
    answer = client.get("/api/v1/categories/")
    assert_described(answer, "categories/", "get")
    group = answer.json()["groups"][0]
    assert group["categories"][0]["names"] == {"en": "Pothole", "bg": "Вид pothole"}
    again = client.get("/api/v1/categories/", headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    make_category("litter")
    changed = client.get("/api/v1/categories/", headers={"If-None-Match": answer["ETag"]})
    assert changed.status_code == 200


@pytest.mark.parametrize(
    ("place", "district", "certainty"),
    [(IN_LEFT, "left", "certain"), (ON_THE_EDGE, "left", "uncertain"), (OUTSIDE, None, "outside")],
)
def test_who_is_responsible_is_told_for_every_place(
    client: Client, place: tuple[float, float], district: str | None, certainty: str
) -> None:
    answer = client.get(f"/api/v1/locate/?lon={place[0]}&lat={place[1]}&category=pothole")
    assert_described(answer, "locate/", "get")
    assert (answer.json()["district"], answer.json()["certainty"]) == (district, certainty)
    assert answer.json()["reason"]


def test_a_good_accuracy_decides_near_a_border(client: Client) -> None:
    address = "/api/v1/locate/?lon=23.3497&lat=42.65&accuracy="
    assert client.get(f"{address}5").json()["certainty"] == "certain"
    uncertain = client.get(f"{address}60").json()
    assert uncertain["certainty"] == "uncertain"
    assert [other["name"] for other in uncertain["alternatives"]] == ["Right"]


@pytest.mark.parametrize(
    "query", ["lat=23.32&lon=42.65", "lat=NaN&lon=1", "lat=1", "lat=1&lon=1&accuracy=-3"]
)
def test_a_place_that_is_none_is_refused(client: Client, query: str) -> None:
    answer = client.get(f"/api/v1/locate/?{query}")
    assert answer.status_code == 422
    assert_described(answer, "locate/", "get")


@pytest.mark.parametrize("category", ["pothol", "retired"])
def test_a_category_that_is_not_offered_is_refused_by_its_name(client: Client, category: str) -> None:
    make_category("retired", is_active=False)
    answer = client.get(f"/api/v1/locate/?lat=42.65&lon=23.32&category={category}")
    assert answer.status_code == 422
    assert_described(answer, "locate/", "get")
    assert "category" in str(answer.json())


def test_reading_costs_a_token_less_client_no_session_query(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, frozen_clock: time_machine.Traveller
) -> None:
    client.get("/api/v1/locate/?lon=23.32&lat=42.65")
    with django_assert_num_queries(0):
        assert client.get("/api/v1/locate/?lon=23.33&lat=42.65").status_code == 200
