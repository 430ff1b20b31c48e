"""Travel times: from a routing server where there is one and it answers in time, else by estimate."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import StringIO

import pytest
from django.conf import LazySettings
from django.contrib.gis.geos import Point
from django.core.cache import cache
from django.core.management import call_command
from django.utils import timezone

from dispatch import ways
from dispatch.models import Crew, Job, TrackPoint
from dispatch.travel import PACES, minutes_between
from dispatch.ways import Way, estimated_table, measured_tables, minutes_to
from districts.geometry import metres_between, metres_table
from tests.bed.waiting import wait_until
from tests.dispatch.factories import PLACE, Scene
from tests.dispatch.routing_server import RoutingServer

EAST = (PLACE[0] + 0.02, PLACE[1])
NORTH = (PLACE[0], PLACE[1] + 0.02)
BIKE = Way(EAST, Crew.Vehicle.MOTORBIKE)
WALK = Way(NORTH, Crew.Vehicle.FOOT)


@pytest.fixture
def server(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> Iterator[RoutingServer]:
    running = RoutingServer()
    settings.ROUTING_URL, settings.ROUTING_ENGINE = running.url, "osrm"
    with ThreadPoolExecutor(4) as pool:  # ended before the cache is cleared: what comes late is of this test
        monkeypatch.setattr(ways, "_pool", pool)
        yield running
    running.stop()
    cache.clear()


def measured_table(places: list[tuple[float, float]], vehicle: str) -> list[list[int]] | None:
    tables = measured_tables(places, [vehicle])
    return None if tables is None else tables[vehicle]


def estimates() -> list[float]:
    return [minutes_between(way.start, PLACE, way.vehicle) for way in (BIKE, WALK)]


def test_without_a_server_ways_are_estimated_by_vehicle_and_scaled_by_the_city(
    settings: LazySettings,
) -> None:
    assert minutes_to(PLACE, [BIKE, WALK]) == estimates()
    straight = metres_between(EAST, PLACE)
    assert estimates()[0] == pytest.approx(straight * 1.4 / (25_000 / 60))
    settings.TRAVEL_SCALE = 2
    assert minutes_to(PLACE, [BIKE])[0] == pytest.approx(2 * straight * 1.4 / (25_000 / 60))


def test_the_table_of_estimates_is_the_same_as_each_way_by_itself() -> None:
    places = [PLACE, EAST, NORTH]
    table = estimated_table(places, Crew.Vehicle.VAN)
    for row, start in zip(table, places, strict=True):
        expected = [minutes_between(start, end, Crew.Vehicle.VAN) * 60 for end in places]
        assert row == pytest.approx(expected, abs=1)
    assert metres_table([]).shape == (0, 0)
    assert set(PACES) == set(Crew.Vehicle)


@pytest.mark.parametrize(
    ("engine", "asked"),
    [
        ("osrm", ["/table/v1/driving/", "/table/v1/foot/"]),
        ("valhalla", ["/sources_to_targets motor_scooter", "/sources_to_targets pedestrian"]),
    ],
)
def test_the_server_is_asked_once_for_each_vehicle_and_its_answers_are_kept(
    server: RoutingServer, settings: LazySettings, engine: str, asked: list[str]
) -> None:
    settings.ROUTING_ENGINE = engine
    for _ in range(3):
        assert minutes_to(PLACE, [BIKE, WALK]) == [5.0, 5.0]
    assert [each[: len(want)] for each, want in zip(sorted(server.asked), asked, strict=True)] == asked


def test_a_page_waits_a_quarter_of_a_second_and_the_next_one_has_the_answer(server: RoutingServer) -> None:
    server.delay_s = 0.6
    began = time.monotonic()
    assert minutes_to(PLACE, [BIKE]) == estimates()[:1]
    assert time.monotonic() - began < 0.5
    wait_until(lambda: minutes_to(PLACE, [BIKE]) == [5.0], seconds=20, what="the server's answer")


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, None),
        (200, b"<html>"),
        (200, b'{"code": "Ok"}'),
        (200, b'{"durations": [[1, 2, 3]]}'),
        (200, b'{"durations": [["soon"]]}'),
    ],
)
def test_a_server_that_fails_is_left_alone_for_a_while(
    server: RoutingServer, monkeypatch: pytest.MonkeyPatch, status: int, body: bytes | None
) -> None:
    monkeypatch.setattr(ways, "PATIENCE_S", 10)
    server.status, server.body = status, body
    assert minutes_to(PLACE, [BIKE]) == estimates()[:1]
    assert minutes_to(PLACE, [BIKE]) == estimates()[:1]
    assert len(server.asked) == 1
    assert measured_table([PLACE, EAST], Crew.Vehicle.MOTORBIKE) is None


def test_a_server_that_is_gone_costs_nothing_but_precision(settings: LazySettings) -> None:
    gone = RoutingServer()
    gone.stop()
    settings.ROUTING_URL = gone.url
    assert minutes_to(PLACE, [BIKE, WALK]) == estimates()


def test_a_way_that_the_server_does_not_know_is_estimated(server: RoutingServer) -> None:
    server.seconds = None
    assert minutes_to(PLACE, [BIKE]) == estimates()[:1]
    assert measured_table([PLACE, EAST], Crew.Vehicle.FOOT) == estimated_table(
        [PLACE, EAST], Crew.Vehicle.FOOT
    )


def test_a_plan_takes_the_whole_table(server: RoutingServer) -> None:
    server.seconds = 61.4
    assert measured_table([PLACE, EAST], Crew.Vehicle.MOTORBIKE) == [[61, 61], [61, 61]]


def test_a_large_table_is_asked_for_in_blocks_as_servers_refuse_larger_ones(server: RoutingServer) -> None:
    server.most = 100
    server.number_by_place = True
    places = [(PLACE[0] + number / 1000, PLACE[1]) for number in range(120)]
    table = measured_table(places, Crew.Vehicle.VAN)
    assert table is not None
    assert table == [[start * 1000 + end for end in range(120)] for start in range(120)]
    assert len(server.asked) == 9


def test_a_table_that_takes_too_long_is_given_up(
    server: RoutingServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ways, "SERVER_S", 0.5)
    server.delay_s = 0.3
    places = [(PLACE[0] + number / 1000, PLACE[1]) for number in range(120)]
    assert measured_table(places, Crew.Vehicle.VAN) is None
    assert len(server.asked) <= 3


def test_vehicles_of_one_profile_share_a_table_and_all_have_one_deadline(
    server: RoutingServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = measured_tables([PLACE, EAST], [Crew.Vehicle.MOTORBIKE, Crew.Vehicle.VAN, Crew.Vehicle.TRUCK])
    assert tables is not None
    assert (len(tables), len(server.asked)) == (3, 1)
    deadlines: list[float] = []

    def fetch(places: list[tuple[float, float]], _vehicle: str, *, until: float) -> list[list[float]]:
        deadlines.append(until)
        return [[1.0 for _ in places] for _ in places]

    monkeypatch.setattr(ways, "_fetch_blocks", fetch)
    assert measured_tables([PLACE, EAST], [Crew.Vehicle.MOTORBIKE, Crew.Vehicle.FOOT]) is not None
    assert (len(deadlines), len(set(deadlines))) == (2, 1)


@pytest.mark.django_db
def test_the_ways_that_crews_have_driven_say_by_how_much_the_estimate_is_off() -> None:
    scene, out = Scene(), StringIO()
    call_command("measure_travel", stdout=out)
    assert "No way" in out.getvalue()
    began = timezone.now() - timedelta(hours=2)
    corner = (PLACE[0] + 0.02, PLACE[1] + 0.01)
    for minute, (lon, lat) in enumerate([(PLACE[0] + 0.02, PLACE[1]), corner]):
        TrackPoint.objects.create(
            crew=scene.crew, point=Point(lon, lat, srid=4326), at=began + timedelta(minutes=minute)
        )
    job = scene.assign()
    Job.objects.filter(pk=job.pk).update(started_at=began, arrived_at=began + timedelta(minutes=11))
    call_command("measure_travel", stdout=out)
    told = out.getvalue()
    assert "motorbike: 1 ways, detour 1.8" in told
    assert "scale 2.0" in told
