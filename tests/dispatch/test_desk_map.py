"""The desk's map over HTTP: what is counted together, what stands alone, and for whom."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from districts import locating
from districts.models import Role
from reports.models import Report, Urgency
from tests.factories import IN_LEFT, make_city, make_report, make_staff

pytestmark = pytest.mark.django_db
LON, LAT = IN_LEFT
WHOLE = f"{LON - 0.1},{LAT - 0.1},{LON + 0.1},{LAT + 0.1}"


class Map:
    """Two districts, and somebody signed in at each desk."""

    def __init__(self) -> None:
        self.left, self.right = make_city()
        self.own, self.other = Client(), Client()
        self.own.force_login(make_staff(self.left))
        self.other.force_login(make_staff(self.right))

    def ask(self, client: Client | None = None, *, bbox: str = WHOLE, zoom: float = 12, **view: str) -> Any:
        asked = {"bbox": bbox, "zoom": str(zoom), "tab": "all", **view}
        return (client or self.own).get("/desk/points/", asked, headers={"accept": "application/json"})

    def features(self, **asked: Any) -> list[dict[str, Any]]:
        answer = self.ask(**asked)
        assert answer.status_code == 200, answer.content
        found: list[dict[str, Any]] = answer.json()["features"]
        return found


@pytest.fixture
def desk_map() -> Any:
    locating.forget()
    yield Map()
    locating.forget()


def test_what_lies_close_is_counted_and_what_lies_alone_is_a_pin(desk_map: Map) -> None:
    for number in range(5):
        make_report(point=(LON + number * 0.0001, LAT), at=timezone.now())
    alone = make_report(point=(LON - 0.015, LAT + 0.03), at=timezone.now())
    found = desk_map.features()
    counts = sorted(each["properties"].get("count", 1) for each in found)
    assert sum(counts) == 6
    pin = next(each for each in found if each["properties"]["id"] == alone.code)
    assert pin["geometry"]["coordinates"] == [pytest.approx(LON - 0.015), pytest.approx(LAT + 0.03)]
    cluster = next(each for each in found if each["properties"].get("count", 1) > 1)
    assert cluster["geometry"]["coordinates"] == [
        pytest.approx(LON, abs=0.01),
        pytest.approx(LAT, abs=0.01),
    ]


def test_the_ring_of_a_cluster_tells_the_states_in_it(desk_map: Map) -> None:
    now = timezone.now()
    for _number in range(4):
        make_report(at=now)
    late, danger, border, _new = Report.objects.order_by("pk")
    Report.objects.filter(pk=late.pk).update(acknowledge_due_at=now - timedelta(hours=1))
    Report.objects.filter(pk=danger.pk).update(urgency=Urgency.DANGER)
    Report.objects.filter(pk=border.pk).update(is_uncertain=True)
    (cluster,) = desk_map.features()
    assert cluster["properties"]["count"] == 4
    assert cluster["properties"]["tones"] == {"late": 2, "moving": 1}


def test_close_enough_every_report_is_a_pin_of_its_own(desk_map: Map) -> None:
    codes = {make_report(at=timezone.now()).code for _number in range(3)}
    (cluster,) = desk_map.features(zoom=16)
    assert cluster["properties"]["count"] == 3
    assert {each["properties"]["id"] for each in desk_map.features(zoom=17)} == codes


def test_moving_the_map_changes_no_number(desk_map: Map) -> None:
    for number in range(8):
        make_report(point=(LON + number * 0.002, LAT), at=timezone.now())
    cut = f"{LON + 0.003},{LAT - 0.01},{LON + 0.1},{LAT + 0.1}"
    whole = {each["properties"]["id"]: each["properties"].get("count", 1) for each in desk_map.features()}
    part = {
        each["properties"]["id"]: each["properties"].get("count", 1) for each in desk_map.features(bbox=cut)
    }
    assert part
    assert part.items() <= whole.items()


def test_what_happens_is_on_the_map_at_once(desk_map: Map) -> None:
    first = make_report(at=timezone.now())
    assert [each["properties"]["id"] for each in desk_map.features()] == [first.code]
    make_report(at=timezone.now())
    (cluster,) = desk_map.features()
    assert cluster["properties"]["count"] == 2
    assert desk_map.features(tab="assigned") == []


def test_a_pin_says_what_its_row_says(desk_map: Map) -> None:
    report = make_report(at=timezone.now())
    Report.objects.filter(pk=report.pk).update(undecided_since=timezone.now())
    (pin,) = desk_map.features()
    assert pin["properties"]["tone"] == "late"
    assert pin["properties"]["label"].endswith("· decide")


def test_the_map_shows_the_view_that_the_list_shows(desk_map: Map) -> None:
    make_report(at=timezone.now(), description="A lamp is dark")
    hole = make_report(at=timezone.now(), description="A hole")
    (pin,) = desk_map.features(q="hole")
    assert pin["properties"]["id"] == hole.code
    assert desk_map.features(tab="finished") == []


def test_another_districts_map_is_not_found(desk_map: Map) -> None:
    make_report(at=timezone.now())
    assert desk_map.ask(desk_map.other, district="left").status_code == 404
    assert desk_map.ask(desk_map.other).json()["features"] == []
    assert Client().get("/desk/points/").status_code == 302


@pytest.mark.parametrize("bbox", ["", "1,2,3", "a,b,c,d", "24,42,23,43", "23,42,24,nan", "23,-91,24,43"])
def test_an_unreadable_part_of_the_map_is_named(desk_map: Map, bbox: str) -> None:
    refused = desk_map.ask(bbox=bbox)
    assert refused.status_code == 422
    assert refused.json()["field"] == "bbox"


def test_a_number_of_reports_costs_the_map_no_more_statements(
    desk_map: Map, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    for number in range(12):
        make_report(point=(LON + number * 0.002, LAT), at=timezone.now(), address="Somewhere")
    for zoom in (10, 14, 17):
        with django_assert_max_num_queries(9):
            desk_map.features(zoom=zoom)


def test_an_operators_search_finds_no_contact(desk_map: Map) -> None:
    make_report(at=timezone.now(), email="ann@example.org")
    operator = Client()
    operator.force_login(make_staff(desk_map.left, Role.OPERATOR))
    assert len(desk_map.features(q="ann@example")) == 1
    assert desk_map.ask(operator, q="ann@example").json()["features"] == []
