"""Positions: the latest wins, little is written, nothing off duty, and a thinned track with its days."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.contrib.gis.geos import Point
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from dispatch.models import Crew, CrewMember, Position, TrackPoint, TrackView
from dispatch.services.duty import set_duty
from dispatch.tasks import erase_old_tracks
from dispatch.tracking import InvalidPosition, last_fixes, receive_crew_fix, receive_positions, tracks
from dispatch.tracking.memory import memory
from districts.models import District
from live import hints
from live.delivery import Position as Sent
from live.models import Event
from live.passing import Items
from tests.dispatch.factories import AT, PLACE, Scene, make_crew, make_district, make_user, rider

pytestmark = pytest.mark.django_db
LON, LAT = PLACE
METRE = 1 / 111_195  # degrees of latitude


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    memory.clear()
    cache.clear()


@pytest.fixture
def passed(monkeypatch: pytest.MonkeyPatch) -> list[Items]:
    told: list[Items] = []
    monkeypatch.setattr(hints, "pass_items", told.append)
    return told


def sent(
    user: User, *crews: Crew, seconds: float = 0, north_m: float = 0, accuracy: float | None = 5.0
) -> Sent:
    """From a connection that follows these crews, or all that the person rides with."""
    streams = tuple(crew.stream for crew in crews or user.crews.all())
    return Sent(user, streams, LAT + north_m * METRE, LON, accuracy, AT + timedelta(seconds=seconds))


def test_the_latest_position_wins_and_a_crew_is_written_at_most_every_ten_seconds() -> None:
    scene = Scene()
    receive_positions([sent(scene.rider)])
    receive_positions([sent(scene.rider, seconds=5, north_m=50)])
    assert Position.objects.get().point.y == pytest.approx(LAT)
    assert last_fixes([scene.crew.pk])[scene.crew.pk].lat == pytest.approx(LAT + 50 * METRE)
    receive_positions([sent(scene.rider, seconds=11, north_m=100)])
    receive_positions([sent(scene.rider, seconds=7, north_m=999)])
    assert Position.objects.get().point.y == pytest.approx(LAT + 100 * METRE)
    assert Position.objects.get().at == AT + timedelta(seconds=11)


def test_another_process_that_writes_an_older_position_changes_nothing() -> None:
    scene = Scene()
    receive_positions([sent(scene.rider, seconds=60)])
    memory.clear()
    receive_positions([sent(scene.rider, seconds=30, north_m=500)])
    assert Position.objects.get().at == AT + timedelta(seconds=60)


def test_a_crew_that_signs_on_again_at_once_is_where_it_was() -> None:
    scene = Scene()
    here = sent(scene.rider)
    receive_positions([here])
    for second, is_on_duty in enumerate((False, True)):
        at = AT + timedelta(seconds=second + 1)
        set_duty(crew_id=scene.crew.pk, is_on_duty=is_on_duty, actor=scene.rider, at=at)
    assert last_fixes([scene.crew.pk]) == {}
    receive_positions([here])  # the phone has no newer one
    assert last_fixes([scene.crew.pk])[scene.crew.pk].at == Position.objects.get().at == AT


def test_two_phones_of_a_crew_are_one_place() -> None:
    scene = Scene(riders=2)
    receive_positions([sent(rider(scene.crew, 1), seconds=3, north_m=30), sent(scene.rider)])
    assert Position.objects.get().at == AT + timedelta(seconds=3)


def test_a_person_on_phones_of_two_crews_is_two_places() -> None:
    scene, other = Scene(), make_crew(make_district("north"))
    CrewMember.objects.create(crew=other, user=scene.rider)
    receive_positions([sent(scene.rider, scene.crew), sent(scene.rider, other, seconds=2, north_m=900)])
    places = {fix.crew_id: fix.lat for fix in last_fixes([scene.crew.pk, other.pk]).values()}
    assert places == {scene.crew.pk: pytest.approx(LAT), other.pk: pytest.approx(LAT + 900 * METRE)}


def test_a_crew_off_duty_keeps_no_other_crew_of_its_person_from_being_placed() -> None:
    scene, other = Scene(), make_crew()
    CrewMember.objects.create(crew=other, user=scene.rider)
    Crew.objects.filter(pk=scene.crew.pk).update(is_on_duty=False)
    receive_positions([sent(scene.rider, scene.crew, other)])
    assert Position.objects.get().crew == other


def test_a_connection_places_no_crew_that_it_does_not_follow_or_that_is_not_its_persons() -> None:
    scene, other = Scene(), Scene("north")
    alone = Sent(scene.rider, ("district:centre", "report:K7Q3MX"), LAT, LON, 5.0, AT)
    receive_positions([alone, sent(scene.rider, other.crew), sent(other.rider, scene.crew)])
    assert not Position.objects.exists()


def test_many_positions_cost_as_many_statements_as_one() -> None:
    scene = Scene()
    people = [scene.rider] + [rider(make_crew(scene.district)) for _ in range(30)]

    def statements(batch: list[Sent]) -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            receive_positions(batch)
        return len(
            [query for query in seen if not query["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN"))]
        )

    assert statements([sent(people[0])]) == statements([sent(each, seconds=60) for each in people]) == 4
    assert Position.objects.count() == TrackPoint.objects.values("crew").distinct().count() == 31


def test_the_desk_is_told_of_the_place_and_the_speed(passed: list[Items]) -> None:
    scene = Scene()
    receive_positions([sent(scene.rider)])
    receive_positions([sent(scene.rider, seconds=10, north_m=100)])
    crew = passed[-1]["district:centre"]["positions"][str(scene.crew.pk)]
    assert crew == {
        "id": str(scene.crew.pk),
        "name": scene.crew.name,
        "lat": pytest.approx(LAT + 100 * METRE),
        "lon": LON,
        "accuracy": 5.0,
        "speed": pytest.approx(10.0, abs=0.1),
        "at": (AT + timedelta(seconds=10)).isoformat(),
    }
    receive_positions([sent(scene.rider, seconds=20, north_m=103)])
    assert passed[-1]["district:centre"]["positions"][str(scene.crew.pk)]["speed"] == 0  # within its error
    receive_positions([sent(scene.rider, seconds=30, north_m=5_000)])
    assert passed[-1]["district:centre"]["positions"][str(scene.crew.pk)]["speed"] is None  # a leap, no drive


@pytest.mark.parametrize(
    ("lat", "lon", "accuracy", "field"),
    [
        (float("nan"), 23.0, 5.0, "lat"),
        (91.0, 23.0, 5.0, "lat"),
        (42.0, 181.0, None, "lon"),
        (42.0, 23.0, -1.0, "accuracy"),
    ],
)
def test_no_place_on_earth_is_refused(lat: float, lon: float, accuracy: float | None, field: str) -> None:
    scene = Scene()
    with pytest.raises(InvalidPosition) as refused:
        receive_crew_fix(scene.crew, lat=lat, lon=lon, accuracy=accuracy, at=AT)
    assert refused.value.field == field


def test_a_fix_worse_than_five_kilometres_is_none() -> None:
    scene = Scene()
    receive_positions([sent(scene.rider, accuracy=5_001)])
    receive_crew_fix(scene.crew, lat=LAT, lon=LON, accuracy=5_001, at=AT)
    assert not Position.objects.exists()


def test_off_duty_nobody_is_tracked_and_the_last_place_is_forgotten() -> None:
    scene = Scene()
    receive_positions([sent(scene.rider)])
    for _ in range(2):
        set_duty(crew_id=scene.crew.pk, is_on_duty=False, actor=scene.rider, at=AT)
    assert not Position.objects.exists()
    assert last_fixes([scene.crew.pk]) == {}
    receive_positions([sent(scene.rider, seconds=60), sent(make_user(), seconds=60)])
    receive_crew_fix(Crew.objects.get(pk=scene.crew.pk), lat=LAT, lon=LON, accuracy=5, at=AT)
    assert not Position.objects.exists()
    kinds = Event.objects.filter(kind__startswith="crew.").values_list("stream__name", "kind")
    assert set(kinds) == {(scene.crew.stream, "crew.off_duty"), ("district:centre", "crew.off_duty")}


def test_a_track_keeps_a_point_every_25_metres_or_five_minutes() -> None:
    scene = Scene()
    for seconds, north_m in [(0, 0), (15, 10), (30, 20), (45, 40), (60, 45), (360, 46)]:
        receive_positions([sent(scene.rider, seconds=seconds, north_m=north_m)])
    offsets = [(point.at - AT).total_seconds() for point in TrackPoint.objects.order_by("at")]
    assert offsets == [0, 45, 360]


def test_a_district_that_keeps_no_tracks_has_none() -> None:
    scene = Scene()
    scene.district.track_days = 0
    scene.district.save()
    receive_positions([sent(scene.rider)])
    assert Position.objects.exists()
    assert not TrackPoint.objects.exists()


def test_tracks_are_erased_after_their_districts_days() -> None:
    short, long = Scene("short"), Scene("long")
    short.district.track_days = 2
    short.district.save()
    for scene in (short, long):
        receive_positions([sent(scene.rider)])
    assert tracks.erase_old(at=AT + timedelta(days=2, seconds=1)) == 1
    assert TrackPoint.objects.get().crew == long.crew
    assert tracks.erase_old(at=AT + timedelta(days=14, seconds=1)) == 1


def test_no_district_keeps_a_track_longer_than_a_fortnight_and_old_ones_go_every_hour(
    settings: LazySettings,
) -> None:
    district = Scene().district
    assert district.track_days == 14
    with pytest.raises(IntegrityError), transaction.atomic():
        District.objects.update(track_days=15)
    task = settings.CELERY_BEAT_SCHEDULE["erase-old-tracks"]
    assert (task["task"], task["schedule"]) == (erase_old_tracks.name, 3600)
    old = AT - timedelta(days=15)
    TrackPoint.objects.create(crew=Scene().crew, point=Point(*PLACE, srid=4326), at=old)
    erase_old_tracks()
    assert not TrackPoint.objects.exists()


def test_a_cache_that_is_away_takes_and_tells_nothing_and_the_database_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def away(*_words: object) -> None:
        raise OSError("no route")

    scene = Scene()
    for name in ("get_many", "set_many"):
        monkeypatch.setattr(cache, name, away)
    receive_positions([sent(scene.rider)])
    assert last_fixes([scene.crew.pk])[scene.crew.pk].lat == pytest.approx(LAT)


def test_whoever_looks_at_a_track_is_recorded_and_the_crew_itself_is_not() -> None:
    scene = Scene()
    receive_positions([sent(scene.rider)])

    def look(viewer: User, at: datetime = AT, **facts: Any) -> int:
        return len(tracks.view_track(crew=scene.crew, day=date(2026, 11, 3), viewer=viewer, at=at, **facts))

    assert look(scene.rider, is_own=True) == 1
    assert not TrackView.objects.exists()
    assert look(scene.dispatcher, is_own=False) == look(
        scene.dispatcher, AT + timedelta(minutes=59), is_own=False
    )
    assert TrackView.objects.get().viewer == scene.dispatcher
    look(scene.dispatcher, AT + timedelta(minutes=61), is_own=False)
    assert TrackView.objects.count() == 2
