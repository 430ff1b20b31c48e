"""One query for two databases, and the plans they make of it."""

import re

import pytest
from django.contrib.gis.db.models import GeometryField
from django.contrib.gis.geos import MultiPolygon, Polygon
from django.db import connection, transaction

from districts.models import District, Neighbourhood, RoutingRule
from districts.spatial import fold_text, lock_rows, nearest, with_item, with_words, within_bbox
from reports.models import Report
from tests.factories import IN_LEFT, make_report

pytestmark = pytest.mark.django_db
SIDE = 60


def square(west: float, south: float, size: float = 0.0008) -> MultiPolygon:
    return MultiPolygon(Polygon.from_bbox((west, south, west + size, south + size)), srid=4326)


@pytest.fixture
def many_squares() -> None:
    """3,600 squares, a thousandth of a degree apart."""
    district = District.objects.create(code="X", names={"en": "X"})
    Neighbourhood.objects.bulk_create(
        Neighbourhood(
            district=district,
            code=f"{i}",
            slug=f"s{i}",
            polygon=square(23 + i % SIDE / 1000, 42 + i // SIDE / 1000),
        )
        for i in range(SIDE * SIDE)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


@pytest.mark.usefixtures("many_squares")
def test_a_box_finds_what_meets_it_and_nothing_else() -> None:
    found = within_bbox(Neighbourhood.objects.all(), "polygon", 23.0045, 42.0045, 23.0055, 42.0055)
    assert sorted(n.code for n in found) == sorted(["244", "245", "304", "305"])


@pytest.mark.usefixtures("many_squares")
def test_a_box_is_looked_up_in_the_spatial_index() -> None:
    plan = within_bbox(Neighbourhood.objects.all(), "polygon", 23.0, 42.0, 23.002, 42.002).explain()
    if connection.vendor == "sqlite":
        assert "VIRTUAL TABLE INDEX" in plan
        assert "SCAN districts_neighbourhood" not in plan
    else:
        assert re.search(r"Index Scan (using|on) districts_neighbourhood_polygon", plan)


@pytest.mark.usefixtures("many_squares")
def test_a_box_is_found_through_a_relation_and_inside_a_subquery() -> None:
    inside = within_bbox(Neighbourhood.objects.all(), "polygon", 23.0, 42.0, 23.0001, 42.0001)
    through = within_bbox(District.objects.all(), "neighbourhoods__polygon", 23.0, 42.0, 23.0001, 42.0001)
    assert District.objects.filter(neighbourhoods__in=inside).count() == through.count() == 1


def test_an_empty_area_meets_no_box() -> None:
    district = District.objects.create(code="X", names={"en": "X"})
    RoutingRule.objects.create(name="all", categories=["tree"], district=district, valid_from="2026-01-01")
    assert isinstance(RoutingRule._meta.get_field("area"), GeometryField)
    assert within_bbox(RoutingRule.objects.all(), "area", 20, 40, 30, 50).count() == 0


def test_a_list_is_searched_for_an_item_and_not_for_a_part_of_one() -> None:
    district = District.objects.create(code="X", names={"en": "X"})
    for name, codes in {"a": ["tree", "lamp"], "b": ["tree-stump"], "c": ["лампа"]}.items():
        RoutingRule.objects.create(name=name, categories=codes, district=district, valid_from="2026-01-01")
    assert [rule.name for rule in with_item(RoutingRule.objects.all(), "categories", "tree")] == ["a"]
    assert [rule.name for rule in with_item(RoutingRule.objects.all(), "categories", "лампа")] == ["c"]


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("  Дупка   на БУЛЕВАРД  ", "дупка на булевард"),
        ("Йорданка", "иорданка"),
        ("İSTİKLÂL Caddesi", "istiklal caddesi"),
        ("ışık", "isik"),
        ("Straße", "strasse"),
        ("", ""),
    ],
)
def test_text_is_folded(text: str, folded: str) -> None:
    assert fold_text(text) == folded


def test_words_are_found_in_any_order_and_their_wildcards_are_plain_letters() -> None:
    District.objects.create(code="X", names={}, phone=fold_text("Голяма дупка 100%"))
    everything = District.objects.all()
    assert with_words(everything, "phone", "ДУПКА голяма").exists()
    assert with_words(everything, "phone", "0%").exists()
    assert not with_words(everything, "phone", "г%а").exists()


@pytest.mark.django_db(transaction=True)
def test_rows_are_locked_only_in_a_transaction() -> None:
    District.objects.create(code="X", names={})
    with pytest.raises(transaction.TransactionManagementError):
        lock_rows(District.objects.all())
    with transaction.atomic():
        assert lock_rows(District.objects.all()).get().code == "X"
        assert lock_rows(District.objects.all(), skip_locked=True).count() == 1


@pytest.mark.usefixtures("tasks_at_once")
def test_the_nearest_come_first_with_their_true_distance() -> None:
    lon, lat = IN_LEFT
    for metres_north in (500, 30, 0, 200):
        make_report(point=(lon, lat + metres_north / 111_100))
    found = nearest(Report.objects.all(), "point", IN_LEFT, within_m=300, limit=2)
    assert [round(far) for _, far in found] == [0, 30]
    found = nearest(Report.objects.all(), "point", IN_LEFT, within_m=300, limit=10)
    assert [round(far) for _, far in found] == [0, 30, 200]
