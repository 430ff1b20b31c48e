"""Which crews are suggested, and why others are not: place, load, skill, vehicle, shift, and nothing else."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.contrib.gis.geos import Point
from django.test import Client

from dispatch.models import CategoryNeeds, Crew, Position, SharedCrew
from dispatch.selectors import Suggestion, suggestions
from dispatch.selectors.suggestions import split
from dispatch.services.shifts import plan_shift
from dispatch.spans import Span, Times
from reports.models import Report, Urgency
from tests.dispatch.factories import (
    AT,
    PLACE,
    Scene,
    connect_phone,
    make_category,
    make_crew,
    make_district,
    make_report,
)

pytestmark = pytest.mark.django_db
Queries = Callable[[int], AbstractContextManager[Any]]


def place(crew: Crew, east: float, minutes_ago: int = 1) -> None:
    point = Point(PLACE[0] + east, PLACE[1], srid=4326)
    Position.objects.create(crew=crew, point=point, at=AT - timedelta(minutes=minutes_ago))


def found(report: Report) -> dict[str, Suggestion]:
    return {each.name: each for each in suggestions(report, at=AT, most=None)}


def shift(crew: Crew, begin: int, end: int) -> None:
    """From and until so many minutes from now."""
    span = Span(AT + timedelta(minutes=begin), AT + timedelta(minutes=end))
    plan_shift(shift_id=uuid4(), crew_id=crew.pk, times=Times(span), actor=None, at=AT)


def test_the_nearest_crew_with_the_skill_is_suggested_first_with_the_reasons() -> None:
    scene = Scene()
    pothole, litter = make_category("pothole"), make_category("litter")
    near, far, other = (make_crew(scene.district, name=name) for name in ("Near", "Far", "Litter"))
    for crew, east in ((near, 0.005), (far, 0.05), (other, 0.0)):
        place(crew, east)
    near.skills.add(pothole)
    other.skills.add(litter)
    ordered = suggestions(scene.report, at=AT, most=None)
    assert [crew.name for crew in ordered] == ["Near", "Far", scene.crew.name, "Litter"]
    assert ordered[0].reasons == ("about 1 min away", "no job left", "can do: Pothole")
    assert ordered[1].reasons == ("about 14 min away", "no job left")
    assert ordered[-1].obstacles == ("not equipped for: Pothole",)
    best, others = split(ordered)
    assert ([each.name for each in best][:2], [each.name for each in others]) == (["Near", "Far"], ["Litter"])


def test_a_slower_vehicle_takes_longer_for_the_same_way() -> None:
    scene = Scene()
    place(scene.crew, 0.02)
    place(make_crew(scene.district, name="Walkers", vehicle=Crew.Vehicle.FOOT), 0.02)
    ways = found(scene.report)
    assert ways["Walkers"].minutes > 4 * ways[scene.crew.name].minutes


def test_a_category_may_need_a_vehicle() -> None:
    scene = Scene()
    make_crew(scene.district, name="Truck", vehicle=Crew.Vehicle.TRUCK)
    needs = CategoryNeeds.objects.create(
        category=scene.report.category, vehicles=["truck", "van"], minutes=45
    )
    ways = found(scene.report)
    assert ways[scene.crew.name].obstacles == ("needs: truck / van",)
    assert ways["Truck"].is_fit
    assert "truck" in ways["Truck"].reasons
    needs.vehicles = ["helicopter"]
    with pytest.raises(Exception, match="A list of vehicles"):
        needs.full_clean()


def test_a_place_that_is_old_and_a_crew_off_duty_say_so() -> None:
    scene = Scene()
    place(scene.crew, 0.0, minutes_ago=90)
    only = found(scene.report)[scene.crew.name]
    assert only.distance_m is None
    assert only.reasons == ("place unknown", "no job left", "seen 2 h ago")
    Crew.objects.update(is_on_duty=False)
    assert found(scene.report)[scene.crew.name].obstacles == ("off duty",)
    shift(scene.crew, 60, 300)
    assert found(scene.report)[scene.crew.name].obstacles == ("off duty, shift from 10:00",)


def test_a_connected_crew_that_stands_is_where_it_was() -> None:
    scene = Scene()
    place(scene.crew, 0.0, minutes_ago=90)
    connect_phone(scene, AT)
    only = found(scene.report)[scene.crew.name]
    assert only.distance_m == pytest.approx(0, abs=1)
    assert only.reasons == ("about 1 min away", "no job left", "has stood there for 2 h")


def test_a_place_of_some_minutes_ago_says_how_old_it_is() -> None:
    scene = Scene()
    place(scene.crew, 0.005, minutes_ago=12)
    assert found(scene.report)[scene.crew.name].reasons[-1] == "seen 12 min ago"


def test_a_shift_that_ends_before_the_work_would_is_an_obstacle_and_a_near_end_a_reason() -> None:
    scene = Scene()
    late = make_crew(scene.district, name="Late")
    for crew in (scene.crew, late):
        place(crew, 0.005)
    shift(scene.crew, -300, 15)
    shift(late, -300, 90)
    ways = found(scene.report)
    assert ways[scene.crew.name].obstacles == ("shift ends at 09:15",)
    assert ways["Late"].is_fit
    assert "shift ends at" in ways["Late"].reasons[-1]


def test_a_break_makes_a_crew_come_later() -> None:
    scene = Scene()
    resting = make_crew(scene.district, name="Resting")
    for crew in (scene.crew, resting):
        place(crew, 0.005)
    Crew.objects.filter(pk=resting.pk).update(break_until=AT + timedelta(minutes=25))
    ways = found(scene.report)
    assert ways["Resting"].minutes == pytest.approx(ways[scene.crew.name].minutes + 25)
    assert "on a break until" in ways["Resting"].reasons[-1]


def test_load_outweighs_a_short_way_but_what_is_urgent_waits_only_for_what_is_under_way() -> None:
    scene = Scene()
    busy, free = make_crew(scene.district, name="Busy"), make_crew(scene.district, name="Free")
    place(busy, 0.001)
    place(free, 0.02)
    report = scene.report
    for _ in range(2):
        scene.report = make_report(scene.district)
        scene.assign(busy)
    scene.report = report
    scene.assign()
    assert [(crew.name, crew.jobs_left) for crew in suggestions(report, at=AT)] == [("Free", 0), ("Busy", 2)]
    assert found(report)["Busy"].reasons[1] == "2 jobs left, about 40 min"
    report.urgency = Urgency.URGENT
    assert next(iter(found(report))) == "Busy"


def test_a_crew_that_has_all_the_jobs_it_takes_is_not_suggested() -> None:
    scene = Scene()
    Crew.objects.update(capacity=1)
    scene.assign()
    other = make_report(scene.district)
    assert found(other)[scene.crew.name].obstacles == ("has its 1 job at a time",)


def test_a_shared_crew_is_suggested_to_both_districts() -> None:
    scene, other = Scene(), make_district("other")
    SharedCrew.objects.create(crew=scene.crew, district=other, starts_on=AT.date())
    assert scene.crew.name in found(make_report(other))
    assert scene.crew.name in found(scene.report)


def test_suggestions_cost_the_same_for_any_number_of_crews(django_assert_num_queries: Queries) -> None:
    scene = Scene()
    shift(scene.crew, -60, 300)
    for _ in range(6):
        make_crew(scene.district)
    with django_assert_num_queries(7):
        assert len(suggestions(scene.report, at=AT)) == 3


def test_the_pane_suggests_three_and_says_why_not_the_others() -> None:
    scene = Scene()
    for _ in range(3):
        place(make_crew(scene.district), 0.005)
    make_crew(scene.district, name="Litter").skills.add(make_category("litter"))
    desk = Client()
    desk.force_login(scene.dispatcher)
    with time_machine.travel(AT, tick=False):
        page = desk.get(f"/desk/r/{scene.report.code}/?part=report").content.decode()
    assert page.count("crew-choice__rank") == 3
    assert "Why not the 2 other crews?" in page
    assert "not equipped for: Pothole" in page
