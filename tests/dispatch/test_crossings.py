"""A crew's step that crosses what the desk did: one outcome, told to both sides, and no photo is lost."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from dispatch.models import CrewMember, Job, JobStatus, JobStep, Proof
from dispatch.selectors.numbers import district_numbers
from dispatch.services import assign, promises, steps
from dispatch.services.notes import NothingSaid, call_for_help, note_on_job
from dispatch.services.taking import CommandReused, Conflict, Device, TransitionRefused
from live.models import Event
from reports.codes import format_code
from reports.models import Matter, PhotoRole, Report, Update
from tests.dispatch.factories import AT, Scene, make_crew, make_photo, make_user

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(hours=1)


def last_event(stream: str) -> Event:
    return Event.objects.filter(stream__name=stream).latest("offset")


def take_away(scene: Scene, job: Job, how: str = "reassign") -> None:
    said: dict[str, Any] = {"job_id": job.pk, "actor": scene.dispatcher, "at": AT, "command_id": uuid4()}
    if how == "cancel":
        assign.cancel_job(**said)
    else:
        assign.reassign_job(**said, crew_id=make_crew(scene.district).pk)


def pane(scene: Scene) -> str:
    desk = Client()
    desk.force_login(scene.dispatcher)
    return desk.get(f"/desk/r/{format_code(scene.report.code)}/?part=report").text


@pytest.mark.parametrize("how", ["reassign", "cancel"])
def test_a_job_taken_away_while_the_crew_was_offline_is_refused_and_its_photos_reach_the_desk(
    how: str,
) -> None:
    scene = Scene()
    job = scene.assign()
    take_away(scene, job, how)
    here, coming = make_photo(scene.rider), uuid4()
    said = {**scene.step(job), "outcome": "fixed", "photo_ids": [here.pk, coming]}
    with pytest.raises(TransitionRefused) as refused:
        steps.finish_job(**said)
    assert refused.value.data["job"]["status"] == ("cancelled" if how == "cancel" else "handed_over")
    for stream in (scene.crew.stream, "district:centre"):
        event = last_event(stream)
        told = (event.kind, event.payload["step"], event.payload["code"])
        assert told == ("job.refused", "finish", "transition_refused")
    assert pane_has(scene, "sent “fixed”", "2 photos of it are kept.", "it is kept, without effect.")
    make_photo(scene.rider, pk=coming)
    promises.receive_photo(photo_id=coming, at=LATER)
    late = Proof.objects.filter(job=job, is_late=True)
    assert set(late.values_list("photo_id", flat=True)) == {here.pk, coming}
    assert set(late.values_list("photo__report", flat=True)) == {scene.report.pk}
    assert last_event(scene.crew.stream).kind == "job.proof_late"


def pane_has(scene: Scene, *words: str) -> bool:
    text = pane(scene)
    return all(each in text for each in words)


def test_a_refused_command_is_refused_again_and_kept_once() -> None:
    scene = Scene()
    job = scene.assign()
    take_away(scene, job)
    said = {**scene.step(job), "outcome": "fixed", "photo_ids": [make_photo(scene.rider).pk]}
    for _time in range(3):
        with pytest.raises(TransitionRefused):
            steps.finish_job(**said)
    assert JobStep.objects.filter(job=job, name="finish").count() == 1
    assert Event.objects.filter(stream__name=scene.crew.stream, kind="job.refused").count() == 1
    with pytest.raises(CommandReused):
        steps.accept_job(**{name: said[name] for name in ("job_id", "actor", "at", "command_id")})


@pytest.mark.parametrize("name", ["accept_job", "start_job", "arrive"])
def test_every_step_of_a_crew_that_comes_too_late_is_told_to_its_desk(name: str) -> None:
    scene = Scene()
    job = scene.assign()
    take_away(scene, job, "cancel")
    with pytest.raises(TransitionRefused):
        getattr(steps, name)(**scene.step(job))
    job.refresh_from_db()
    assert (job.status, job.version) == (JobStatus.CANCELLED, 2)
    assert last_event("district:centre").kind == "job.refused"
    assert pane_has(scene, f"{scene.crew.name} sent", "“cancelled”: not taken.")


def test_a_view_that_the_desk_made_stale_keeps_its_photos_and_they_count_in_the_next_try() -> None:
    scene = Scene()
    job = scene.assign()
    job.version += 1
    job.save()
    JobStep.objects.create(
        job=job, command_id=uuid4(), fingerprint="-", name="assign", to_status=job.status, version=2, at=AT
    )
    photo, coming = make_photo(scene.rider), uuid4()
    said: dict[str, Any] = {"outcome": "fixed", "photo_ids": [photo.pk, coming]}
    with pytest.raises(Conflict):
        steps.finish_job(**scene.step(job, version=1), **said)
    assert Proof.objects.get().is_late
    taken = steps.finish_job(**scene.step(job, version=2), **said)
    assert (taken.job.status, Proof.objects.get().is_late) == (JobStatus.PROOF_PENDING, False)
    make_photo(scene.rider, pk=coming)
    promises.receive_photo(photo_id=coming, at=LATER)
    job.refresh_from_db()
    assert job.status == JobStatus.DONE


def test_an_obstacle_told_too_late_keeps_its_photo() -> None:
    scene = Scene()
    job = scene.assign()
    take_away(scene, job)
    photo = make_photo(scene.rider, role=PhotoRole.OBSTACLE)
    with pytest.raises(TransitionRefused):
        steps.obstruct_job(**scene.step(job), reason="parked_car", photo_ids=[photo.pk])
    photo.refresh_from_db()
    assert (photo.report, photo.role) == (scene.report, PhotoRole.OBSTACLE)


def test_a_clock_that_is_an_hour_wrong_changes_nothing_and_is_shown() -> None:
    scene = Scene()
    job = scene.assign()
    taken = steps.accept_job(**scene.step(job), device=Device(at=AT + timedelta(hours=1, minutes=5)))
    assert taken.job.accepted_at == AT + timedelta(minutes=5)
    assert pane_has(scene, "“accepted” of", "or the phone&#x27;s clock is wrong: it showed another time.")
    other = Scene("north")
    steps.accept_job(**other.step(other.assign()), device=Device(at=AT + timedelta(minutes=4)))
    assert "clock is wrong" not in pane(other)


def test_a_job_that_waits_for_its_photos_says_so_at_the_desk() -> None:
    scene = Scene()
    job, coming = scene.assign(), uuid4()
    steps.finish_job(**scene.step(job), outcome="fixed", photo_ids=[coming])
    assert pane_has(scene, "has finished (fixed); 1 photo is still on its way.")
    promises.refuse_photo(photo_id=coming, at=LATER)
    assert pane_has(scene, "but what it sent is no picture")


# --- words beside the steps


def test_a_note_is_kept_with_its_photos_whatever_became_of_the_job() -> None:
    scene = Scene()
    job = scene.assign()
    take_away(scene, job)
    photo, coming = make_photo(scene.rider), uuid4()
    with pytest.raises(TransitionRefused):
        steps.finish_job(**scene.step(job), outcome="fixed", photo_ids=[photo.pk])
    refused = job.steps.get(name="finish").command_id
    said = {**scene.step(job), "note": "It was us after all", "photo_ids": [photo.pk, coming], "of": refused}
    for _time in range(3):
        note_on_job(**said)
    update = Update.objects.get(kind=Update.Kind.NOTE)
    assert (update.text, update.audience, update.actor) == ("It was us after all", "staff", scene.rider)
    assert (update.data["of"], update.data["crew"]) == (str(refused), scene.crew.name)
    told = Event.objects.filter(stream__name="district:centre").order_by("offset")
    kinds = list(told.values_list("kind", flat=True))
    assert (kinds.count("job.note"), kinds.count("report.note")) == (1, 1)
    late = make_photo(scene.rider, pk=coming)
    promises.receive_photo(photo_id=coming, at=LATER)
    late.refresh_from_db()
    assert late.report == scene.report
    assert pane_has(scene, f"Note of {scene.crew.name}", "It was us after all")


def test_a_note_leaves_job_and_version_as_they_are() -> None:
    scene = Scene()
    job = scene.assign()
    note_on_job(**scene.step(job), note="Gate code 12")
    job.refresh_from_db()
    assert (job.status, job.version) == (JobStatus.ASSIGNED, 1)
    assert steps.accept_job(**scene.step(job, version=1)).job.status == JobStatus.ACCEPTED


def test_a_note_needs_words_or_a_photo() -> None:
    scene = Scene()
    with pytest.raises(NothingSaid):
        note_on_job(**scene.step(scene.assign()), note="  ")


def test_a_call_for_help_wants_a_decision_until_the_desk_acts() -> None:
    scene = Scene()
    job = scene.assign()
    call_for_help(**scene.step(job), note="A cable in the hole")
    assert waits(scene)
    assert district_numbers(scene.district, at=AT).as_json()["todo"] == 1
    assert last_event("district:centre").kind == "job.help"
    steps.accept_job(**scene.step(job))
    assert waits(scene), "the crew's own next step answers nothing"
    assert pane_has(scene, f"{scene.crew.name} asks for help", "A cable in the hole")
    desk = Client()
    desk.force_login(scene.dispatcher)
    desk.post(f"/desk/r/{format_code(scene.report.code)}/decided/")
    assert not waits(scene)
    call_for_help(**scene.step(job, minutes=20))
    assert waits(scene)
    assert Matter.objects.count() == 1


def waits(scene: Scene) -> bool:
    return Report.objects.get(pk=scene.report.pk).undecided_since is not None


def test_help_comes_from_whoever_once_had_the_job_and_from_nobody_else() -> None:
    scene = Scene()
    job = scene.assign()
    steps.accept_job(**scene.step(job))
    take_away(scene, job)
    CrewMember.objects.filter(user=scene.rider).delete()
    call_for_help(**scene.step(job), note="My tools are still there")
    assert waits(scene)
    for stranger in (make_user(), make_crew(scene.district).members.get()):
        with pytest.raises(Exception, match="not yours"):
            note_on_job(**scene.step(job, stranger), note="Hello")
