"""What wants a decision of the desk: raised once, led to the top of the queue, settled by whoever decides."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from dispatch.models import Job, JobStatus
from dispatch.services.assign import cancel_job
from dispatch.services.steps import accept_job, decline_job
from reports.codes import format_code
from reports.models import Matter, Report, Urgency
from reports.selectors.queue import Group, desk_queue, queue_counts
from reports.services.changing import changing
from reports.services.matters import raise_matter
from reports.services.states import reject_report
from tests.dispatch.factories import AT, Scene, make_crew, make_report, make_staff

pytestmark = pytest.mark.django_db
Kind = Matter.Kind


def decline(scene: Scene, **words: Any) -> Job:
    job = scene.assign()
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
    assert queue_counts([scene.district.pk])["todo"] == 1
    assert raise_silent(scene, job)
    assert queue_counts([scene.district.pk])["todo"] == 2
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


def test_the_next_best_crew_is_offered_and_gets_the_job_by_one_button() -> None:
    scene = Scene()
    job = scene.assign(note="Bring cones")
    raise_silent(scene, job)
    second = make_crew(scene.district, name="Second")
    desk = desk_of(scene)
    page = desk.get(path_of(scene)).text
    assert "does not answer" in page
    assert "Give it to Second" in page
    sent = {"id": str(uuid4()), "crew": str(second.pk)}
    for _twice in range(2):
        assert desk.post(f"{path_of(scene)}jobs/{job.pk}/give/", sent).status_code == 302
    given = Job.objects.get(crew=second)
    assert (given.status, given.note, given.previous_id) == (JobStatus.ASSIGNED, "Bring cones", job.pk)
    assert fresh(scene).undecided_since is None
    assert "Give it to" not in desk.get(path_of(scene)).text


def test_a_declined_job_goes_to_the_next_crew_and_is_not_offered_to_the_one_that_declined() -> None:
    scene = Scene()
    job = decline(scene)
    desk = desk_of(scene)
    page = desk.get(path_of(scene)).text
    assert "has declined: the tool or material is missing." in page
    assert f"Give it to {scene.crew.name}" not in page
    second = make_crew(scene.district)
    desk.post(f"{path_of(scene)}jobs/{job.pk}/give/", {"id": str(uuid4()), "crew": str(second.pk)})
    assert Job.objects.filter(crew=second, status=JobStatus.ASSIGNED).exists()


def test_the_desk_may_leave_it_as_it_is_and_its_neighbour_may_not() -> None:
    scene = Scene()
    job = scene.assign()
    raise_silent(scene, job)
    stranger = Client()
    stranger.force_login(make_staff(Scene("north").district))
    for action in ("decided/", f"jobs/{job.pk}/give/"):
        sent = {"id": str(uuid4()), "crew": str(scene.crew.pk)}
        assert stranger.post(f"{path_of(scene)}{action}", sent).status_code == 404
    for _twice in range(2):
        assert desk_of(scene).post(f"{path_of(scene)}decided/").status_code == 302
    assert fresh(scene).undecided_since is None
    job.refresh_from_db()
    assert job.status == JobStatus.ASSIGNED
