"""The desk's side: who may send whom, and what happens when it changes its mind."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from accounts.errors import NotAllowed, NotFound
from dispatch.models import Job, JobStatus
from dispatch.services import assign, steps
from dispatch.services.beginning import AlreadyAssigned, ReportEnded
from dispatch.services.taking import CommandReused, Conflict, TransitionRefused
from districts.models import Role
from live.models import Event
from reports.models import Involvement, Report, ReportStatus, Update
from reports.services.reasons import TextTooLong
from tests.dispatch.factories import AT, Scene, make_crew, make_district, make_photo, make_report, make_staff

pytestmark = pytest.mark.django_db


def desk(scene: Scene, **said: Any) -> dict[str, Any]:
    return {"actor": scene.dispatcher, "at": AT, "command_id": uuid4(), **said}


def test_assigning_sets_deadline_and_place_at_the_end_of_the_route() -> None:
    scene = Scene()
    first = scene.assign(note="Ring first")
    scene.report = make_report(scene.district)
    second = scene.assign()
    assert (first.position, second.position) == (1, 2)
    assert (first.deadline, first.note) == (scene.report.resolve_due_at, "Ring first")
    assert first.assigned_at == AT


def test_a_waiting_report_gets_its_clock_and_the_job_the_new_deadline() -> None:
    scene = Scene(status=ReportStatus.WAITING, waiting_since=AT - timedelta(days=1))
    job = scene.assign()
    scene.report.refresh_from_db()
    assert scene.report.status == ReportStatus.PLANNED
    assert job.deadline == scene.report.resolve_due_at


def test_the_same_assignment_twice_is_one_job() -> None:
    scene = Scene()
    command_id = uuid4()
    assert scene.assign(command_id=command_id) == scene.assign(command_id=command_id)
    assert Job.objects.count() == 1
    with pytest.raises(CommandReused):
        scene.assign(make_crew(scene.district), command_id=command_id)


def test_a_crew_gets_a_report_only_once_and_the_desk_sees_which_job() -> None:
    scene = Scene()
    job = scene.assign()
    with pytest.raises(AlreadyAssigned) as refused:
        scene.assign()
    assert refused.value.data["job"]["id"] == str(job.pk)


def test_a_report_may_have_jobs_of_several_crews() -> None:
    scene = Scene()
    scene.assign()
    scene.assign(make_crew(scene.district))
    assert Job.objects.filter(report=scene.report).count() == 2


@pytest.mark.parametrize("status", [ReportStatus.REJECTED, ReportStatus.REFERRED])
def test_an_ended_report_gets_no_crew(status: ReportStatus) -> None:
    scene = Scene(status=status)
    with pytest.raises(ReportEnded) as refused:
        scene.assign()
    assert refused.value.data["report"]["status"] == status


def test_a_stale_view_of_the_report_gets_the_state_as_it_stands() -> None:
    scene = Scene()
    Report.objects.update(version=4)
    with pytest.raises(Conflict) as refused:
        scene.assign(version=3)
    assert refused.value.data["report"]["version"] == 4
    assert scene.assign(version=4).status == JobStatus.ASSIGNED


def test_only_dispatchers_of_the_current_district_assign() -> None:
    scene = Scene()
    operator = make_staff(scene.district, Role.OPERATOR)
    neighbour = make_staff(make_district("north"))
    said: dict[str, Any] = {"report_id": scene.report.pk, "crew_id": scene.crew.pk, "at": AT}
    with pytest.raises(NotAllowed):
        assign.assign_job(actor=operator, command_id=uuid4(), **said)
    for stranger in (neighbour, scene.rider):
        with pytest.raises(NotFound):
            assign.assign_job(actor=stranger, command_id=uuid4(), **said)
    Involvement.objects.create(report=scene.report, district=make_district("north"), relation="alternative")
    with pytest.raises(NotAllowed):
        assign.assign_job(actor=neighbour, command_id=uuid4(), **said)


def test_a_crew_of_another_district_or_one_retired_is_none() -> None:
    scene = Scene()
    for crew in (make_crew(make_district("north")), make_crew(scene.district, is_active=False)):
        with pytest.raises(NotFound) as refused:
            scene.assign(crew)
        assert refused.value.field == "crew"


def test_a_note_of_two_thousand_letters_is_too_long() -> None:
    scene = Scene()
    with pytest.raises(TextTooLong) as refused:
        scene.assign(note="a" * 2_000)
    assert refused.value.field == "note"


def test_a_draft_becomes_the_crews_job() -> None:
    scene = Scene()
    draft = assign.draft_job(**desk(scene, report_id=scene.report.pk, note="Two people")).job
    scene.report.refresh_from_db()
    assert (draft.status, draft.crew, scene.report.status) == (JobStatus.DRAFT, None, ReportStatus.RECEIVED)
    job = scene.assign()
    assert (job.pk, job.crew, job.note, job.version) == (draft.pk, scene.crew, "Two people", 2)


def test_a_job_is_handed_to_another_crew_in_one_step_of_the_timeline() -> None:
    scene = Scene()
    job = scene.assign(note="Ring first")
    other = make_crew(scene.district)
    said = desk(scene, job_id=job.pk, crew_id=other.pk, version=1)
    new = assign.reassign_job(**said).job
    job.refresh_from_db()
    assert (job.status, job.ended_at) == (JobStatus.HANDED_OVER, AT)
    assert (new.crew, new.status, new.note, new.previous) == (other, JobStatus.ASSIGNED, "Ring first", job)
    assert assign.reassign_job(**said).job == new
    assert Job.objects.count() == 2
    assert list(Update.objects.values_list("status", flat=True)) == ["planned"]
    streams = Event.objects.filter(kind__startswith="job.").values_list("stream__name", "kind")
    assert {(scene.crew.stream, "job.handed_over"), (other.stream, "job.assigned")} <= set(streams)


def test_a_crew_whose_job_was_handed_over_is_told_so() -> None:
    scene = Scene()
    job = scene.assign()
    assign.reassign_job(**desk(scene, job_id=job.pk, crew_id=make_crew(scene.district).pk))
    with pytest.raises(TransitionRefused) as refused:
        steps.accept_job(**scene.step(job, version=1))
    assert refused.value.data["job"]["status"] == "handed_over"


def test_handing_a_job_to_its_own_crew_or_twice_is_refused() -> None:
    scene = Scene()
    job = scene.assign()
    with pytest.raises(AlreadyAssigned):
        assign.reassign_job(**desk(scene, job_id=job.pk, crew_id=scene.crew.pk))
    assign.reassign_job(**desk(scene, job_id=job.pk, crew_id=make_crew(scene.district).pk))
    with pytest.raises(TransitionRefused):
        assign.reassign_job(**desk(scene, job_id=job.pk, crew_id=make_crew(scene.district).pk))


def test_the_desks_own_stale_view_is_a_conflict() -> None:
    scene = Scene()
    job = scene.assign()
    steps.accept_job(**scene.step(job))
    with pytest.raises(Conflict) as refused:
        assign.cancel_job(**desk(scene, job_id=job.pk, version=1))
    assert refused.value.data["job"]["status"] == "accepted"


def test_a_recalled_job_is_a_draft_again_and_the_report_waits() -> None:
    scene = Scene()
    job = scene.assign(note="Ring first")
    draft = assign.recall_job(**desk(scene, job_id=job.pk)).job
    scene.report.refresh_from_db()
    assert (draft.status, draft.note, draft.previous) == (JobStatus.DRAFT, "Ring first", job)
    assert scene.report.status == ReportStatus.ACKNOWLEDGED


def test_cancelling_twice_is_no_fault() -> None:
    scene = Scene()
    job = scene.assign()
    first = assign.cancel_job(**desk(scene, job_id=job.pk, reason="Wrong street"))
    second = assign.cancel_job(**desk(scene, job_id=job.pk))
    scene.report.refresh_from_db()
    assert (first.already, second.already) == (False, True)
    assert job.steps.get(name="cancel", data={}).note == "Wrong street"
    assert scene.report.status == ReportStatus.ACKNOWLEDGED


def test_a_finished_job_is_not_cancelled() -> None:
    scene = Scene()
    job = scene.assign()
    steps.finish_job(**scene.step(job), outcome="fixed", photo_ids=[make_photo(scene.rider).pk])
    with pytest.raises(TransitionRefused):
        assign.cancel_job(**desk(scene, job_id=job.pk))


def test_the_system_may_cancel_but_not_hand_over_a_crews_work_by_accident() -> None:
    scene = Scene()
    job = scene.assign()
    taken = assign.cancel_job(job_id=job.pk, actor=None, at=AT, command_id=uuid4())
    assert taken.job.status == JobStatus.CANCELLED
    assert job.steps.get(name="cancel").actor is None
