"""No point of a covered city is without an answer, and none has two."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random
from zoneinfo import ZoneInfo

import numpy as np
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from districts.geometry import metres_to
from districts.locating import Certainty, Responsibilities, Responsibility, RuleFact
from districts.locating.batch import locate_many
from districts.locating.index import AnyPolygon
from tests.districts.cities import AT, LON, MARGIN_M, SINCE, STEP, box, city, facts_of, place

SIZE = 20
STEPS = st.floats(0, SIZE)
SPOTS = st.tuples(STEPS, STEPS)
SEEDS = st.lists(SPOTS, min_size=3, max_size=9, unique=True)
ACCURACIES = st.none() | st.floats(0, 500)


def partition(seeds: Sequence[tuple[float, float]]) -> list[AnyPolygon]:
    """The city's square cut into the areas nearest to each seed, sharing their edges."""
    frame = box(0, 0, SIZE, SIZE)
    points = shapely.MultiPoint([place(*seed) for seed in seeds])
    cells = shapely.get_parts(shapely.voronoi_polygons(points, extend_to=frame))
    parts = [cell.intersection(frame) for cell in cells]
    return [part for part in parts if isinstance(part, shapely.Polygon) and part.area > STEP**2 / 100]


def answer_at(
    known: Responsibilities, spot: tuple[float, float], accuracy: float | None = None
) -> Responsibility:
    return known.locate(point=place(*spot), accuracy_m=accuracy, at=AT)


@given(SEEDS, SPOTS, ACCURACIES)
def test_every_point_of_a_city_has_one_answer(
    seeds: list[tuple[float, float]], spot: tuple[float, float], accuracy: float | None
) -> None:
    areas = partition(seeds)
    answer = answer_at(city(areas), spot, accuracy)
    assert answer.district is not None
    assert answer.district not in {other.district for other in answer.alternatives}
    assert len({other.district for other in answer.alternatives}) == len(answer.alternatives)
    assert answer.certainty == (Certainty.UNCERTAIN if answer.alternatives else answer.certainty)


@given(SEEDS, SPOTS, ACCURACIES, st.randoms(use_true_random=False))
def test_the_order_of_the_areas_changes_no_answer(
    seeds: list[tuple[float, float]], spot: tuple[float, float], accuracy: float | None, random: Random
) -> None:
    facts = facts_of(partition(seeds))
    mixed = list(facts.boundaries)
    random.shuffle(mixed)
    zone = ZoneInfo("UTC")
    known = Responsibilities(facts, margin_m=MARGIN_M, time_zone=zone)
    shuffled = Responsibilities(replace(facts, boundaries=tuple(mixed)), margin_m=MARGIN_M, time_zone=zone)
    assert answer_at(known, spot, accuracy) == answer_at(shuffled, spot, accuracy)


@given(SEEDS, st.integers(0, 1000), st.floats(0, 1))
def test_on_an_edge_both_sides_are_told(seeds: list[tuple[float, float]], which: int, along: float) -> None:
    areas = partition(seeds)
    shared = [
        edge
        for i, area in enumerate(areas)
        for other in areas[:i]
        if (edge := shapely.line_merge(area.intersection(other))).geom_type == "LineString"
    ]
    assume(shared)
    point = shared[which % len(shared)].interpolate(along, normalized=True)
    answer = city(areas).locate(point=(point.x, point.y), at=AT)
    assert answer.certainty == Certainty.UNCERTAIN
    told = {answer.district, *(other.district for other in answer.alternatives)}
    beside = {chr(ord("A") + i) for i, area in enumerate(areas) if area.distance(point) < STEP / 1e6}
    assert len(beside) >= 2
    assert beside <= told


@given(SEEDS, SPOTS, st.floats(0.001, 1))
def test_slivers_between_areas_are_answered(
    seeds: list[tuple[float, float]], spot: tuple[float, float], width: float
) -> None:
    shrunk = [area.buffer(-width * STEP / 2) for area in partition(seeds)]
    areas = [area for area in shrunk if isinstance(area, shapely.Polygon) and not area.is_empty]
    assume(areas)
    answer = answer_at(city(areas), spot)
    distances = [metres_to(area, place(*spot)) for area in areas]
    if min(distances) > MARGIN_M:
        assert answer.district is None
    else:
        assert answer.district is not None
        assert abs(distances[ord(answer.district) - ord("A")] - min(distances)) < 0.01
    if 0 < min(distances) <= MARGIN_M:
        assert answer.certainty == Certainty.UNCERTAIN


@given(SEEDS, SPOTS, st.floats(0.001, 5))
def test_overlapping_areas_give_one_answer_and_name_the_others(
    seeds: list[tuple[float, float]], spot: tuple[float, float], width: float
) -> None:
    areas = [area.buffer(width * STEP / 2) for area in partition(seeds)]
    answer = answer_at(city(areas), spot)
    holding = {
        chr(ord("A") + i) for i, area in enumerate(areas) if area.intersects(shapely.Point(*place(*spot)))
    }
    assert answer.district in holding
    assert holding - {answer.district} <= {other.district for other in answer.alternatives}


@given(SEEDS, SPOTS, st.floats(0, 400))
def test_the_alternatives_are_those_within_the_accuracy(
    seeds: list[tuple[float, float]], spot: tuple[float, float], accuracy: float
) -> None:
    areas = partition(seeds)
    answer = answer_at(city(areas), spot, accuracy)
    told = {other.district: other.distance_m for other in answer.alternatives}
    for i, area in enumerate(areas):
        code = chr(ord("A") + i)
        metres = metres_to(area, place(*spot))
        assert code in (answer.district, *told) or metres > max(accuracy, 1) * 0.999
        assert code not in told or abs(told[code] - metres) < 0.02


SQUARES = st.tuples(STEPS, STEPS, st.floats(0.5, 8)).map(lambda s: box(s[0], s[1], s[0] + s[2], s[1] + s[2]))
RULES = st.lists(
    st.builds(
        RuleFact,
        id=st.integers(1, 50),
        position=st.integers(0, 3),
        name=st.just("rule"),
        district_id=st.integers(0, 5),
        valid_from=st.just(SINCE),
        categories=st.frozensets(st.sampled_from(["tree", "lamp"]), max_size=2),
        area=st.none() | SQUARES,
    ),
    max_size=4,
    unique_by=lambda rule: rule.id,
)
FAR_SPOTS = st.tuples(st.floats(-10, SIZE + 10), st.floats(-10, SIZE + 10))


@settings(max_examples=200)
@given(SEEDS, RULES, st.lists(st.tuples(FAR_SPOTS, ACCURACIES), min_size=1, max_size=20), st.booleans())
def test_many_points_at_once_get_the_answers_that_each_gets_alone(
    seeds: list[tuple[float, float]],
    rules: list[RuleFact],
    spots: list[tuple[tuple[float, float], float | None]],
    is_ruled: bool,
) -> None:
    known = city(partition(seeds), rules if is_ruled else (), bodies=6)
    categories = [("tree", "lamp", None, "dust")[i % 4] for i in range(len(spots))]
    found = locate_many(
        known,
        lonlat=np.array([place(*spot) for spot, _ in spots]),
        categories=categories,
        accuracies_m=np.array([accuracy or 0.0 for _, accuracy in spots]),
        at=AT,
    )
    for (spot, accuracy), category, brief in zip(spots, categories, found, strict=True):
        alone = known.locate(point=place(*spot), category=category, accuracy_m=accuracy, at=AT)
        assert brief == (alone.district, alone.certainty, alone.alternatives)


def test_many_points_far_apart_in_latitude_are_measured_each_at_its_own_scale() -> None:
    known = city([shapely.box(LON, 0, LON + 1, 60)])
    spots = np.array([[LON + 1.002, lat] for lat in (1.0, 30.0, 59.0)])
    found = locate_many(known, lonlat=spots, at=AT)
    alone = [known.locate(point=(lon, lat), at=AT).certainty for lon, lat in spots.tolist()]
    assert [brief.certainty for brief in found if not isinstance(brief, Exception)] == alone
    assert alone == ["uncertain", "uncertain", "uncertain"]
