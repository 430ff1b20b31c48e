"""The crews at the desk, and a crew's track: for its own district, recorded, and for the crew itself."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from dispatch.models import Crew, TrackerToken, TrackPoint, TrackView
from dispatch.tracking.fixes import Fix
from dispatch.tracking.lately import remember
from tests.dispatch.factories import PLACE, Scene, make_crew

pytestmark = pytest.mark.django_db


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def walk(crew: Crew, at: datetime) -> None:
    for number in range(3):
        fix = Fix(crew.pk, PLACE[0] + number / 1000, PLACE[1], 8.0, at - timedelta(minutes=number))
        TrackPoint.objects.create(crew=crew, point=fix.point, accuracy_m=8.0, at=fix.at)
        remember([fix])


def test_the_desk_lists_its_own_crews_with_their_last_places() -> None:
    scene, other = Scene(), Scene("far")
    make_crew(scene.district, name="Resting").is_on_duty = False
    remember([Fix(scene.crew.pk, *PLACE, 8.0, timezone.now() - timedelta(minutes=4))])
    page = browser(scene.dispatcher).get("/desk/crews/").content.decode()
    assert scene.crew.name in page
    assert "seen 4" in page
    assert "Resting" in page
    assert other.crew.name not in page


def test_a_look_at_a_track_is_recorded_and_shown_to_the_crew() -> None:
    scene = Scene()
    walk(scene.crew, timezone.now())
    address = f"/desk/crews/{scene.crew.pk}/track/"
    page = browser(scene.dispatcher).get(address).content.decode()
    assert "track-line" in page
    assert TrackView.objects.get().viewer == scene.dispatcher
    rider = browser(scene.rider)
    assert 'href="/crew/track/"' in rider.get("/crew/").content.decode()
    own = rider.get("/crew/track/").content.decode()
    assert scene.dispatcher.name in own
    assert TrackView.objects.count() == 1


@pytest.mark.parametrize("day", ["", "2020-01-01", "2999-01-01", "nonsense", "2026-13-45"])
def test_days_that_are_not_kept_show_the_nearest_that_is(day: str) -> None:
    scene = Scene()
    assert browser(scene.dispatcher).get(f"/desk/crews/{scene.crew.pk}/track/?day={day}").status_code == 200
    shown = TrackView.objects.get().day
    assert timezone.localdate() - timedelta(days=14) <= shown <= timezone.localdate()


def test_another_districts_desk_sees_no_track_and_gives_no_token() -> None:
    scene = Scene()
    stranger = browser(Scene("far").dispatcher)
    assert stranger.get(f"/desk/crews/{scene.crew.pk}/track/").status_code == 404
    assert stranger.post(f"/desk/crews/{scene.crew.pk}/tracker/").status_code == 404
    assert not TrackView.objects.exists()


def test_a_token_is_shown_once_and_taken_away_by_a_button() -> None:
    scene = Scene()
    desk, address = browser(scene.dispatcher), f"/desk/crews/{scene.crew.pk}/tracker/"
    page = desk.post(address).content.decode()
    secret = page.partition("data-tracker-secret>")[2].partition("<")[0]
    assert TrackerToken.objects.get().digest == TrackerToken.digest_of(secret)
    assert secret not in desk.get(f"/desk/crews/{scene.crew.pk}/track/").content.decode()
    desk.post(address, {"take_away": "1"})
    assert not TrackerToken.objects.exists()
