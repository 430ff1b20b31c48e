"""The better plan where a routing server measures the ways."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.contrib.gis.geos import Point
from django.core.cache import cache

from dispatch.models import DayPlan
from dispatch.planning import child
from dispatch.planning.problem import Plan, Problem
from dispatch.services.improving import improve_plan
from dispatch.services.plans import propose_plan
from reports.models import ReportStatus
from tests.dispatch.factories import AT, PLACE, Scene, make_report
from tests.dispatch.routing_server import RoutingServer

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(settings: LazySettings) -> Iterator[RoutingServer]:
    """Of a crew's four hours every way takes more than two."""
    running = RoutingServer()
    running.seconds = 130 * 60
    settings.ROUTING_URL, settings.ROUTING_ENGINE = running.url, "osrm"
    yield running
    running.stop()
    cache.clear()


def propose(scene: Scene) -> DayPlan:
    for east in (0.0, 0.01):
        point = Point(PLACE[0] + east, PLACE[1], srid=4326)
        make_report(scene.district, status=ReportStatus.ACKNOWLEDGED, acknowledged_at=AT, point=point)
    return propose_plan(plan_id=uuid4(), district_id=scene.district.pk, actor=scene.dispatcher, at=AT)


@pytest.mark.parametrize("is_found", [True, False])
def test_a_plan_that_no_longer_fits_by_the_measured_ways_is_not_kept(
    server: RoutingServer, monkeypatch: pytest.MonkeyPatch, is_found: bool
) -> None:
    def solve(_problem: Problem, **_bounds: float) -> child.Answer:
        if not is_found:
            raise child.PlannerFailed("time")
        return child.Answer(Plan([[0]], [1]), 1, 0.1)

    monkeypatch.setattr(child, "solve", solve)
    plan = propose(Scene())
    assert (len(plan.routes[0]), plan.unplanned) == (2, [])
    assert improve_plan(plan_id=plan.pk, at=AT) == is_found
    plan.refresh_from_db()
    assert (plan.routes, plan.unplanned, plan.version) == ([[0]], [1], 2)
    assert plan.made == (DayPlan.Made.SOLVER if is_found else DayPlan.Made.GREEDY)


def test_the_search_has_time_left_whatever_measuring_took(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[float] = []

    def solve(_problem: Problem, *, seconds: float) -> child.Answer:
        given.append(seconds)
        raise child.PlannerFailed("time")

    monkeypatch.setattr(child, "SECONDS", -10.0)
    monkeypatch.setattr(child, "solve", solve)
    improve_plan(plan_id=propose(Scene()).pk, at=AT)
    assert given == [1.0]
