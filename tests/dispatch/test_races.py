"""Two people at once, on two real connections: each pair has one outcome, told to both."""

import threading
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models import Q

from accounts.errors import DomainError
from dispatch.models import OPEN_JOB_STATUSES, Job, JobStatus
from dispatch.services import assign, steps
from dispatch.services.taking import Taken
from live.models import Event, Stream
from reports.models import Report, ReportStatus
from tests.dispatch.factories import AT, Scene, make_crew, make_photo, rider

pytestmark = [pytest.mark.postgis, pytest.mark.django_db(transaction=True)]
TRIES = 3
Act = Callable[[], object]
_RUNNING = object()


def at_once(*acts: Act) -> list[Any]:
    """What each of the acts came to, started together on connections of their own."""
    barrier = threading.Barrier(len(acts))
    answers: list[Any] = [_RUNNING] * len(acts)

    def run(place: int, act: Act) -> None:
        try:
            barrier.wait(10)
            answers[place] = act()
        except DomainError as error:
            answers[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert _RUNNING not in answers, "a thread failed or hangs"
    return answers


def require_gapless() -> None:
    """Every stream holds the offsets from 1 to its head."""
    for stream in Stream.objects.all():
        offsets = list(
            Event.objects.filter(stream=stream).order_by("offset").values_list("offset", flat=True)
        )
        assert offsets == list(range(1, stream.head + 1))


@pytest.mark.parametrize("_try", range(TRIES))
def test_two_phones_that_finish_at_once_finish_once_and_are_told_the_same(_try: int) -> None:
    scene = Scene()
    job = scene.assign()
    riders = (scene.rider, rider(scene.crew, 1))
    said = [{**scene.step(job, one), "outcome": "fixed", "photo_ids": [make_photo(one).pk]} for one in riders]
    answers = at_once(*[lambda step=step: steps.finish_job(**step) for step in said])
    assert all(isinstance(answer, Taken) for answer in answers)
    taken = [answer for answer in answers if isinstance(answer, Taken)]
    assert sorted(answer.already for answer in taken) == [False, True]
    assert {(answer.job.status, answer.job.version) for answer in taken} == {(JobStatus.DONE, 2)}
    assert Event.objects.filter(stream__name=scene.crew.stream, kind="job.done").count() == 1
    assert job.proofs.count() == 2
    require_gapless()


@pytest.mark.parametrize("_try", range(TRIES))
def test_the_same_command_sent_three_times_at_once_is_one_step(_try: int) -> None:
    scene = Scene()
    step = scene.step(scene.assign())
    answers = at_once(*[lambda: steps.accept_job(**step)] * 3)
    assert [getattr(answer, "already", answer) for answer in answers] == [False] * 3
    assert Job.objects.get().steps.filter(name="accept").count() == 1


@pytest.mark.parametrize("_try", range(TRIES))
def test_two_dispatchers_who_send_one_crew_make_one_job(_try: int) -> None:
    scene = Scene()
    answers = at_once(scene_assign(scene), scene_assign(scene))
    assert sorted(type(answer).__name__ for answer in answers) == ["AlreadyAssigned", "Taken"]
    assert Job.objects.count() == 1


@pytest.mark.parametrize("_try", range(TRIES))
def test_two_dispatchers_who_looked_at_one_version_send_one_crew(_try: int) -> None:
    scene = Scene()
    other = make_crew(scene.district)
    answers = at_once(scene_assign(scene, version=1), scene_assign(scene, other.pk, version=1))
    assert sorted(type(answer).__name__ for answer in answers) == ["Conflict", "Taken"]


def scene_assign(scene: Scene, crew_id: Any = None, version: int | None = None) -> Act:
    command_id = uuid4()
    return lambda: assign.assign_job(
        report_id=scene.report.pk,
        crew_id=crew_id or scene.crew.pk,
        actor=scene.dispatcher,
        at=AT,
        command_id=command_id,
        version=version,
    )


@pytest.mark.parametrize("_try", range(TRIES))
def test_a_job_cancelled_while_it_is_finished_ends_one_way(_try: int) -> None:
    scene = Scene()
    job = scene.assign()
    step = {**scene.step(job), "outcome": "fixed", "photo_ids": [make_photo(scene.rider).pk]}
    answers = at_once(
        lambda: steps.finish_job(**step),
        lambda: assign.cancel_job(job_id=job.pk, actor=scene.dispatcher, at=AT, command_id=uuid4()),
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["Taken", "TransitionRefused"]
    job.refresh_from_db()
    report = Report.objects.get()
    fits = {JobStatus.DONE: ReportStatus.RESOLVED, JobStatus.CANCELLED: ReportStatus.ACKNOWLEDGED}
    assert report.status == fits[JobStatus(job.status)]
    loser = next(answer for answer in answers if isinstance(answer, DomainError))
    assert loser.data["job"]["status"] == job.status
    require_gapless()


@pytest.mark.parametrize("_try", range(TRIES))
def test_a_job_reassigned_while_it_is_accepted_has_one_crew(_try: int) -> None:
    scene = Scene()
    job = scene.assign()
    other = make_crew(scene.district)
    step = scene.step(job)
    answers = at_once(
        lambda: steps.accept_job(**step),
        lambda: assign.reassign_job(
            job_id=job.pk, crew_id=other.pk, actor=scene.dispatcher, at=AT, command_id=uuid4()
        ),
    )
    assert isinstance(answers[1], Taken)
    current = Job.objects.get(status__in=OPEN_JOB_STATUSES)
    assert (current.crew, current.status) == (other, JobStatus.ASSIGNED)
    accepted = isinstance(answers[0], Taken)
    taken = Q(name="accept", data__refused__isnull=True)
    assert accepted == Job.objects.get(pk=job.pk).steps.filter(taken).exists()
    require_gapless()


def test_many_jobs_of_many_crews_at_once_wait_for_nobody_forever() -> None:
    scenes = [Scene() for _ in range(4)]
    steps_of = [scene.step(scene.assign(), minutes=1) for scene in scenes]
    answers = at_once(*[lambda step=step: steps.accept_job(**step) for step in steps_of])
    assert all(isinstance(answer, Taken) for answer in answers)
    require_gapless()
