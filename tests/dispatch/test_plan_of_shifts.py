"""Who works when, in a day's plan: shifts, breaks, capacities, shared crews, and what goes first."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.contrib.gis.geos import Point

from dispatch import tasks
from dispatch.models import Crew, DayPlan, Job, Shift, ShiftBreak
from dispatch.planning.gather import ask
from dispatch.planning.problem import Rest, Worker
from dispatch.selectors.plans import show_plan
from dispatch.services import steps
from dispatch.services.improving import improve_plan
from dispatch.services.plans import move_stop, propose_plan
from dispatch.services.sharing import share_crew
from dispatch.services.take_plan import take_plan
from reports.models import Report, ReportStatus, Urgency
from tests.dispatch.factories import AT, PLACE, Scene, make_report
from tests.dispatch.routing_server import RoutingServer

pytestmark = pytest.mark.django_db
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def scene(settings: LazySettings, tmp_path: Path) -> Scene:
    settings.VAR_DIR = tmp_path
    return Scene()


def wait(scene: Scene, east: float = 0.0, **fields: Any) -> Report:
    point = Point(PLACE[0] + east, PLACE[1], srid=4326)
    seen = {"status": ReportStatus.ACKNOWLEDGED, "acknowledged_at": AT, "point": point}
    return make_report(scene.district, **{**seen, **fields})


def work(crew: Crew, starts: datetime, ends: datetime, *breaks: tuple[datetime, datetime]) -> None:
    shift = Shift.objects.create(uuid=uuid4(), crew=crew, starts_at=starts, ends_at=ends)
    for begin, end in breaks:
        ShiftBreak.objects.create(shift=shift, starts_at=begin, ends_at=end)


def propose(scene: Scene, *, better: bool = False) -> DayPlan:
    plan = propose_plan(plan_id=uuid4(), district_id=scene.district.pk, actor=scene.dispatcher, at=AT)
    if better:
        assert improve_plan(plan_id=plan.pk, at=AT)
        plan.refresh_from_db()
    return plan


def worker(scene: Scene) -> Worker:
    [found] = ask(scene.district.pk, at=AT).problem.workers
    return found


def planned(plan: DayPlan) -> list[str]:
    return [stop.report.code for lane in show_plan(plan).lanes for stop in lane.stops]


def test_a_shift_bounds_the_day_and_its_breaks_lie_within(scene: Scene) -> None:
    Crew.objects.update(is_on_duty=False)
    work(scene.crew, AT + HOUR, AT + 9 * HOUR, (AT + 4 * HOUR, AT + 4.5 * HOUR))
    found = worker(scene)
    assert (found.starts, found.ends) == (3_600, 9 * 3_600)
    assert found.rests == (Rest(4 * 3_600, 4 * 3_600 + 2_700, 1_800),)


def test_a_crew_on_duty_long_before_its_next_shift_is_planned_for_a_few_hours_only(scene: Scene) -> None:
    work(scene.crew, AT + 13 * HOUR, AT + 21 * HOUR)
    assert worker(scene).ends == 4 * 3_600
    Shift.objects.update(starts_at=AT + HOUR)
    assert (worker(scene).starts, worker(scene).ends) == (0, 21 * 3_600)


@pytest.mark.parametrize("late_by", [10 * MINUTE, -HOUR])
def test_a_break_for_which_the_shift_has_no_time_left_spoils_nobodys_plan(
    scene: Scene, late_by: timedelta
) -> None:
    """The crew is at work until after the break should have begun, or after its shift has ended."""
    scene.report = wait(scene)
    steps.arrive(**scene.step(scene.assign(), minutes=0))
    ends = AT + 40 * MINUTE if late_by > timedelta() else AT + 10 * MINUTE
    work(scene.crew, AT - HOUR, ends, (ends - 30 * MINUTE, ends))
    other = Crew.objects.create(district=scene.district, name="Zeta", is_on_duty=True)
    report = wait(scene, 0.01)
    plan = propose(scene, better=True)
    assert plan.made == DayPlan.Made.SOLVER
    assert planned(plan) == [report.code]
    [lane] = [lane for lane in show_plan(plan).lanes if lane.stops]
    assert lane.crew == other


@pytest.mark.parametrize("better", [False, True])
def test_what_matters_most_is_done_when_not_everything_can_be(scene: Scene, better: bool) -> None:
    Crew.objects.update(capacity=3)
    for _ in range(3):
        wait(scene, 0.001)
    soon = wait(scene, 0.02, resolve_due_at=AT + 2 * HOUR)
    urgent = wait(scene, 0.03, urgency=Urgency.URGENT)
    danger = wait(scene, 0.04, urgency=Urgency.DANGER)
    plan = propose(scene, better=better)
    assert set(planned(plan)) == {soon.code, urgent.code, danger.code}
    assert {stop.reason for stop in show_plan(plan).unplanned} == {"all crews have as many jobs as they take"}


@pytest.mark.parametrize("better", [False, True])
def test_what_is_due_first_is_done_in_time_although_it_lies_farther(scene: Scene, better: bool) -> None:
    for east in (0.001, 0.002, 0.003):
        wait(scene, east)
    due = wait(scene, 0.04, resolve_due_at=AT + 45 * MINUTE)
    plan = propose(scene, better=better)
    [stop] = [stop for lane in show_plan(plan).lanes for stop in lane.stops if stop.report == due]
    assert not stop.is_late
    assert stop.arrives_at is not None
    assert stop.arrives_at <= AT + 45 * MINUTE


@pytest.mark.parametrize("better", [False, True])
def test_the_shifts_end_holds_only_so_much_and_the_rest_says_so(scene: Scene, better: bool) -> None:
    work(scene.crew, AT - HOUR, AT + 70 * MINUTE)
    for number in range(5):
        wait(scene, 0.001 * number)
    plan = propose(scene, better=better)
    assert 1 <= len(planned(plan)) <= 3
    assert {stop.reason for stop in show_plan(plan).unplanned} == {"does not fit before the shifts end"}


def test_a_job_whose_crew_has_no_time_for_it_stays_with_it_and_says_so(scene: Scene) -> None:
    scene.report = wait(scene)
    job = scene.assign()
    steps.accept_job(**scene.step(job, minutes=0))
    Crew.objects.update(is_on_duty=False)
    board = show_plan(plan := propose(scene))
    assert [stop.reason for stop in board.unplanned] == [f"stays with {scene.crew.name}, behind the rest"]
    assert [lane.leaving for lane in board.lanes] == [[]]
    take_plan(plan_id=plan.pk, version=plan.version, actor=scene.dispatcher, at=AT)
    assert Job.objects.get().crew == scene.crew


@pytest.mark.parametrize("better", [False, True])
def test_a_reserve_crew_is_planned_by_both_districts_and_keeps_what_the_other_gave_it(
    scene: Scene, better: bool
) -> None:
    other = Scene("other")
    Crew.objects.filter(pk=other.crew.pk).update(is_active=False)
    shared: dict[str, Any] = {
        "starts_on": date(2026, 11, 3),
        "ends_on": None,
        "actor": scene.dispatcher,
        "at": AT,
    }
    share_crew(sharing_id=uuid4(), crew_id=scene.crew.pk, district="other", **shared)
    scene.report = wait(scene)
    own = scene.assign()
    theirs = wait(other, 0.01)
    plan = propose(other, better=better)
    assert sorted(planned(plan)) == sorted([own.report.code, theirs.code])
    [lane] = show_plan(plan).lanes
    kept = next(stop for stop in lane.stops if stop.report == own.report)
    assert kept.choices == ((0, scene.crew.name),)
    taken = take_plan(plan_id=plan.pk, version=plan.version, actor=other.dispatcher, at=AT)
    assert taken.refused == []
    assert set(Job.objects.filter(crew=scene.crew).values_list("report__code", flat=True)) == {
        own.report.code,
        theirs.code,
    }


def test_nothing_better_is_looked_for_where_nobody_works_or_nothing_is_to_be_done(scene: Scene) -> None:
    assert propose(scene).improve_after is None
    wait(scene)
    assert propose(scene).improve_after is not None
    Crew.objects.update(is_on_duty=False)
    plan = propose(scene)
    assert (plan.improve_after, len(plan.unplanned)) == (None, 1)


def test_the_page_shows_the_hours_by_the_streets_where_a_server_told_them(
    scene: Scene, settings: LazySettings
) -> None:
    """The task looks for the better plan and keeps the table by which it was made."""
    server = RoutingServer()
    settings.ROUTING_URL, server.seconds = server.url, 42 * 60
    wait(scene), wait(scene, 0.001)
    plan = propose(scene)
    tasks.improve_plan(str(plan.pk))
    server.stop()
    plan.refresh_from_db()
    assert plan.made == DayPlan.Made.SOLVER
    [lane] = show_plan(plan).lanes
    assert (lane.stops[0].arrives_at, lane.road_minutes) == (AT + 42 * MINUTE, 84)
    move_stop(
        plan_id=plan.pk,
        item=lane.stops[1].number,
        crew=0,
        place=1,
        version=plan.version,
        actor=scene.dispatcher,
        at=AT,
    )
    plan.refresh_from_db()
    assert show_plan(plan).lanes[0].stops[0].arrives_at == AT + 42 * MINUTE
    take_plan(plan_id=plan.pk, version=plan.version, actor=scene.dispatcher, at=AT)
    plan.refresh_from_db()
    assert plan.tables is None
