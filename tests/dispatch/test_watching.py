"""A crew that does not answer: the desk is told once, with the next best crew, and never while it drives."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.contrib.gis.geos import Point

from config.celery import app as celery_app
from dispatch.models import Job, JobStatus, Position, Watch
from dispatch.services.steps import accept_job, arrive, mark_seen, start_job
from dispatch.services.watching import look_at_job, look_at_watched_jobs
from dispatch.silence import Circumstances, Verdict, judge
from dispatch.tracking import receive_positions
from dispatch.tracking.memory import memory
from live.delivery import Position as Sent
from live.models import Event, ReaderPosition
from live.readers import run_readers
from reports.models import Matter
from tests.dispatch.factories import AT, PLACE, Scene, connect_phone, make_crew, make_report

pytestmark = pytest.mark.django_db
Kind = Matter.Kind
WITHIN = timedelta(minutes=3)
SECOND = timedelta(seconds=1)
FAR = (PLACE[0], PLACE[1] + 0.027)  # three kilometres north


@pytest.fixture(autouse=True)
def _settings(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.ACCEPT_WITHIN_S = WITHIN.total_seconds()
    settings.LIVE_READERS = ["dispatch.readers.WatchedJobs"]


@pytest.fixture
def at_clock(frozen_clock: Any) -> Callable[[datetime], None]:
    """Moves the clock, lets the readers run and the sweep look."""

    def move(at: datetime) -> None:
        frozen_clock.move_to(at)
        run_readers(at=at)
        look_at_watched_jobs(at=at)

    move(AT)
    return move


Clock = Callable[[datetime], None]


def silent_events() -> list[dict[str, Any]]:
    return list(Event.objects.filter(kind="job.silent").values_list("payload", flat=True))


def drive(scene: Scene, at: datetime, place: tuple[float, float] = PLACE, *, moved: bool = True) -> None:
    values = {"point": Point(*place, srid=4326), "at": at, **({"moved_at": at} if moved else {})}
    Position.objects.update_or_create(crew=scene.crew, defaults=values)


# --- acceptance


def test_a_crew_that_does_not_accept_in_time_is_told_once_with_the_next_best(
    at_clock: Clock,
) -> None:
    scene = Scene()
    second = make_crew(scene.district)
    job = scene.assign()
    at_clock(AT + WITHIN - SECOND)
    assert not Matter.objects.exists()
    at_clock(AT + WITHIN)
    [event] = silent_events()
    assert (event["job"], event["matter"], event["offer"]) == (str(job.pk), "silent", str(second.pk))
    assert Event.objects.get(kind="job.silent").stream.name == "district:centre"
    scene.report.refresh_from_db()
    assert scene.report.undecided_since == AT + WITHIN
    at_clock(AT + 2 * WITHIN)
    look_at_job(job_id=job.pk, at=AT + 2 * WITHIN)
    assert len(silent_events()) == 1


def test_a_job_that_was_seen_must_still_be_accepted(at_clock: Clock) -> None:
    scene = Scene()
    job = scene.assign()
    mark_seen(**scene.step(job, minutes=1))
    at_clock(AT + WITHIN)
    assert len(silent_events()) == 1


def test_a_crew_that_accepts_in_time_is_no_matter(at_clock: Clock) -> None:
    scene = Scene()
    job = scene.assign()
    at_clock(AT + SECOND)
    accept_job(**scene.step(job, minutes=1))
    at_clock(AT + 2 * WITHIN)
    assert silent_events() == []
    assert Watch.objects.get().look_at is None


def test_a_row_that_is_due_is_found_although_every_task_was_lost(at_clock: Clock) -> None:
    scene = Scene()
    scene.assign()
    run_readers(at=AT)  # the worker was killed here: its tasks are gone with their broker
    assert Watch.objects.get().look_at == AT + WITHIN
    assert look_at_watched_jobs(at=AT + WITHIN) == 1
    assert look_at_watched_jobs(at=AT + WITHIN) == 0
    assert len(silent_events()) == 1


def test_reading_the_same_event_again_tells_nothing_twice(at_clock: Clock) -> None:
    scene = Scene()
    scene.assign()
    at_clock(AT + WITHIN)
    ReaderPosition.objects.all().delete()
    at_clock(AT + 2 * WITHIN)
    assert len(silent_events()) == 1


def test_the_sweep_is_on_the_timetable() -> None:
    named = {entry["task"] for entry in celery_app.conf.beat_schedule.values()}
    assert "dispatch.tasks.look_at_watched_jobs" in named


# --- the clock stands still while the crew drives


def test_the_time_to_accept_begins_when_the_crew_comes_to_a_stand(at_clock: Clock) -> None:
    scene = Scene()
    scene.assign()
    drive(scene, AT + timedelta(minutes=2))
    at_clock(AT + WITHIN)
    drive(scene, AT + timedelta(minutes=4))
    at_clock(AT + timedelta(minutes=6))
    assert silent_events() == []
    at_clock(AT + timedelta(minutes=4) + WITHIN)
    assert len(silent_events()) == 1


def test_a_crew_on_its_way_to_another_job_is_not_asked_before_it_should_be_there(at_clock: Clock) -> None:
    scene = Scene()
    drive(scene, AT, FAR, moved=False)
    first = scene.assign()
    start_job(**scene.step(first, minutes=0))
    scene.report = make_report(scene.district)
    scene.assign()
    at_clock(AT + timedelta(minutes=9))  # three kilometres take ten minutes
    assert silent_events() == []
    at_clock(AT + timedelta(minutes=12))
    assert [event["matter"] for event in silent_events()] == ["late"]
    at_clock(AT + timedelta(minutes=14))
    assert [event["matter"] for event in silent_events()] == ["late", "silent"]


def test_a_crew_that_arrives_early_has_its_time_from_then_on(at_clock: Clock) -> None:
    scene = Scene()
    drive(scene, AT, FAR, moved=False)
    first = scene.assign()
    start_job(**scene.step(first, minutes=0))
    scene.report = make_report(scene.district)
    scene.assign()
    at_clock(AT + SECOND)
    arrive(**scene.step(first, minutes=5))
    at_clock(AT + timedelta(minutes=5))
    at_clock(AT + timedelta(minutes=5) + WITHIN - SECOND)
    assert silent_events() == []
    at_clock(AT + timedelta(minutes=5) + WITHIN)
    assert [event["matter"] for event in silent_events()] == ["silent"]


# --- on the way


def start(scene: Scene) -> Job:
    drive(scene, AT, FAR, moved=False)
    job = scene.assign()
    start_job(**scene.step(job, minutes=0))
    return job


def test_silence_on_the_way_means_nothing_until_the_estimate_is_over(at_clock: Clock) -> None:
    scene = Scene()
    start(scene)
    at_clock(AT + timedelta(minutes=9))
    assert silent_events() == []
    at_clock(AT + timedelta(minutes=11))
    assert [event["matter"] for event in silent_events()] == ["late"]
    at_clock(AT + timedelta(minutes=30))
    assert len(silent_events()) == 1


def test_a_crew_whose_phone_is_connected_may_take_longer(at_clock: Clock) -> None:
    scene = Scene()
    start(scene)
    late = AT + timedelta(minutes=11)
    connect_phone(scene, late)
    at_clock(late)
    assert silent_events() == []
    assert Watch.objects.get().look_at == late + timedelta(minutes=1)


def test_who_arrives_settles_that_nothing_was_heard(at_clock: Clock) -> None:
    scene = Scene()
    job = start(scene)
    at_clock(AT + timedelta(minutes=11))
    arrive(**scene.step(job, minutes=12))
    scene.report.refresh_from_db()
    assert scene.report.undecided_since is None


# --- the verdict and the motion, by themselves


@pytest.mark.parametrize(
    "status", [status for status in JobStatus if status not in {"assigned", "on_the_way"}]
)
def test_nothing_is_awaited_of_a_job_in_another_state(status: JobStatus) -> None:
    known = Circumstances(status, AT, arrives_at=AT)
    assert judge(known, accept_within=WITHIN, at=AT + 10 * WITHIN) == Verdict()


def test_when_a_crew_last_drove_is_kept_while_it_stands() -> None:
    scene = Scene()
    memory.clear()
    moments = []
    for seconds, metres in ((0, 0), (15, 150), (30, 300), (45, 302), (60, 301)):
        at = AT + timedelta(seconds=seconds)
        lat = PLACE[1] + metres / 111_195
        receive_positions([Sent(scene.rider, (scene.crew.stream,), lat, PLACE[0], 5.0, at)])
        moments.append(Position.objects.get().moved_at)
    driven = AT + timedelta(seconds=15), AT + timedelta(seconds=30)
    assert moments == [None, driven[0], driven[1], driven[1], driven[1]]
