"""A district's day: proposed, shown as a difference, changed by form, taken with every part checked again."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.errors import NotFound
from dispatch.models import CategoryNeeds, Crew, DayPlan, Job, JobStatus
from dispatch.planning import child, gather
from dispatch.planning.problem import Plan, Problem
from dispatch.selectors.plans import show_plan
from dispatch.services import improving, steps
from dispatch.services.improving import improve_plan, improve_waiting_plans
from dispatch.services.plans import PlanChanged, PlanRefused, move_stop, propose_insertion, propose_plan
from dispatch.services.routes import order_route
from dispatch.services.take_plan import take_plan
from live.models import Event
from reports.codes import format_code
from reports.models import Report, ReportStatus, Urgency
from tests.dispatch.factories import AT, PLACE, Scene, make_category, make_crew, make_report

pytestmark = pytest.mark.django_db
Patch = pytest.MonkeyPatch
Queries = Callable[[int], AbstractContextManager[Any]]


def wait(scene: Scene, east: float = 0.0, **fields: Any) -> Report:
    """A report that the desk has seen and that has no crew."""
    point = Point(PLACE[0] + east, PLACE[1], srid=4326)
    seen = {"status": ReportStatus.ACKNOWLEDGED, "acknowledged_at": AT, "point": point}
    return make_report(scene.district, **{**seen, **fields})


def propose(scene: Scene, **words: Any) -> DayPlan:
    told = {
        "plan_id": uuid4(),
        "district_id": scene.district.pk,
        "actor": scene.dispatcher,
        "at": AT,
        **words,
    }
    return propose_plan(**told)


def take(scene: Scene, plan: DayPlan) -> DayPlan:
    return take_plan(plan_id=plan.pk, version=plan.version, actor=scene.dispatcher, at=AT)


def route(crew: Crew) -> list[str]:
    jobs = Job.objects.filter(crew=crew, ended_at=None).order_by("position")
    return list(jobs.values_list("report__code", flat=True))


def test_a_plan_is_there_at_once_and_holds_only_when_it_is_taken() -> None:
    scene = Scene()
    reports = {wait(scene, 0.001 * number).code for number in range(4)}
    plan = propose(scene)
    assert sum(len(stops) for stops in plan.routes) == 4
    assert not Job.objects.exists()
    taken = take(scene, plan)
    assert (taken.state, taken.refused) == (DayPlan.State.TAKEN, [])
    assert set(route(scene.crew)) == reports
    kinds = Event.objects.filter(stream__name="district:centre").values_list("kind", flat=True)
    assert {"plan.proposed", "plan.taken", "job.assigned"} <= set(kinds)
    with pytest.raises(NotFound):
        take(scene, plan)


def test_what_nobody_has_seen_is_planned_only_when_asked_for() -> None:
    scene = Scene()
    assert propose(scene).routes == [[]]
    assert propose(scene, with_unseen=True).routes == [[0]]
    assert DayPlan.objects.filter(state=DayPlan.State.OPEN).count() == 1


def test_a_danger_without_a_job_is_planned_before_jobs_that_can_wait(monkeypatch: Patch) -> None:
    monkeypatch.setattr(gather, "MOST_TASKS", 2)
    scene = Scene()
    for _ in range(3):
        Job.objects.create(report=wait(scene), status=JobStatus.DRAFT, created_at=AT)
    danger = wait(scene, urgency=Urgency.DANGER)
    asked = propose(scene).asked["items"]
    assert len(asked) == 2
    assert danger.pk in [errand["report"] for item in asked for errand in item["errands"]]


def test_the_same_proposal_twice_is_one() -> None:
    scene, plan_id = Scene(), uuid4()
    assert propose(scene, plan_id=plan_id) == propose(scene, plan_id=plan_id)


def test_jobs_under_way_stay_first_and_what_was_accepted_stays_with_its_crew() -> None:
    scene = Scene()
    other = make_crew(scene.district, name="Zeta")
    moving, accepted = scene.assign(), None
    steps.start_job(**scene.step(moving))
    scene.report = wait(scene, 0.05)
    accepted = scene.assign()
    steps.accept_job(**scene.step(accepted))
    plan = propose(scene)
    board = show_plan(plan)
    lane = next(lane for lane in board.lanes if lane.crew == scene.crew)
    assert [first.work.report.code for first in lane.first] == [moving.report.code]
    assert [stop.report.code for stop in lane.stops] == [accepted.report.code]
    told: dict[str, Any] = {"plan_id": plan.pk, "item": 0, "actor": scene.dispatcher, "at": AT}
    number = [lane.crew for lane in board.lanes].index(other)
    with pytest.raises(PlanRefused):
        move_stop(**told, crew=number, place=1, version=1)


def test_what_nobody_can_do_stays_out_and_says_why() -> None:
    scene = Scene()
    scene.crew.skills.add(make_category("litter"))
    wait(scene)
    needs = make_category("tree")
    make_crew(scene.district, name="All")
    CategoryNeeds.objects.create(category=needs, vehicles=["truck"])
    wait(scene, category=needs)
    late = make_crew(scene.district, name="Off")
    Crew.objects.filter(pk=late.pk).update(is_on_duty=False)
    Crew.objects.filter(name="All").update(capacity=0)
    reasons = [stop.reason for stop in show_plan(propose(scene)).unplanned]
    assert sorted(reasons) == ["all crews have as many jobs as they take", "no crew has the vehicle for it"]


def test_the_difference_says_what_is_new_what_moves_and_what_stays() -> None:
    scene = Scene()
    other = make_crew(scene.district, name="Zeta")
    kept = scene.assign()
    new = wait(scene, 0.01)
    plan = propose(scene)
    numbers = {crew: number for number, crew in enumerate(plan.asked["crews"])}
    item = next(n for n, each in enumerate(plan.asked["items"]) if each["errands"][0]["job"] == str(kept.pk))
    moved = move_stop(
        plan_id=plan.pk,
        item=item,
        crew=numbers[str(other.pk)],
        place=1,
        version=plan.version,
        actor=scene.dispatcher,
        at=AT,
    )
    board = show_plan(moved)
    marks = {stop.report.code: stop.mark.word for lane in board.lanes for stop in lane.stops if stop.mark}
    assert marks == {new.code: "new", kept.report.code: f"from {scene.crew.name}"}
    assert (board.assigned, board.moved, board.kept) == (1, 1, 0)
    lane = next(lane for lane in board.lanes if lane.crew == scene.crew)
    assert [work.report.code for work in lane.leaving] == [kept.report.code]
    take(scene, moved)
    assert kept.report.code in route(other)
    assert Job.objects.get(pk=kept.pk).status == JobStatus.HANDED_OVER


def test_what_has_changed_since_stays_as_it_is_and_is_told() -> None:
    scene = Scene()
    first, second = wait(scene), wait(scene, 0.01)
    plan = propose(scene)
    Report.objects.filter(pk=first.pk).update(version=9)
    taken = take(scene, plan)
    assert [(each["report"], each["code"]) for each in taken.refused] == [(first.pk, "conflict")]
    assert route(scene.crew) == [second.code]


def test_a_proposal_that_changed_since_it_was_looked_at_is_not_taken() -> None:
    scene = Scene()
    wait(scene)
    plan = propose(scene)
    DayPlan.objects.update(version=2)
    with pytest.raises(PlanChanged):
        take(scene, plan)
    assert not Job.objects.exists()


def test_an_urgent_report_is_fitted_in_without_tearing_up_the_rest() -> None:
    scene = Scene()
    for east in (0.03, 0.01, 0.02):
        scene.report = wait(scene, east)
        scene.assign()
    before = route(scene.crew)
    urgent = wait(scene, 0.015, urgency=Urgency.DANGER)
    told: dict[str, Any] = {"district_id": scene.district.pk, "actor": scene.dispatcher, "at": AT}
    plan = propose_insertion(plan_id=uuid4(), code=urgent.code, **told)
    assert plan.improve_after is None
    take(scene, plan)
    after = route(scene.crew)
    assert after[0] == urgent.code
    assert [code for code in after if code != urgent.code] == before
    with pytest.raises(PlanRefused):
        propose_insertion(plan_id=uuid4(), code="NONE00", **told)


def test_the_better_plan_is_written_and_one_changed_by_hand_is_left_alone(monkeypatch: Patch) -> None:
    scene = Scene()
    wait(scene), wait(scene, 0.01)
    better: list[Problem] = []

    def solve(problem: Problem, **_bounds: float) -> child.Answer:
        better.append(problem)
        return child.Answer(Plan([[1, 0]], []), 1, 0.1)

    monkeypatch.setattr(improving, "judge", lambda _problem, plan: (0, float(plan.routes[0] != [1, 0])))
    monkeypatch.setattr(child, "solve", solve)
    plan = propose(scene)
    DayPlan.objects.update(routes=[[0, 1]])
    assert improve_plan(plan_id=plan.pk, at=AT)
    plan.refresh_from_db()
    assert (plan.routes, plan.made, plan.improve_after) == ([[1, 0]], DayPlan.Made.SOLVER, None)
    assert not improve_plan(plan_id=plan.pk, at=AT)
    assert len(better) == 1


def test_a_plan_whose_task_was_lost_is_improved_by_the_sweep_and_a_failure_leaves_the_rough_one(
    monkeypatch: Patch,
) -> None:
    scene = Scene()
    wait(scene)
    plan = propose(scene)

    def fail(_problem: Problem, **_bounds: float) -> child.Answer:
        raise child.PlannerFailed("time")

    monkeypatch.setattr(child, "solve", fail)
    assert improve_waiting_plans(at=AT) == 1
    plan.refresh_from_db()
    assert (plan.made, plan.improve_after, plan.routes) == (DayPlan.Made.GREEDY, None, [[0]])
    assert improve_waiting_plans(at=AT + timedelta(days=15)) == 0
    assert not DayPlan.objects.exists()


def test_only_dispatchers_of_the_district_plan_and_order() -> None:
    scene, stranger = Scene(), Scene("far").dispatcher
    plan = propose(scene)
    for person in (stranger, scene.rider):
        with pytest.raises(NotFound):
            propose(scene, actor=person)
        with pytest.raises(NotFound):
            take_plan(plan_id=plan.pk, version=1, actor=person, at=AT)
        with pytest.raises(NotFound):
            order_route(crew_id=scene.crew.pk, job_ids=[], actor=person, at=AT)


def test_ordering_a_route_leaves_versions_alone_and_passes_over_what_is_gone() -> None:
    scene = Scene()
    jobs = []
    for _ in range(3):
        scene.report = wait(scene)
        jobs.append(scene.assign())
    wanted = [jobs[2].pk, uuid4(), jobs[0].pk]
    told: dict[str, Any] = {"crew_id": scene.crew.pk, "job_ids": wanted, "actor": scene.dispatcher, "at": AT}
    assert order_route(**told)
    assert not order_route(**told)
    assert route(scene.crew) == [jobs[number].report.code for number in (2, 0, 1)]
    assert set(Job.objects.values_list("version", flat=True)) == {1}
    assert Event.objects.filter(kind="crew.route", stream__name=scene.crew.stream).count() == 1


# --- the page --------------------------------------------------------------------------------------------


def test_a_day_is_planned_moved_and_taken_by_forms_alone() -> None:
    scene = Scene()
    report = wait(scene, received_at=timezone.now())
    desk = Client()
    desk.force_login(scene.dispatcher)
    assert scene.crew.name in desk.get("/desk/plan/").content.decode()
    fields = {"id": str(uuid4()), "district_code": scene.district.code}
    page = desk.post("/desk/plan/propose/", fields, follow=True).content.decode()
    assert "1 new · 0 move · 0 stay" in page
    plan = DayPlan.objects.get()
    away = {"version": str(plan.version), "item": "0", "crew": "", "place": "1"}
    page = desk.post(f"/desk/plan/{plan.pk}/move/", away, follow=True).content.decode()
    assert "1 without a crew" in page
    stale = desk.post(f"/desk/plan/{plan.pk}/move/", away)
    assert (stale.status_code, "The proposal has changed since" in stale.text) == (409, True)
    assert "data-plan-board" in stale.text
    back = {**away, "version": str(plan.version + 1), "crew": "0"}
    desk.post(f"/desk/plan/{plan.pk}/move/", back)
    taken = desk.post(f"/desk/plan/{plan.pk}/take/", {"version": str(plan.version + 2)}, follow=True)
    assert "The plan is taken." in taken.content.decode()
    assert route(scene.crew) == [report.code]
    other = wait(scene)
    page = desk.post(
        "/desk/plan/insert/", {**fields, "id": str(uuid4()), "code": other.code}, follow=True
    ).content.decode()
    assert f"Proposal: {format_code(other.code)} fitted in" in page
    Report.objects.filter(pk=other.pk).update(version=9)
    refused = desk.post(
        f"/desk/plan/{DayPlan.objects.get(state='open').pk}/take/", {"version": "1"}, follow=True
    )
    assert f"{format_code(other.code)} · Somebody has changed" in refused.text
    wrong = desk.post("/desk/plan/insert/", {**fields, "id": str(uuid4()), "code": "nonsense"})
    assert wrong.status_code == 422
    assert "no open report with this code" in wrong.content.decode()


def test_by_hand_a_plan_begins_with_todays_routes_and_what_waits_beside_them() -> None:
    scene = Scene(received_at=timezone.now())
    kept = scene.assign()
    report = wait(scene, received_at=timezone.now())
    desk = Client()
    desk.force_login(scene.dispatcher)
    fields = {"id": str(uuid4()), "district_code": scene.district.code, "by_hand": "1"}
    page = desk.post("/desk/plan/propose/", fields, follow=True).text
    assert "0 new · 0 move · 1 stay" in page
    assert "does not fit" not in page
    plan = DayPlan.objects.get()
    assert (plan.made, plan.improve_after) == (DayPlan.Made.HAND, None)
    first = {"version": "1", "item": str(plan.unplanned[0]), "crew": "0", "place": "1"}
    desk.post(f"/desk/plan/{plan.pk}/move/", first)
    desk.post(f"/desk/plan/{plan.pk}/take/", {"version": "2"})
    assert route(scene.crew) == [report.code, kept.report.code]


def test_the_page_costs_the_same_for_any_number_of_stops() -> None:
    scene = Scene()
    wait(scene)
    desk = Client()
    desk.force_login(scene.dispatcher)
    counts = []
    for number in (0, 8):
        for _ in range(number):
            wait(scene)
        make_crew(scene.district, members=1)
        propose(scene)
        desk.get("/desk/plan/")
        with CaptureQueriesContext(connection) as queries:
            assert desk.get("/desk/plan/?part=board").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
