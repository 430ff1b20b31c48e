"""Drawing geometry: lighter borders leave no gaps, names stand inside, neighbours differ."""

import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import Polygon

from districts.mapping import drawing


def wavy_pair(waves: list[float]) -> list[Polygon]:
    """Two districts whose shared border swings west and east."""
    step = 0.1 / (len(waves) + 1)
    edge = [(0.05 + wave, step * (index + 1)) for index, wave in enumerate(waves)]
    edge = [(0.05, 0.0), *edge, (0.05, 0.1)]
    left = Polygon([(0, 0), *edge, (0, 0.1)])
    right = Polygon([(0.1, 0.1), *reversed(edge), (0.1, 0)])
    return [left, right]


@given(st.lists(st.floats(-0.01, 0.01), min_size=1, max_size=60))
def test_lighter_neighbours_neither_overlap_nor_leave_gaps(waves: list[float]) -> None:
    light = drawing.lighten(wavy_pair(waves), drawing.DISTRICT_TOLERANCE)
    left, right = light
    assert left.is_valid
    assert right.is_valid
    assert shapely.area(shapely.intersection(left, right)) == 0
    assert abs(shapely.area(shapely.union_all(light)) - 0.01) < 1e-12


def test_a_border_with_many_vertices_gets_fewer() -> None:
    waves = [0.00001 * (index % 3) for index in range(500)]
    before = sum(shapely.get_num_coordinates(shape) for shape in wavy_pair(waves))
    light = drawing.lighten(wavy_pair(waves), drawing.DISTRICT_TOLERANCE)
    assert sum(shapely.get_num_coordinates(shape) for shape in light) < before / 5


def test_a_bow_tie_is_drawn_all_the_same() -> None:
    bow_tie = Polygon([(0, 0), (0.1, 0.1), (0.1, 0), (0, 0.1)])
    (drawn,) = drawing.lighten([bow_tie], drawing.DISTRICT_TOLERANCE)
    assert drawn.is_valid
    assert drawn.area > 0


def test_an_islet_smaller_than_the_tolerance_does_not_vanish() -> None:
    islet = shapely.box(0, 0, 0.000001, 0.000001)
    (drawn,) = drawing.lighten([islet], drawing.DISTRICT_TOLERANCE)
    assert not drawn.is_empty


def test_the_name_of_a_horseshoe_stands_on_it() -> None:
    horseshoe = shapely.box(0, 0, 3, 3) - shapely.box(1, 1, 2, 3)
    assert horseshoe.contains(drawing.name_place(horseshoe))


def test_the_name_stands_on_the_largest_part() -> None:
    parts = shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(5, 5, 9, 9)])
    assert drawing.name_place(parts).x > 5


def test_four_tints_are_enough_for_a_row_and_a_ring() -> None:
    row = [shapely.box(index, 0, index + 1, 1) for index in range(9)]
    tints = drawing.give_tints(row)
    assert all(one != other for one, other in zip(tints, tints[1:], strict=False))


def test_nothing_is_drawn_of_nothing() -> None:
    assert drawing.lighten([], drawing.DISTRICT_TOLERANCE) == []
    assert drawing.give_tints([]) == []


def test_the_name_of_an_hourglass_stands_in_its_middle_only_if_there_is_room() -> None:
    halves = shapely.union_all([shapely.box(0, 0, 4, 4), shapely.box(0, 6, 4.2, 10.2)])
    with_waist, with_neck = (halves | shapely.box(2 - half, 3, 2 + half, 7) for half in (1.5, 0.1))
    assert abs(drawing.name_place(with_waist).y - 5) < 0.5
    assert drawing.name_place(with_neck).y > 7
