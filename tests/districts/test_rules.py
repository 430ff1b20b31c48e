"""Rules: the first that matches wins, and says why; near its edge it is as unsure as any border."""

from dataclasses import replace
from datetime import date

import pytest
from django.utils import translation

from districts.locating import Responsibilities, Responsibility, RuleFact
from districts.locating.index import AnyPolygon
from tests.districts.cities import AT, SINCE, box, city, place, two_districts

PARKS, ROADS = 2, 3  # city-wide bodies, C and D


def rule(number: int, body: int, *codes: str, area: AnyPolygon | None = None, **fields: object) -> RuleFact:
    known = RuleFact(number, number, f"rule {number}", body, SINCE, None, frozenset(codes), area)
    return replace(known, **fields)  # type: ignore[arg-type]


def ruled(*rules: RuleFact) -> Responsibilities:
    return city(two_districts(), rules, bodies=2)


def at(
    known: Responsibilities,
    east: float,
    north: float,
    category: str | None = None,
    accuracy_m: float | None = None,
) -> Responsibility:
    return known.locate(point=place(east, north), category=category, accuracy_m=accuracy_m, at=AT)


def test_a_category_s_rule_holds_in_the_whole_city_and_for_no_other_category() -> None:
    known = ruled(rule(1, PARKS, "tree", "bench", reasons={"en": "Parks are the city's own."}))
    answer = at(known, 5, 5, "tree")
    assert (answer.district, answer.certainty, answer.rule_id) == ("C", "certain", 1)
    assert answer.reason == "Parks are the city's own."
    assert at(known, 5, 5, "lamp").district == "A"
    assert at(known, 5, 5).district == "A"
    assert at(known, 50, 5, "tree").certainty == "outside"


def test_on_a_border_a_rule_for_the_whole_city_leaves_no_doubt() -> None:
    answer = at(ruled(rule(1, PARKS, "tree")), 10, 5, "tree", accuracy_m=50)
    assert (answer.district, answer.certainty, answer.alternatives) == ("C", "certain", ())


def test_in_the_margin_even_a_rule_for_the_whole_city_is_uncertain() -> None:
    answer = at(ruled(rule(1, PARKS, "tree")), 21, 5, "tree")
    assert (answer.district, answer.certainty) == ("C", "uncertain")


def test_an_area_s_rule_holds_inside_it_for_every_category() -> None:
    known = ruled(rule(1, PARKS, area=box(2, 2, 6, 6)))
    assert at(known, 4, 4, "lamp").district == "C"
    assert at(known, 4, 4, "lamp").certainty == "certain"
    assert at(known, 8, 8, "lamp").district == "A"


def test_a_rule_with_categories_and_an_area_needs_both() -> None:
    known = ruled(rule(1, PARKS, "tree", area=box(2, 2, 6, 6)))
    assert at(known, 4, 4, "tree").district == "C"
    assert at(known, 4, 4, "lamp").district == "A"
    assert at(known, 8, 8, "tree").district == "A"


def test_of_two_rules_the_first_wins() -> None:
    narrow, wide = box(2, 2, 6, 6), box(0, 0, 8, 8)
    assert at(ruled(rule(1, PARKS, area=wide), rule(2, ROADS, area=narrow)), 4, 4).district == "C"
    assert at(ruled(rule(2, PARKS, area=wide), rule(1, ROADS, area=narrow)), 4, 4).district == "D"


def test_near_the_edge_of_its_area_a_rule_is_uncertain_from_inside_and_from_outside() -> None:
    known = ruled(rule(1, PARKS, area=box(2, 2, 6, 6)))
    inside = at(known, 5.9, 4, accuracy_m=20)
    assert (inside.district, inside.certainty) == ("C", "uncertain")
    assert [other.district for other in inside.alternatives] == ["A"]
    assert inside.alternatives[0].distance_m == pytest.approx(8.2, abs=0.1)
    outside = at(known, 6.1, 4, accuracy_m=20)
    assert (outside.district, outside.certainty) == ("A", "uncertain")
    assert [other.district for other in outside.alternatives] == ["C"]


def test_what_ranks_after_a_rule_begins_only_where_its_area_ends() -> None:
    known = ruled(rule(1, PARKS, area=box(2, 2, 6, 6)), rule(2, ROADS, area=box(5, 2, 9, 6)))
    answer = at(known, 5.5, 4, accuracy_m=50)
    assert answer.district == "C"
    assert [(o.district, round(o.distance_m)) for o in answer.alternatives] == [("A", 41), ("D", 41)]
    assert at(known, 5.5, 4, accuracy_m=20).certainty == "certain"


def test_a_rule_that_names_the_district_itself_makes_no_doubt() -> None:
    known = ruled(rule(1, 0, area=box(2, 2, 6, 6)))
    assert at(known, 5.9, 4, accuracy_m=20).certainty == "certain"


def test_a_rule_s_area_counts_as_city() -> None:
    known = ruled(rule(1, PARKS, area=box(40, 40, 45, 45)))
    answer = at(known, 42, 42)
    assert (answer.district, answer.certainty) == ("C", "certain")
    assert at(known, 46, 42).district == "C"
    assert at(known, 46, 42).certainty == "uncertain"
    assert at(known, 60, 42).certainty == "outside"


def test_where_a_later_rule_s_area_is_the_city_the_rule_for_the_whole_city_wins() -> None:
    known = ruled(rule(1, PARKS, "tree"), rule(2, ROADS, area=box(40, 40, 45, 45)))
    assert at(known, 42, 42, "tree").district == "C"
    assert at(known, 42, 42, "lamp").district == "D"


def test_rules_hold_on_their_days() -> None:
    known = ruled(
        rule(1, PARKS, "tree", valid_to=date(2026, 11, 3)),
        rule(2, ROADS, "tree", valid_from=date(2026, 11, 4)),
    )
    assert at(known, 5, 5, "tree").district == "A"


def test_a_rule_can_be_tried_before_it_is_valid() -> None:
    known = ruled()
    tried = known.with_changes(rules=[rule(1, PARKS, "tree")])
    assert at(tried, 5, 5, "tree").district == "C"
    assert at(tried.with_changes(rules=[rule(1, ROADS, "tree")]), 5, 5, "tree").district == "D"
    assert at(known, 5, 5, "tree").district == "A"


def test_a_rule_without_reasons_gives_its_name() -> None:
    answer = at(ruled(rule(1, PARKS, "tree", reasons={"bg": "Парковете са градски."})), 5, 5, "tree")
    with translation.override("bg"):
        assert answer.reason == "Парковете са градски."
    assert at(ruled(rule(1, PARKS, "tree")), 5, 5, "tree").reason == "rule 1"
