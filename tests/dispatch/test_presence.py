"""Whether a crew can be reached: connected, navigating until it should be there, or away."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dispatch import presence
from dispatch.models import CrewMember
from dispatch.selectors.presence import Reach, list_presence
from dispatch.services.steps import start_job
from dispatch.streams import DistrictStreams
from dispatch.tracking.fixes import Fix
from dispatch.tracking.lately import remember
from live import hints
from live.models import Presence, ServerProcess
from reports.codes import format_code
from tests.dispatch.factories import AT, PLACE, Scene, make_crew, make_user

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _clock(frozen_clock: Any) -> None:
    frozen_clock.move_to(AT + MINUTE)
    cache.clear()


def phone(scene: Scene, *, gone_at: datetime | None = None, app: str = "page") -> None:
    process = ServerProcess.objects.create(pk=uuid4(), beat_at=AT + MINUTE)
    Presence.objects.create(
        connection=uuid4(),
        stream=scene.crew.stream,
        process=process.pk,
        user=scene.rider,
        device="Handlebar",
        app=app,
        since=AT,
        gone_at=gone_at,
    )


def ride(scene: Scene) -> None:
    """On the way, three kilometres off: there in ten minutes."""
    remember([Fix(scene.crew.pk, PLACE[0], PLACE[1] + 0.027, 8.0, AT)])
    job = scene.assign()
    start_job(**scene.step(job, minutes=0))


def reach(scene: Scene, minutes: int) -> Reach:
    return list_presence([scene.crew], at=AT + minutes * MINUTE)[scene.crew.pk].reach


def test_a_connected_crew_is_told_with_its_app_device_and_since_when() -> None:
    scene = Scene()
    phone(scene, app="native")
    found = list_presence([scene.crew], at=AT + MINUTE)[scene.crew.pk]
    assert (found.reach, found.apps, found.devices, found.since) == (
        Reach.CONNECTED,
        ("native",),
        ("Handlebar",),
        AT,
    )


def test_a_crew_on_its_way_whose_page_sleeps_is_navigating_until_it_should_be_there() -> None:
    scene = Scene()
    ride(scene)
    phone(scene, gone_at=AT + MINUTE)
    found = list_presence([scene.crew], at=AT + 9 * MINUTE)[scene.crew.pk]
    assert (found.reach, found.last_seen) == (Reach.NAVIGATING, AT + MINUTE)
    assert found.position_at == AT
    assert reach(scene, 11) is Reach.AWAY


def test_a_crew_that_rides_nowhere_and_is_not_connected_is_away() -> None:
    scene = Scene()
    scene.assign()
    phone(scene, gone_at=AT)
    assert reach(scene, 1) is Reach.AWAY


def test_presence_costs_the_same_for_many_crews() -> None:
    scene = Scene()
    crews = [scene.crew, *(make_crew(scene.district) for _ in range(20))]
    ride(scene)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        list_presence(crews, at=AT)
    assert len(captured) <= 5


def test_the_desk_reads_who_is_connected_and_when_the_others_were_last_seen() -> None:
    scene = Scene()
    ride(scene)
    phone(scene, gone_at=AT + MINUTE)
    desk = Client()
    desk.force_login(scene.dispatcher)
    told = "navigating, last seen <time"
    assert told in " ".join(desk.get("/desk/crews/").text.split())
    assert told in " ".join(desk.get(f"/desk/r/{format_code(scene.report.code)}/").text.split())
    rows = desk.get("/desk/crews/?part=rows").text
    assert scene.crew.name in rows
    assert "<html" not in rows


def test_a_crew_that_comes_or_goes_is_told_to_its_own_desk_only(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[str, Any]] = []
    monkeypatch.setattr(hints, "pass_on", lambda stream, frame: told.append((stream, frame)))
    here, other = Scene(), Scene("north")
    phone(here)
    presence.tell({here.crew.stream, other.crew.stream, "district:centre", "crew:nobody"}, AT + MINUTE)
    assert [stream for stream, _ in told] == ["district:centre", "district:north"]
    frame = told[0][1]
    assert frame["type"] == "presence"
    [crew] = frame["crews"]
    assert (crew["id"], crew["reach"], crew["apps"]) == (str(here.crew.pk), "connected", ["page"])
    assert crew["since"] == AT.isoformat()


def test_the_snapshot_of_a_district_holds_its_crews_presence() -> None:
    scene = Scene()
    phone(scene)
    [crew] = DistrictStreams().snapshot(scene.dispatcher, "centre")["crews"]
    assert crew["presence"]["reach"] == "connected"


def test_a_person_of_another_crew_is_not_this_crews_phone() -> None:
    scene = Scene()
    other = make_crew(scene.district)
    CrewMember.objects.create(crew=other, user=make_user())
    phone(scene)
    assert list_presence([other], at=AT)[other.pk].reach is Reach.AWAY
