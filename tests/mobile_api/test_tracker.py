"""A tracking app sends a crew's position with the crew's token, and can do nothing else."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts.errors import NotAllowed
from dispatch.models import Position
from dispatch.services.trackers import issue_tracker_token, revoke_tracker_token
from dispatch.tracking.memory import memory
from tests.dispatch.factories import PLACE, Scene
from tests.mobile_api.clients import assert_described, post

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/crew/tracker/"
LON, LAT = PLACE


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    memory.clear()
    cache.clear()


@pytest.fixture
def scene() -> Scene:
    return Scene()


@pytest.fixture
def secret(scene: Scene) -> str:
    return issue_tracker_token(crew=scene.crew, actor=scene.dispatcher, at=timezone.now())


def location(at: datetime | None = None, **coords: Any) -> dict[str, Any]:
    """As Traccar Client 9 sends it: one place a request, and the next only after a 2xx."""
    known = {"latitude": LAT, "longitude": LON, "accuracy": 9, "speed": 7.5, "heading": 90, "altitude": 550.2}
    return {
        "timestamp": f"{(at or timezone.now()).astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}"[:-3] + "Z",
        "coords": known | coords,
        "is_moving": True,
        "odometer": 1200.5,
        "event": "",
        "battery": {"level": 0.8, "is_charging": False},
        "activity": {"type": "in_vehicle"},
        "extras": {},
        "_": f"&id=x&lat={LAT}&lon={LON}&",
    }


def send(secret: str, where: dict[str, Any]) -> Any:
    return post(Client(), ADDRESS, {"location": where, "device_id": secret})


def test_the_crew_is_where_its_tracking_app_says(scene: Scene, secret: str) -> None:
    answer = send(secret, location())
    assert answer.status_code == 204
    position = Position.objects.get(crew=scene.crew)
    assert (position.point.x, position.point.y, position.accuracy_m, position.speed_mps) == (LON, LAT, 9, 7.5)


@pytest.mark.parametrize("unknown", [-1, None])
def test_what_a_phone_does_not_know_is_unknown(secret: str, unknown: Any) -> None:
    assert send(secret, location(accuracy=unknown, speed=unknown)).status_code == 204
    position = Position.objects.get()
    assert (position.accuracy_m, position.speed_mps) == (None, None)


def test_a_heartbeat_of_an_app_that_stands_says_where_the_crew_still_is(secret: str) -> None:
    send(secret, location(timezone.now() - timedelta(minutes=2)))
    standing = {"is_moving": False, "event": "heartbeat", "activity": {"type": "still"}}
    assert send(secret, location(speed=0, heading=-1, altitude=None) | standing).status_code == 204
    position = Position.objects.get()
    assert position.speed_mps == 0
    assert timezone.now() - position.at < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"device_id": "x"}, "location"),
        ({"location": {}, "device_id": "x"}, "timestamp"),
        ({"location": [location()], "device_id": "x"}, "location"),
        ({"location": location() | {"timestamp": "noon"}, "device_id": "x"}, "timestamp"),
        ({"location": location()}, "device_id"),
    ],
)
def test_what_is_no_place_of_a_tracking_app_is_refused_by_its_field(
    scene: Scene, body: dict[str, Any], field: str
) -> None:
    answer = post(Client(), ADDRESS, body)
    assert answer.status_code == 422
    assert field in f"{answer.json()['field']} {answer.json().get('fields')}"


def test_a_clock_that_runs_ahead_never_blocks_what_comes_later(secret: str) -> None:
    send(secret, location(timezone.now() + timedelta(hours=1)))
    assert Position.objects.get().at <= timezone.now()


def test_what_was_kept_in_a_dead_zone_is_taken_and_tells_nothing(secret: str) -> None:
    assert send(secret, location(timezone.now() - timedelta(minutes=16))).status_code == 204
    assert not Position.objects.exists()


def test_off_duty_nothing_is_kept(scene: Scene, secret: str) -> None:
    scene.crew.is_on_duty = False
    scene.crew.save()
    assert send(secret, location()).status_code == 204
    assert not Position.objects.exists()


@pytest.mark.parametrize(
    ("fault", "field"),
    [
        ({"latitude": 91}, "latitude"),
        ({"longitude": -181}, "longitude"),
        ({"latitude": "x"}, "latitude"),
        ({"speed": "nan"}, "speed"),
    ],
)
def test_no_place_on_earth_is_refused_by_its_field(secret: str, fault: dict[str, Any], field: str) -> None:
    answer = send(secret, location(**fault))
    assert answer.status_code == 422
    assert field in answer.json()["field"]
    assert_described(answer, "crew/tracker/", "post")


def test_only_the_latest_token_counts_and_none_after_it_was_taken_away(scene: Scene, secret: str) -> None:
    fresh = issue_tracker_token(crew=scene.crew, actor=scene.dispatcher, at=timezone.now())
    refused = send(secret, location())
    assert (refused.status_code, refused.json()["code"]) == (401, "unknown_tracker")
    assert send(fresh.upper(), location()).status_code == 204
    for _ in range(2):
        revoke_tracker_token(crew=scene.crew, actor=scene.dispatcher)
    assert send(fresh, location()).status_code == 401


def test_those_who_guess_tokens_are_slowed_down(scene: Scene) -> None:
    assert [send("guess", location()).status_code for _ in range(12)][-1] == 429


def test_another_districts_dispatcher_gives_no_token(scene: Scene) -> None:
    stranger = Scene("far").dispatcher
    with pytest.raises(NotAllowed):
        issue_tracker_token(crew=scene.crew, actor=stranger, at=timezone.now())
    with pytest.raises(NotAllowed):
        revoke_tracker_token(crew=scene.crew, actor=stranger)
