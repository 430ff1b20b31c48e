"""Who answers for a point: borders, gaps, overlaps, margins, days."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from math import inf, nan
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from districts.locating import (
    BoundaryFact,
    Certainty,
    InvalidPoint,
    NeighbourhoodFact,
    Responsibilities,
    Responsibility,
)
from tests.districts.cities import AT, SINCE, box, city, facts_of, holed, place, two_districts

EAST_M = 82.1  # of one step


def at(known: Responsibilities, east: float, north: float, accuracy_m: float | None = None) -> Responsibility:
    return known.locate(point=place(east, north), accuracy_m=accuracy_m, at=AT)


def rivals(answer: Responsibility) -> dict[str, float]:
    return {other.district: other.distance_m for other in answer.alternatives}


def test_a_point_well_inside_is_certain() -> None:
    answer = at(city(two_districts()), 5, 5)
    assert (answer.district, answer.certainty, answer.alternatives) == ("A", "certain", ())
    assert answer.distance_to_border_m == pytest.approx(5 * EAST_M, rel=0.005)
    assert (answer.district_id, answer.boundary_id, answer.rule_id) == (0, 100, None)
    assert answer.name == "District A"
    assert answer.reason == "Inside District A, 410 m from its border."


def test_a_point_near_a_border_is_uncertain_only_if_its_accuracy_reaches_over() -> None:
    known = city(two_districts())
    assert at(known, 9.9, 5, accuracy_m=5).certainty == Certainty.CERTAIN
    answer = at(known, 9.9, 5, accuracy_m=20)
    assert (answer.district, answer.certainty) == ("A", "uncertain")
    assert rivals(answer) == {"B": pytest.approx(0.1 * EAST_M, rel=0.005)}
    assert "District B" in answer.reason


def test_near_the_city_s_own_border_nobody_else_could_be_meant() -> None:
    assert at(city(two_districts()), 0.1, 5, accuracy_m=50).certainty == Certainty.CERTAIN


def test_a_shared_edge_belongs_to_one_and_is_uncertain() -> None:
    answer = at(city(two_districts()), 10, 5)
    assert (answer.district, answer.certainty) == ("A", "uncertain")
    assert rivals(answer) == {"B": 0}


def test_a_corner_of_four_belongs_to_one_and_names_three() -> None:
    quarters = [box(x, y, x + 5, y + 5) for x in (0, 5) for y in (0, 5)]
    answer = at(city(quarters), 5, 5)
    assert answer.district == "A"
    assert set(rivals(answer)) == {"B", "C", "D"}


def test_in_an_overlap_the_deeper_one_answers() -> None:
    known = city([box(0, 0, 12, 10), box(10, 0, 20, 10)])
    assert at(known, 11.5, 5).district == "B"
    answer = at(known, 10.5, 5)
    assert (answer.district, answer.because) == ("A", "overlap")
    assert rivals(answer) == {"B": 0}


def test_an_area_within_another_is_an_overlap_too() -> None:
    answer = at(city([box(0, 0, 20, 20), box(9, 9, 11, 11)]), 10, 10)
    assert (answer.district, rivals(answer)) == ("A", {"B": 0})


def test_in_a_sliver_the_nearer_one_answers_and_both_are_told() -> None:
    answer = at(city([box(0, 0, 9.9, 10), box(10.1, 0, 20, 10)]), 9.95, 5)
    assert (answer.district, answer.certainty, answer.because) == ("A", "uncertain", "nearest")
    assert answer.distance_to_border_m == pytest.approx(0.05 * EAST_M, abs=0.05)
    assert rivals(answer) == {"B": pytest.approx(0.15 * EAST_M, abs=0.05)}


def test_a_point_outside_but_within_the_margin_goes_to_the_nearest() -> None:
    answer = at(city(two_districts()), 23, 5)
    assert (answer.district, answer.certainty) == ("B", "uncertain")
    assert answer.reason == "In no district; District B is the nearest, 246 m away."


def test_a_point_beyond_the_margin_is_outside() -> None:
    answer = at(city(two_districts()), 24, 5)
    assert (answer.district, answer.district_id, answer.certainty) == (None, None, "outside")
    assert answer.distance_to_border_m == pytest.approx(4 * EAST_M, rel=0.005)
    assert answer.reason == "Outside the city: the nearest border is 328 m away."


def test_a_point_beyond_the_margin_that_its_accuracy_brings_back_is_uncertain() -> None:
    answer = at(city(two_districts()), 24, 5, accuracy_m=400)
    assert (answer.district, answer.certainty) == ("B", "uncertain")


def test_a_hole_wider_than_the_margin_is_outside_and_its_shore_is_not() -> None:
    lake = holed(box(0, 0, 40, 40), box(10, 10, 30, 30))
    known = city([lake])
    assert at(known, 20, 20).certainty == Certainty.OUTSIDE
    assert at(known, 11, 20).certainty == Certainty.UNCERTAIN


def test_a_district_in_the_hole_of_another_is_certain() -> None:
    ring = holed(box(0, 0, 40, 40), box(10, 10, 30, 30))
    assert at(city([ring, box(10, 10, 30, 30)]), 20, 20).district == "B"


def test_a_city_wide_body_s_own_area_decides_nothing() -> None:
    facts = facts_of(two_districts(), bodies=1)
    whole = BoundaryFact(9, 2, box(-5, -5, 50, 50), SINCE)
    facts = replace(facts, boundaries=(*facts.boundaries, whole))
    known = Responsibilities(facts, margin_m=300, time_zone=ZoneInfo("Europe/Sofia"))
    assert at(known, 5, 5).certainty == Certainty.CERTAIN
    assert at(known, 40, 40).certainty == Certainty.OUTSIDE


def test_boundaries_hold_from_their_first_day_until_before_their_last() -> None:
    later = BoundaryFact(200, 0, box(0, 0, 5, 10), date(2026, 11, 3))
    known = city(two_districts()).with_changes(boundaries=[later])
    midnight = datetime(2026, 11, 3, tzinfo=ZoneInfo("Europe/Sofia"))
    before, after = midnight - timedelta(seconds=1), midnight
    assert known.locate(point=place(4, 5), at=before).boundary_id == 100
    assert known.locate(point=place(4, 5), at=after).boundary_id == 200
    assert known.locate(point=place(7, 5), at=before).certainty == Certainty.CERTAIN
    assert known.locate(point=place(7, 5), at=after).certainty == Certainty.UNCERTAIN


def test_before_the_first_boundary_everything_is_outside() -> None:
    answer = city(two_districts()).locate(
        point=place(5, 5), at=datetime(2019, 12, 31, tzinfo=ZoneInfo("UTC"))
    )
    assert (answer.certainty, answer.distance_to_border_m) == ("outside", None)
    assert answer.reason == "On that day no district has a boundary."


def test_a_city_without_districts_is_outside_everywhere() -> None:
    assert at(city([]), 5, 5).certainty == Certainty.OUTSIDE


def test_a_trial_leaves_what_holds_as_it_is() -> None:
    known = city(two_districts())
    tried = known.with_changes(boundaries=[BoundaryFact(None, 1, box(4, 0, 20, 10), SINCE)])
    assert at(tried, 5, 5).certainty == Certainty.UNCERTAIN
    assert at(known, 5, 5).certainty == Certainty.CERTAIN


@pytest.mark.parametrize(
    ("lon", "lat", "accuracy", "field"),
    [
        (nan, 42, None, "lon"),
        (23, nan, None, "lat"),
        (inf, 42, None, "lon"),
        (23, 91, None, "lat"),
        (181, 42, None, "lon"),
        (23.3, 42.7, nan, "accuracy"),
        (23.3, 42.7, -1, "accuracy"),
    ],
)
def test_what_is_no_position_is_refused_by_field(
    lon: float, lat: float, accuracy: float | None, field: str
) -> None:
    with pytest.raises(InvalidPoint) as caught:
        city(two_districts()).locate(point=(lon, lat), accuracy_m=accuracy, at=AT)
    assert caught.value.field == field
    assert caught.value.http_status == 422


def test_exchanged_numbers_are_recognised() -> None:
    lon, lat = place(5, 5)
    with pytest.raises(InvalidPoint, match="did you swap") as caught:
        city(two_districts()).locate(point=(lat, lon), at=AT)
    assert caught.value.field == "lat"
    with pytest.raises(InvalidPoint, match="Did you swap"):
        city(two_districts()).locate(point=(42.7, 123.3), at=AT)


def test_the_neighbourhood_is_told_and_rather_one_of_the_district() -> None:
    hoods = (
        NeighbourhoodFact(7, "a7", 0, {}, box(0, 0, 11, 10)),
        NeighbourhoodFact(8, "b8", 1, {}, box(9, 0, 20, 10)),
    )
    facts = replace(facts_of(two_districts()), neighbourhoods=hoods)
    known = Responsibilities(facts, margin_m=300, time_zone=ZoneInfo("Europe/Sofia"))
    assert at(known, 9.5, 5).neighbourhood_id == 7
    assert at(known, 10.5, 5).neighbourhood_id == 8
    assert at(known, 15, 5).neighbourhood == "b8"


def test_an_answer_is_told_in_the_language_of_the_moment() -> None:
    facts = facts_of(two_districts())
    named = replace(facts.districts[0], names={"bg": "Лозенец", "en": "Lozenets"})
    facts = replace(facts, districts=(named, facts.districts[1]))
    answer = at(Responsibilities(facts, margin_m=300, time_zone=ZoneInfo("UTC")), 5, 5)
    with translation.override("bg"):
        assert answer.name == "Лозенец"
    assert answer.name == "Lozenets"


def test_a_trace_is_made_of_plain_values_and_holds_no_words() -> None:
    known = city(two_districts())
    trace = at(known, 9.9, 5, accuracy_m=20).as_trace()
    assert trace == {
        "district": "A",
        "certainty": "uncertain",
        "because": "near_border",
        "distance_to_border_m": pytest.approx(8.2, abs=0.05),
        "alternatives": [{"district": "B", "distance_m": pytest.approx(8.2, abs=0.05)}],
        "boundary": 100,
        "rule": None,
        "neighbourhood": None,
        "approximate": False,
        "version": 0,
    }
