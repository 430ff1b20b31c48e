"""What wants a decision of the desk: raised once, led to the top of the queue, settled by whoever decides."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from dispatch.models import Crew, Job, JobStatus
from dispatch.selectors.matters import next_best
from dispatch.selectors.numbers import district_numbers
from dispatch.services.assign import cancel_job, recall_job
from dispatch.services.notes import call_for_help
from dispatch.services.steps import accept_job, decline_job
from reports.codes import format_code
from reports.models import Matter, Report, Urgency
from reports.selectors.queue import Group, desk_queue
from reports.services.changing import changing
from reports.services.matters import raise_matter
from reports.services.states import reject_report
from tests.dispatch.factories import AT, Scene, make_category, make_crew, make_report, make_staff

pytestmark = pytest.mark.django_db
Kind = Matter.Kind


def decline(scene: Scene, **words: Any) -> Job:
    job = scene.assign(note=words.pop("note", ""))
    decline_job(reason="no_equipment", **scene.step(job, **words))
    return job


def raise_silent(scene: Scene, job: Job) -> bool:
    with changing(scene.report.pk) as report:
        return raise_matter(report, Kind.SILENT, about=job.pk, at=AT)


def fresh(scene: Scene) -> Report:
    return Report.objects.get(pk=scene.report.pk)


def desk_of(scene: Scene) -> Client:
    client = Client()
    client.force_login(scene.dispatcher)
    return client


def offered(page: str) -> tuple[str, dict[str, str]]:
    """Where the button that gives the job to the next best crew sends to, and what."""
    found = re.search(r'action="([^"]+/(?:assign|reassign)/)" data-desk-form>(.*?)</form>', page, re.DOTALL)
    assert found is not None
    fields = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', found[2])
    return found[1], dict(fields)


def path_of(scene: Scene) -> str:
    return f"/desk/r/{format_code(scene.report.code)}/"


def test_a_declined_job_wants_a_decision_and_is_told_once() -> None:
    scene = Scene()
    job = decline(scene)
    matter = Matter.objects.get()
    assert (matter.kind, matter.about, matter.settled_at) == (Kind.DECLINED, job.pk, None)
    assert fresh(scene).undecided_since == matter.raised_at
    with changing(scene.report.pk) as report:
        assert not raise_matter(report, Kind.DECLINED, about=job.pk, at=AT)
    assert Matter.objects.count() == 1


def test_a_report_whose_crew_is_silent_waits_for_a_decision_although_it_is_planned() -> None:
    scene = Scene()
    other = make_report(scene.district, acknowledge_due_at=AT)
    job = scene.assign()
    assert district_numbers(scene.district, at=AT).as_json()["todo"] == 1
    assert raise_silent(scene, job)
    a_minute_later = AT + timedelta(minutes=1)  # counted anew
    assert district_numbers(scene.district, at=a_minute_later).as_json()["todo"] == 2
    page = desk_queue(district_ids=[scene.district.pk], at=AT, group=Group.TODO)
    assert [report.pk for report in page.reports] == [scene.report.pk, other.pk]
    assert "Needs a decision" in desk_of(scene).get("/desk/").text


def test_danger_still_comes_first() -> None:
    scene = Scene()
    raise_silent(scene, scene.assign())
    danger = make_report(scene.district, urgency=Urgency.DANGER)
    page = desk_queue(district_ids=[scene.district.pk], at=AT, group=Group.TODO)
    assert [report.pk for report in page.reports] == [danger.pk, scene.report.pk]


def test_an_answer_of_the_crew_settles_its_silence() -> None:
    scene = Scene()
    job = scene.assign()
    raise_silent(scene, job)
    accept_job(**scene.step(job))
    assert fresh(scene).undecided_since is None
    assert Matter.objects.get().settled_by == scene.rider


def test_who_declines_after_a_silence_leaves_one_thing_to_decide() -> None:
    scene = Scene()
    job = scene.assign()
    raise_silent(scene, job)
    decline_job(reason="too_far", **scene.step(job))
    assert list(Matter.objects.filter(settled_at=None).values_list("kind", flat=True)) == [Kind.DECLINED]


@pytest.mark.parametrize("act", ["assign", "reject", "cancel"])
def test_whoever_decides_settles_it(act: str) -> None:
    scene = Scene()
    if act == "cancel":
        job = scene.assign()
        raise_silent(scene, job)
        cancel_job(job_id=job.pk, actor=scene.dispatcher, at=AT, command_id=uuid4())
    else:
        decline(scene)
    if act == "assign":
        scene.assign(make_crew(scene.district))
    if act == "reject":
        reject_report(report_id=scene.report.pk, reason="A private yard", actor=scene.dispatcher, at=AT)
    assert fresh(scene).undecided_since is None
    assert Matter.objects.get().settled_by == scene.dispatcher


def test_who_is_offered_a_part_has_its_skill() -> None:
    scene = Scene()
    lamps = make_category("lamps")
    make_crew(scene.district, name="Asphalt").skills.add(scene.report.category)
    make_crew(scene.district, name="Lamps").skills.add(lamps)
    job = scene.assign()
    Job.objects.update(category=lamps)
    raise_silent(scene, job)
    assert "Give it to Lamps" in desk_of(scene).get(path_of(scene)).text
    offer = next_best(scene.report, at=AT, skill=lamps)
    assert offer is not None
    assert offer.name == "Lamps"
    Crew.objects.filter(name="Lamps").update(is_on_duty=False)
    assert next_best(scene.report, at=AT, skill=lamps) is None
    recall_job(job_id=job.pk, actor=scene.dispatcher, at=AT, command_id=uuid4())
    assert "not equipped for: Lamps" in desk_of(scene).get(path_of(scene)).text


def test_the_next_best_crew_is_offered_and_gets_the_job_by_one_button() -> None:
    scene = Scene()
    job = scene.assign(note="Bring cones")
    raise_silent(scene, job)
    second = make_crew(scene.district, name="Second")
    desk = desk_of(scene)
    page = desk.get(path_of(scene)).text
    assert "does not answer" in page
    assert "Give it to Second" in page
    path, sent = offered(page)
    assert path == f"{path_of(scene)}jobs/{job.pk}/reassign/"
    assert sent["crew"] == str(second.pk)
    for _twice in range(2):
        assert desk.post(path, sent).status_code == 302
    given = Job.objects.get(crew=second)
    assert (given.status, given.note, given.previous_id) == (JobStatus.ASSIGNED, "Bring cones", job.pk)
    assert fresh(scene).undecided_since is None
    assert "Give it to" not in desk.get(path_of(scene)).text


def test_a_declined_job_goes_to_the_next_crew_and_is_not_offered_to_the_one_that_declined() -> None:
    scene = Scene()
    decline(scene, note="Bring cones")
    desk = desk_of(scene)
    page = desk.get(path_of(scene)).text
    assert "has declined: the tool or material is missing." in page
    assert f"Give it to {scene.crew.name}" not in page
    second = make_crew(scene.district)
    path, sent = offered(desk.get(path_of(scene)).text)
    assert path == f"{path_of(scene)}assign/"
    assert desk.post(path, sent).status_code == 302
    assert Job.objects.get(crew=second, status=JobStatus.ASSIGNED).note == "Bring cones"


def test_who_gives_the_job_away_a_second_time_is_told_and_sends_nobody() -> None:
    scene = Scene()
    raise_silent(scene, scene.assign())
    make_crew(scene.district)
    desk = desk_of(scene)
    pages = [desk.get(path_of(scene)).text for _colleague in range(2)]
    answers = [desk.post(*offered(page)) for page in pages]
    assert [answer.status_code for answer in answers] == [302, 409]
    assert Job.objects.count() == 2


def test_a_call_about_a_report_that_has_ended_stands_in_the_queue_until_it_is_answered() -> None:
    scene = Scene()
    job = scene.assign()
    urgent = make_report(scene.district, urgency=Urgency.URGENT)
    plain = make_report(scene.district)
    cancel_job(job_id=job.pk, actor=scene.dispatcher, at=AT, command_id=uuid4())
    reject_report(report_id=scene.report.pk, reason="A private yard", actor=scene.dispatcher, at=AT)
    desk = desk_of(scene)
    assert "A crew calls" not in desk.get("/desk/").text
    call_for_help(**scene.step(job, minutes=9), note="The gate is shut, my tools are inside")
    page = desk.get("/desk/").text
    assert re.findall(r'data-row="(\w+)"', page) == [urgent.code, scene.report.code, plain.code]
    assert "A crew calls" in page
    assert 'data-total="3"' in page
    assert scene.report.code not in desk.get("/desk/?tab=waiting&late=1&part=rows").text
    pane = desk.get(path_of(scene)).text
    assert f"{scene.crew.name} asks for help" in pane
    assert "Give it to" not in pane
    assert desk.post(f"{path_of(scene)}decided/").status_code == 302
    assert scene.report.code not in desk.get("/desk/?part=rows").text


def test_the_desk_may_leave_it_as_it_is_and_its_neighbour_may_not() -> None:
    scene = Scene()
    job = scene.assign()
    raise_silent(scene, job)
    stranger = Client()
    stranger.force_login(make_staff(Scene("north").district))
    for action in ("decided/", f"jobs/{job.pk}/reassign/"):
        sent = {"id": str(uuid4()), "crew": str(scene.crew.pk)}
        assert stranger.post(f"{path_of(scene)}{action}", sent).status_code == 404
    for _twice in range(2):
        assert desk_of(scene).post(f"{path_of(scene)}decided/").status_code == 302
    assert fresh(scene).undecided_since is None
    job.refresh_from_db()
    assert job.status == JobStatus.ASSIGNED
