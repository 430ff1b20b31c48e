"""When a crew on its way should be there: by the routing server where it answers, else by estimate."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.db import connection

from config.celery import app as celery_app
from dispatch import routing
from dispatch.models import Job, Watch
from dispatch.selectors.presence import Reach, list_presence
from dispatch.services import arrivals
from dispatch.services.arrivals import measure_arrivals
from dispatch.services.steps import arrive, start_job
from dispatch.services.watching import look_at_watched_jobs
from dispatch.tracking.fixes import Fix
from dispatch.tracking.lately import forget, remember, write_positions
from live.models import Event
from live.readers import run_readers
from tests.dispatch.factories import AT, PLACE, Scene
from tests.dispatch.routing_server import RoutingServer

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
NORTH_OF_IT = 0.027  # three kilometres: ten minutes by estimate
Clock = Callable[[datetime], None]


@pytest.fixture
def server(settings: LazySettings) -> Iterator[RoutingServer]:
    """Every way takes 25 minutes."""
    cache.clear()
    running = RoutingServer()
    running.seconds = 25 * 60
    settings.ROUTING_URL, settings.ROUTING_ENGINE = running.url, "osrm"
    settings.LIVE_READERS = ["dispatch.readers.WatchedJobs"]
    yield running
    running.stop()
    cache.clear()


@pytest.fixture
def at_clock(frozen_clock: Any) -> Clock:
    """Moves the clock; the readers run, the server is asked, and the sweep looks, as the timetable has it."""

    def move(at: datetime) -> None:
        frozen_clock.move_to(at)
        run_readers(at=at)
        measure_arrivals(at=at)
        look_at_watched_jobs(at=at)

    move(AT)
    return move


def drive(scene: Scene, at: datetime, *, north: float = NORTH_OF_IT) -> None:
    fix = Fix(scene.crew.pk, PLACE[0], PLACE[1] + north, 8.0, at)
    remember([fix])
    write_positions([fix])


def start(scene: Scene) -> Job:
    drive(scene, AT)
    job = scene.assign()
    start_job(**scene.step(job, minutes=0))
    return job


def told() -> list[str]:
    return [
        event["matter"] for event in Event.objects.filter(kind="job.silent").values_list("payload", flat=True)
    ]


def reach(scene: Scene, at: datetime) -> Reach:
    return list_presence([scene.crew], at=at)[scene.crew.pk].reach


def test_nothing_is_raised_before_the_routing_server_says_that_the_crew_should_be_there(
    server: RoutingServer, at_clock: Clock
) -> None:
    scene = Scene()
    start(scene)
    at_clock(AT + MINUTE)
    at_clock(AT + 24 * MINUTE)  # the straight line would have taken ten
    assert (told(), reach(scene, AT + 24 * MINUTE)) == ([], Reach.NAVIGATING)
    at_clock(AT + 25 * MINUTE)
    assert (told(), reach(scene, AT + 25 * MINUTE)) == (["late"], Reach.AWAY)
    at_clock(AT + 40 * MINUTE)
    assert told() == ["late"]
    assert len(server.asked) == 1


def test_a_way_that_is_shorter_than_the_estimate_is_told_as_early(
    server: RoutingServer, at_clock: Clock
) -> None:
    server.seconds = 4 * 60
    scene = Scene()
    start(scene)
    at_clock(AT)
    at_clock(AT + 4 * MINUTE)
    assert told() == ["late"]


@pytest.mark.parametrize("fault", ["status", "gone", "no way", "nonsense"])
def test_while_the_server_does_not_answer_the_estimate_counts(
    server: RoutingServer, at_clock: Clock, settings: LazySettings, fault: str
) -> None:
    scene = Scene()
    if fault == "status":
        server.status = 500
    elif fault == "nonsense":
        server.body = b"<html>"
    elif fault == "no way":
        server.seconds = None
    else:
        settings.ROUTING_URL = "http://127.0.0.1:9"
    start(scene)
    at_clock(AT)
    at_clock(AT + 9 * MINUTE)
    assert (told(), reach(scene, AT + 9 * MINUTE)) == ([], Reach.NAVIGATING)
    at_clock(AT + 11 * MINUTE)
    assert (told(), reach(scene, AT + 11 * MINUTE)) == (["late"], Reach.AWAY)


def test_the_way_is_asked_for_anew_from_where_the_crew_has_come_to_and_not_for_every_place(
    server: RoutingServer, at_clock: Clock
) -> None:
    scene = Scene()
    start(scene)
    at_clock(AT)
    drive(scene, AT + 30 * timedelta(seconds=1), north=0.02)
    at_clock(AT + MINUTE)
    assert len(server.asked) == 1
    server.seconds = 3 * 60
    drive(scene, AT + 10 * MINUTE, north=0.01)
    at_clock(AT + 10 * MINUTE)
    assert len(server.asked) == 2
    assert Watch.objects.get().arrives_at == AT + 13 * MINUTE
    at_clock(AT + 13 * MINUTE)
    assert told() == ["late"]


def test_an_answer_for_a_place_long_left_gives_way_to_the_estimate(
    server: RoutingServer, at_clock: Clock
) -> None:
    scene = Scene()
    start(scene)
    at_clock(AT)
    server.status = 500
    drive(scene, AT + 2 * MINUTE, north=0.02)
    assert list_presence([scene.crew], at=AT)[scene.crew.pk].arrives_at == AT + 25 * MINUTE
    drive(scene, AT + 20 * MINUTE, north=NORTH_OF_IT)
    expected = list_presence([scene.crew], at=AT)[scene.crew.pk].arrives_at
    assert expected is not None
    assert AT + 29 * MINUTE < expected < AT + 31 * MINUTE


def test_nothing_is_asked_without_a_place_or_for_a_crew_that_is_there(
    server: RoutingServer, at_clock: Clock
) -> None:
    scene = Scene()
    job = start(scene)
    forget(scene.crew.pk)
    at_clock(AT)
    drive(scene, AT)
    arrive(**scene.step(job, minutes=1))
    at_clock(AT + MINUTE)
    assert server.asked == []


def test_crews_that_are_silent_keep_no_moving_one_from_being_measured(
    server: RoutingServer, at_clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrivals, "AT_ONCE", 1)
    silent = Scene("far")
    start(silent)
    forget(silent.crew.pk)
    moving = Scene()
    start(moving)
    at_clock(AT)
    assert Watch.objects.get(job__crew=moving.crew).arrives_at == AT + 25 * MINUTE


def test_a_way_that_the_server_does_not_know_keeps_no_place_in_front(
    server: RoutingServer, at_clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrivals, "AT_ONCE", 1)
    start(Scene("far"))
    start(Scene())
    server.seconds = None
    at_clock(AT)
    server.seconds = 25 * 60
    at_clock(AT)
    assert set(Watch.objects.values_list("asked_from", "arrives_at")) == {(AT, None), (AT, AT + 25 * MINUTE)}


def test_a_run_ends_in_time_tells_each_answer_at_once_and_keeps_a_second_one_away(
    server: RoutingServer, at_clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for code in ("far", "near", "centre"):
        start(Scene(code))
    run_readers(at=AT)
    now, seen, others = [0.0], [], []

    def slow(*_way: Any) -> float:
        now[0] += arrivals.RUN_S / 2
        seen.append(len(looked))
        others.append(measure_arrivals(at=AT))
        return 25.0

    looked: list[Any] = []
    monkeypatch.setattr(arrivals, "time", SimpleNamespace(monotonic=lambda: now[0]))
    monkeypatch.setattr(arrivals, "measure_minutes", slow)
    monkeypatch.setattr(arrivals, "look_at_crew", lambda *, crew_id, at: looked.append(crew_id))
    assert measure_arrivals(at=AT) == 2
    assert (seen, others) == ([0, 1], [0, 0])
    assert measure_arrivals(at=AT) == 1


def test_an_answer_that_is_late_never_overwrites_one_for_a_later_place(
    server: RoutingServer, at_clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = Scene()
    start(scene)
    run_readers(at=AT)

    def slow(*_way: Any) -> float:
        Watch.objects.update(asked_from=AT + 5 * MINUTE, arrives_at=AT + 7 * MINUTE)
        return 25.0

    monkeypatch.setattr(arrivals, "measure_minutes", slow)
    assert measure_arrivals(at=AT) == 0
    assert Watch.objects.get().arrives_at == AT + 7 * MINUTE


@pytest.mark.django_db(transaction=True)
def test_the_server_is_asked_by_a_task_that_holds_no_lock_and_by_no_page(
    server: RoutingServer, monkeypatch: pytest.MonkeyPatch, frozen_clock: Any
) -> None:
    frozen_clock.move_to(AT)
    scene, fetch, held = Scene(), routing.fetch_table, []

    def watched(*arguments: Any, **words: Any) -> Any:
        held.append(connection.in_atomic_block)
        return fetch(*arguments, **words)

    monkeypatch.setattr(routing, "fetch_table", watched)
    start(scene)
    run_readers(at=AT)
    list_presence([scene.crew], at=AT)
    look_at_watched_jobs(at=AT + MINUTE)
    assert held == []
    assert measure_arrivals(at=AT) == 1
    assert held == [False]


def test_without_a_server_nothing_is_asked_and_the_task_is_on_the_timetable(settings: LazySettings) -> None:
    settings.ROUTING_URL = ""
    start(Scene())
    assert measure_arrivals(at=AT) == 0
    assert "dispatch.tasks.measure_arrivals" in {
        entry["task"] for entry in celery_app.conf.beat_schedule.values()
    }
