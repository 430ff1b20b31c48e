"""Every edge of the job's workflow is walked, and every other is refused."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from accounts.errors import NotAllowed
from accounts.models import User
from dispatch.models import OPEN_JOB_STATUSES, Job, JobStatus
from dispatch.services import assign, promises, steps
from dispatch.services.taking import Taken, TransitionRefused
from dispatch.workflow import ANY_TIME, EDGES, Edge, Step, Taker, is_behind, list_allowed, list_skipped
from reports.models import Outcome
from tests.dispatch.factories import AT, Scene, make_crew, make_photo, rider

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(hours=1)
WALKED = [(edge, source) for edge in EDGES for source in edge.sources]
BUTTONS = tuple(
    step for step in Step if step not in {Step.DRAFT, Step.SEE, Step.PROMISE, Step.PROVE, Step.ASK, *ANY_TIME}
)


def put(scene: Scene, status: JobStatus) -> Job:
    """A job in this state, as if the crew had come there."""
    ended = None if status in OPEN_JOB_STATUSES else AT
    return Job.objects.create(
        report=scene.report,
        crew=None if status == JobStatus.DRAFT else scene.crew,
        status=status,
        outcome=Outcome.FIXED if status in {JobStatus.DONE, JobStatus.PROOF_PENDING} else "",
        created_at=AT,
        ended_at=ended,
    )


def put_for(scene: Scene, edge: Edge, source: JobStatus) -> Job:
    """A job in this state; one that waits for its proof has come there by its crew's word."""
    if edge.step is not Step.PROVE:
        return put(scene, source)
    job = put(scene, JobStatus.ON_SITE)
    return steps.finish_job(**scene.step(job), outcome="fixed", photo_ids=[uuid4()]).job


def press(scene: Scene, job: Job, step: Step, actor: User) -> Taken:
    """Take the step through its service."""
    said: dict[str, Any] = {"job_id": job.pk, "actor": actor, "at": LATER, "command_id": uuid4()}
    match step:
        case Step.ASSIGN:
            said = {key: value for key, value in said.items() if key != "job_id"}
            return assign.assign_job(report_id=scene.report.pk, crew_id=scene.crew.pk, **said)
        case Step.HAND_OVER:
            other = make_crew(scene.district)
            taken = assign.reassign_job(crew_id=other.pk, **said)
            assert taken.job.previous_id == job.pk
            return taken
        case Step.CANCEL:
            return assign.cancel_job(**said)
        case Step.DECLINE:
            return steps.decline_job(reason="too_far", **said)
        case Step.OBSTRUCT:
            return steps.obstruct_job(reason="parked_car", **said)
        case Step.FINISH | Step.PROMISE:
            photo_id = uuid4() if step is Step.PROMISE else make_photo(actor).pk
            return steps.finish_job(outcome="fixed", photo_ids=[photo_id], **said)
        case Step.PROVE:
            return prove(scene, job)
    plain = {Step.ACCEPT: steps.accept_job, Step.START: steps.start_job, Step.ARRIVE: steps.arrive}
    return plain[step](**said)


def prove(scene: Scene, job: Job) -> Taken:
    photo = make_photo(scene.rider, pk=job.promises.get().pk)
    promises.receive_photo(photo_id=photo.pk, at=LATER)
    return Taken(job)


def person_for(scene: Scene, edge: Edge) -> User:
    return scene.rider if Taker.CREW in edge.takers else scene.dispatcher


@pytest.mark.parametrize(("edge", "source"), WALKED, ids=lambda value: getattr(value, "step", value))
def test_every_edge_leads_to_its_target_and_is_recorded(edge: Edge, source: JobStatus) -> None:
    scene = Scene()
    job = put_for(scene, edge, source)
    press(scene, job, edge.step, person_for(scene, edge))
    before = job.version
    job.refresh_from_db()
    assert job.status == edge.target
    assert job.version == before + 1
    step = job.steps.latest("version")
    assert (step.from_status, step.to_status, step.version) == (source, edge.target, before + 1)
    assert (step.crew == scene.crew) == (Taker.DISPATCHER not in edge.takers)
    assert (job.ended_at == LATER) == (edge.target not in OPEN_JOB_STATUSES)


@pytest.mark.parametrize(("edge", "source"), WALKED, ids=lambda value: getattr(value, "step", value))
def test_nobody_takes_an_edge_that_belongs_to_others(edge: Edge, source: JobStatus) -> None:
    scene = Scene()
    job = put(scene, source)
    wrong = scene.dispatcher if Taker.CREW in edge.takers else scene.rider
    if edge.step is Step.PROVE:
        return  # nobody presses it: the photos' coming takes it
    if source == JobStatus.DRAFT and wrong == scene.rider:
        return  # a draft has no crew: its riders don't see it, see test_access
    with pytest.raises(NotAllowed):
        press(scene, job, edge.step, wrong)
    job.refresh_from_db()
    assert (job.status, job.steps.count()) == (source, 0)


OFF_THE_TABLE = [
    (step, status)
    for step in BUTTONS
    if step is not Step.ASSIGN
    for status in JobStatus
    if status != JobStatus.DRAFT and (step, status) not in {(edge.step, source) for edge, source in WALKED}
]


@pytest.mark.parametrize(("step", "status"), OFF_THE_TABLE)
def test_a_step_that_the_state_has_not_is_refused_or_had_been_taken(step: Step, status: JobStatus) -> None:
    scene = Scene()
    job = put(scene, status)
    edge = next(edge for edge in EDGES if edge.step == step)
    if is_behind(step, status) and step is not Step.HAND_OVER:
        taken = press(scene, job, step, person_for(scene, edge))
        assert taken.already
    else:
        with pytest.raises(TransitionRefused) as refused:
            press(scene, job, step, person_for(scene, edge))
        assert refused.value.data["job"]["status"] == status
        assert refused.value.http_status == 409
    job.refresh_from_db()
    assert (job.status, job.version) == (status, 1)


def test_the_table_offers_each_person_their_own_steps() -> None:
    assert list_allowed("assigned", {Taker.CREW}) == [
        "accept",
        "start",
        "arrive",
        "finish",
        "decline",
        "obstruct",
    ]
    assert list_allowed("assigned", {Taker.DISPATCHER}) == ["hand_over", "cancel"]
    assert list_allowed("draft", {Taker.DISPATCHER}) == ["assign", "cancel"]
    assert list_allowed("done", {Taker.CREW, Taker.DISPATCHER}) == []


def test_a_step_ahead_names_the_states_that_nobody_tapped() -> None:
    assert list_skipped(Step.FINISH, "accepted") == ["on_the_way", "on_site"]
    assert list_skipped(Step.PROMISE, "accepted") == ["on_the_way", "on_site"]
    assert list_skipped(Step.ACCEPT, "assigned") == []
    assert list_skipped(Step.DECLINE, "assigned") == []


def test_a_crew_that_forgot_to_tap_can_finish_and_the_gap_is_recorded() -> None:
    scene = Scene()
    job = scene.assign()
    photo = make_photo(scene.rider)
    steps.accept_job(**scene.step(job))
    taken = steps.finish_job(**scene.step(job, minutes=30), outcome="fixed", photo_ids=[photo.pk])
    assert taken.job.status == JobStatus.DONE
    last = taken.job.steps.get(name="finish")
    assert last.data["skipped"] == ["on_the_way", "on_site"]
    assert taken.job.arrived_at is None


def test_whoever_starts_without_accepting_has_accepted_and_seen() -> None:
    scene = Scene()
    job = steps.start_job(**scene.step(scene.assign())).job
    assert job.accepted_at == job.started_at == job.seen_at == job.delivered_at == AT + timedelta(minutes=5)
    assert rider(scene.crew, 1) != scene.rider
