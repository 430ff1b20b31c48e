"""Parts of split reports and visits in a day's plan: each part by its own skill, each visit as one stop."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.conf import LazySettings
from django.contrib.gis.geos import Point
from django.test import Client

from dispatch.models import CategoryNeeds, Crew, DayPlan, Job, JobStatus
from dispatch.planning.gather import ask
from dispatch.selectors.plans import Board, Lane, show_plan, show_today
from dispatch.services import steps
from dispatch.services.assign import recall_job
from dispatch.services.improving import improve_plan
from dispatch.services.plans import PlanRefused, move_stop, propose_insertion, propose_plan
from dispatch.services.routes import order_route
from dispatch.services.splitting import Part, split_report
from dispatch.services.take_plan import take_plan
from dispatch.services.visits import assign_visit
from reports.models import Report, ReportStatus, Urgency
from tests.dispatch.factories import AT, PLACE, Scene, make_category, make_crew, make_report

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(settings: LazySettings, tmp_path: Path) -> Scene:
    settings.VAR_DIR = tmp_path
    return Scene()


def wait(scene: Scene, east: float = 0.0, north: float = 0.0, **fields: object) -> Report:
    """A report that the desk has seen and that has no crew."""
    point = Point(PLACE[0] + east, PLACE[1] + north, srid=4326)
    seen = {"status": ReportStatus.ACKNOWLEDGED, "acknowledged_at": AT, "point": point}
    return make_report(scene.district, **{**seen, **fields})


def propose(scene: Scene, *, better: bool = False) -> DayPlan:
    plan_id = uuid4()
    propose_plan(plan_id=plan_id, district_id=scene.district.pk, actor=scene.dispatcher, at=AT)
    if better:
        assert improve_plan(plan_id=plan_id, at=AT)
    plan = DayPlan.objects.get(pk=plan_id)
    assert plan.made == (DayPlan.Made.SOLVER if better else DayPlan.Made.GREEDY)
    return plan


def take(scene: Scene, plan: DayPlan) -> DayPlan:
    return take_plan(plan_id=plan.pk, version=plan.version, actor=scene.dispatcher, at=AT)


def split(scene: Scene, report: Report, *parts: Part) -> list[Job]:
    return split_report(report_id=report.pk, parts=parts, actor=scene.dispatcher, at=AT, command_id=uuid4())


def visit(scene: Scene, *reports: Report) -> list[Job]:
    versions = {report.pk: report.version for report in reports}
    told = {"crew_id": scene.crew.pk, "actor": scene.dispatcher, "at": AT, "command_id": uuid4()}
    return assign_visit(versions=versions, **told)  # type: ignore[arg-type]


def lane_of(board: Board, crew: Crew) -> Lane:
    return next(lane for lane in board.lanes if lane.crew == crew)


def names(lane: Lane) -> list[list[str]]:
    return [[work.name for work in stop.works] for stop in lane.stops]


def codes(lane: Lane) -> list[list[str]]:
    return [[work.report.code for work in stop.works] for stop in lane.stops]


def route(crew: Crew) -> list[str]:
    jobs = Job.objects.filter(crew=crew, ended_at=None).order_by("position")
    return list(jobs.values_list("report__code", flat=True))


def able(scene: Scene) -> dict[str | None, list[str]]:
    """The names of the crews that could do each job; None: what waits without one."""
    asked = ask(scene.district.pk, at=AT)
    crews = {str(crew.pk): crew.name for crew in Crew.objects.all()}
    both = zip(asked.items, asked.problem.tasks, strict=True)
    return {
        item.errands[0].job: [crews[asked.crews[number]] for number in task.workers] for item, task in both
    }


# --- parts


@pytest.mark.parametrize("better", [False, True])
def test_a_draft_part_is_planned_by_its_own_skill_while_another_crew_has_the_first_part(
    scene: Scene, better: bool
) -> None:
    lamps = make_category("lamps")
    scene.crew.skills.add(scene.report.category)
    lit = make_crew(scene.district, name="Lamps")
    lit.skills.add(lamps)
    report = wait(scene)
    first, draft = split(scene, report, Part("pothole", scene.crew.pk), Part("lamps"))
    assert (draft.status, draft.category) == (JobStatus.DRAFT, lamps)
    board = show_plan(plan := propose(scene, better=better))
    assert names(lane_of(board, lit)) == [["Lamps"]]
    assert [stop.mark.word for stop in lane_of(board, lit).stops if stop.mark] == ["new"]
    assert codes(lane_of(board, scene.crew)) == [[report.code]]
    assert (board.assigned, board.kept, board.unplanned) == (1, 1, [])
    desk = Client()
    desk.force_login(scene.dispatcher)
    assert "part of: Pothole" in desk.get("/desk/plan/").text
    assert take(scene, plan).refused == []
    draft.refresh_from_db()
    assert (draft.crew, draft.status, draft.category) == (lit, JobStatus.ASSIGNED, lamps)
    assert Job.objects.filter(report=report).count() == 2
    assert Job.objects.get(pk=first.pk).crew == scene.crew


@pytest.mark.parametrize("better", [False, True])
def test_parts_of_one_report_go_to_different_crews_and_what_is_over_says_why(
    scene: Scene, better: bool
) -> None:
    make_category("lamps"), make_category("signs")
    other = make_crew(scene.district, name="Zeta")
    report = wait(scene)
    split(scene, report, Part("pothole"), Part("lamps"), Part("signs"))
    board = show_plan(plan := propose(scene, better=better))
    assert [len(lane.stops) for lane in board.lanes] == [1, 1]
    assert [stop.reason for stop in board.unplanned] == ["who could do it has another part of this report"]
    lane = lane_of(board, scene.crew)
    with pytest.raises(PlanRefused):
        move_stop(
            plan_id=plan.pk,
            item=board.unplanned[0].number,
            crew=lane.number,
            place=1,
            version=plan.version,
            actor=scene.dispatcher,
            at=AT,
        )
    assert take(scene, plan).refused == []
    assert [job.crew for job in Job.objects.filter(crew__isnull=False).order_by("crew__name")] == [
        scene.crew,
        other,
    ]


@pytest.mark.parametrize("under_way", [False, True])
def test_a_part_is_never_given_to_the_crew_that_has_another_one(scene: Scene, under_way: bool) -> None:
    make_category("lamps")
    first, _draft = split(scene, wait(scene), Part("pothole", scene.crew.pk), Part("lamps"))
    if under_way:
        steps.start_job(**scene.step(first, minutes=0))
    board = show_plan(propose(scene))
    assert [stop.reason for stop in board.unplanned] == ["who could do it has another part of this report"]


def test_a_draft_that_changed_since_stays_as_it_is_and_is_told(scene: Scene) -> None:
    make_category("lamps")
    other = make_crew(scene.district, name="Zeta")
    report = wait(scene)
    _first, draft = split(scene, report, Part("pothole", scene.crew.pk), Part("lamps"))
    plan = propose(scene)
    Job.objects.filter(pk=draft.pk).update(version=7)
    assert [each["code"] for each in take(scene, plan).refused] == ["conflict"]
    assert route(other) == []


def test_what_waits_for_its_resident_or_for_the_border_is_not_planned(scene: Scene) -> None:
    make_category("lamps")
    report = wait(scene)
    split(scene, report, Part("pothole"), Part("lamps"))
    assert len(ask(scene.district.pk, at=AT).items) == 2
    Report.objects.filter(pk=report.pk).update(status=ReportStatus.RECEIVED, is_uncertain=True)
    assert ask(scene.district.pk, at=AT).items == []
    Report.objects.filter(pk=report.pk).update(status=ReportStatus.WAITING, waiting_since=AT)
    assert ask(scene.district.pk, at=AT).items == []


def test_a_part_goes_to_crews_with_its_own_skill_and_a_visit_stays_one_crews(scene: Scene) -> None:
    own, lamps = scene.crew.name, make_category("lamps")
    make_crew(scene.district, name="Near").skills.add(scene.report.category)
    part = scene.assign()
    scene.report = make_report(scene.district)
    visited = scene.assign()
    Job.objects.filter(pk=part.pk).update(category=lamps)
    Job.objects.filter(pk=visited.pk).update(visit=uuid4())
    assert able(scene) == {str(part.pk): [own], str(visited.pk): [own]}
    draft = recall_job(job_id=part.pk, actor=scene.dispatcher, at=AT, command_id=uuid4()).job
    assert able(scene) == {str(visited.pk): [own], str(draft.pk): [own]}
    Job.objects.update(category=None, visit=None)
    assert able(scene) == {str(visited.pk): [own, "Near"], str(draft.pk): [own, "Near"]}


def test_the_waiting_part_of_a_report_is_fitted_in_and_one_that_a_crew_has_is_not_sent_twice(
    scene: Scene,
) -> None:
    make_category("lamps")
    other = make_crew(scene.district, name="Zeta")
    report = wait(scene)
    split(scene, report, Part("pothole", scene.crew.pk), Part("lamps"))
    told = {"code": report.code, "district_id": scene.district.pk, "actor": scene.dispatcher, "at": AT}
    take(scene, propose_insertion(plan_id=uuid4(), **told))  # type: ignore[arg-type]
    assert route(other) == [report.code]
    with pytest.raises(PlanRefused, match="already"):
        propose_insertion(plan_id=uuid4(), **told)  # type: ignore[arg-type]


# --- visits


def torn(scene: Scene) -> tuple[list[Report], Report]:
    """A visit of three whose stops lie apart from each other, and a report just beside the first of them."""
    visited = [wait(scene, 0.0005 * number) for number in range(3)]
    visit(scene, *visited)
    return visited, wait(scene, 0.0001, urgency=Urgency.URGENT)


def together(stops: Sequence[str], visited: Sequence[Report]) -> bool:
    places = [list(stops).index(report.code) for report in visited]
    return places == list(range(places[0], places[0] + len(places)))


@pytest.mark.parametrize("better", [False, True])
def test_a_visit_is_one_stop_with_the_work_of_all_and_nothing_comes_between(
    scene: Scene, better: bool
) -> None:
    visited, _near = torn(scene)
    CategoryNeeds.objects.create(category=scene.report.category, minutes=10)
    wait(scene, 0.0006), wait(scene, 0.0011)
    jobs = list(Job.objects.filter(crew=scene.crew).order_by("position"))
    # Somebody has put another order before: what belongs together is brought together again.
    for job, position in zip(jobs, (1, 5, 3), strict=True):
        Job.objects.filter(pk=job.pk).update(position=position)
    plan = propose(scene, better=better)
    [item] = [item for item in plan.asked["items"] if len(item["errands"]) == 3]
    task = plan.asked["problem"]["tasks"][plan.asked["items"].index(item)]
    assert task["size"] == 3
    assert 30 * 60 <= task["service"] <= 33 * 60
    lane = lane_of(show_plan(plan), scene.crew)
    in_order = [visited[0].code, visited[2].code, visited[1].code]
    assert in_order in codes(lane)
    assert len(lane.stops) == 4
    take(scene, plan)
    assert together(route(scene.crew), [visited[0], visited[2], visited[1]])


def test_a_visit_counts_as_many_jobs_as_it_has_and_is_due_when_its_tightest_is(scene: Scene) -> None:
    Crew.objects.update(capacity=4)
    CategoryNeeds.objects.create(category=scene.report.category, minutes=10)
    early, late = wait(scene, resolve_due_at=AT + timedelta(hours=1)), wait(scene)
    jobs = visit(scene, late, early, wait(scene))
    waiting = [wait(scene), wait(scene)]
    plan = propose(scene)
    assert len(plan.unplanned) == 1
    task = next(task for task in plan.asked["problem"]["tasks"] if task["size"] == 3)
    # The second of three must be done within the hour: the third may be done ten minutes later.
    assert task["due"] == 70 * 60
    take(scene, plan)
    assert len(set(route(scene.crew)) & {report.code for report in waiting}) == 1
    assert len(jobs) == 3


@pytest.mark.parametrize("begun", [False, True])
def test_an_urgent_report_is_not_fitted_in_between_the_stops_of_a_visit(scene: Scene, begun: bool) -> None:
    visited, near = torn(scene)
    first = Job.objects.get(report=visited[0])
    if begun:
        steps.start_job(**scene.step(first, minutes=0))
    plan = propose_insertion(
        plan_id=uuid4(), code=near.code, district_id=scene.district.pk, actor=scene.dispatcher, at=AT
    )
    lane = lane_of(show_plan(plan), scene.crew)
    assert [item.is_now for item in lane.first] == ([True, False, False] if begun else [])
    take(scene, plan)
    after = route(scene.crew)
    assert together(after, visited)
    assert (after[-1] if begun else after[0]) == near.code


@pytest.mark.parametrize("better", [False, True])
@pytest.mark.parametrize("ended", [False, True])
def test_a_visit_that_was_begun_is_finished_before_anything_else(
    scene: Scene, better: bool, ended: bool
) -> None:
    visited, near = torn(scene)
    wait(scene, -0.0001)
    first = Job.objects.get(report=visited[0])
    steps.start_job(**scene.step(first, minutes=0))
    if ended:
        Job.objects.filter(pk=first.pk).update(status=JobStatus.DONE, outcome="fixed", ended_at=AT)
    take(scene, propose(scene, better=better))
    left = visited[1:] if ended else visited
    assert route(scene.crew)[: len(left)] == [report.code for report in left]
    assert near.code in route(scene.crew)


def test_a_visit_of_which_something_was_only_called_off_is_still_to_be_planned(scene: Scene) -> None:
    visited, near = torn(scene)
    jobs = Job.objects.filter(report=visited[0])
    jobs.update(status=JobStatus.CANCELLED, started_at=AT, ended_at=AT)
    [pinned] = ask(scene.district.pk, at=AT).pinned
    assert pinned == []
    jobs.update(status=JobStatus.DONE, outcome="fixed")
    [pinned] = ask(scene.district.pk, at=AT).pinned
    assert pinned == [str(Job.objects.get(report=report).pk) for report in visited[1:]]
    assert near.code not in route(scene.crew)


def test_no_order_of_a_route_tears_a_visit(scene: Scene) -> None:
    visited, near = torn(scene)
    scene.report = near
    lone = scene.assign()
    own: list[UUID] = [Job.objects.get(report=report).pk for report in visited]
    wanted = [own[2], lone.pk, own[0], own[1]]
    order_route(crew_id=scene.crew.pk, job_ids=wanted, actor=scene.dispatcher, at=AT)
    assert route(scene.crew) == [visited[2].code, visited[0].code, visited[1].code, near.code]
    [lane] = show_today([scene.crew])
    assert codes(lane) == [[visited[2].code, visited[0].code, visited[1].code], [near.code]]
