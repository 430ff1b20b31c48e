"""The crew's app without a network: everything arrives once and in order, whatever is killed in between."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Request, expect

from tests.bed.browser import Chromium
from tests.bed.fixtures import MakeLiveProcess
from tests.bed.process import LiveProcess
from tests.dispatch.crew_phone import MAP_FILES_KEPT, PATIENCE_MS, Phone, assert_accessible, noise
from tests.districts.tiny_tiles import write_town
from tests.factories import jpeg_bytes

pytestmark = pytest.mark.browser

PICTURE = "icons/crew-192.png"
PICTURES_KEPT = """async (name) => {
  const cache = await caches.open((await caches.keys()).find((each) => each.startsWith("crew-kept-map-")));
  return (await cache.keys()).filter(({ url }) => url.includes(`${name}?16/`)).length;
}"""
Told = Callable[[], dict[str, Any]]


@pytest.fixture
def people(live_process: LiveProcess) -> dict[str, Any]:
    people: dict[str, Any] = live_process.call("tests.story.scene:set_up")
    return people


@pytest.fixture
def phone(
    live_process: LiveProcess, chromium: Chromium, tmp_path: Path, people: dict[str, Any]
) -> Iterator[Phone]:
    live_process.call("tests.dispatch.crew_scene:add_job", where="By the school")
    phone = Phone(live_process, chromium, tmp_path / "profile", people)
    phone.sign_in()
    yield phone
    phone.context.close()


@pytest.fixture
def after(photo_folder: Path) -> Path:
    path = photo_folder / "after.jpg"
    path.write_bytes(jpeg_bytes((2600, 1950), (30, 30, 30)))
    return path


@pytest.fixture
def told(live_process: LiveProcess) -> Told:
    return lambda: live_process.call("tests.dispatch.crew_scene:facts")


def test_a_day_without_a_network_arrives_whole_in_order_and_once(
    phone: Phone, after: Path, told: Told
) -> None:
    """All steps and the photo offline; reloaded, killed and opened again before the network is back."""
    phone.sees("Pothole")
    phone.says("Live · all sent")
    phone.await_kept()
    phone.context.set_offline(True)
    phone.tap("Accept")
    expect(phone.page.get_by_role("button", name="On the way", exact=True)).to_be_focused()
    phone.page.keyboard.press("Enter")
    phone.says("2 steps wait")
    phone.sees("You seem to be there")

    phone.page.reload()
    phone.sees("Pothole")
    phone.says(re.compile(r"No connection · 2 steps wait, as of \d\d:\d\d"))
    phone.tap("I'm there")
    expect(phone.page.locator("[data-current] .finish__after")).to_be_in_viewport(ratio=1)
    expect(phone.page.get_by_label("After-photo")).to_be_focused()
    phone.take_photo(after)
    phone.tap("Close the job")
    phone.sees("Nothing to do just now")
    phone.says("4 steps wait, 1 photo waits")

    phone.kill()
    phone.reopen(offline=True)
    phone.says("4 steps wait, 1 photo waits")
    phone.sees("Nothing to do just now")
    assert told()["steps"] == ["assign", "see"]

    phone.context.set_offline(False)
    phone.says("Live · all sent")
    facts = told()
    assert facts["steps"] == ["assign", "see", "accept", "start", "arrive", "promise", "prove"]
    assert facts["jobs"] == ["done"]
    assert facts["photos"] == ["after"]
    assert facts["distances"] == [0]


def test_what_the_server_refuses_stays_until_the_rider_decides(
    phone: Phone, live_process: LiveProcess, after: Path, told: Told
) -> None:
    """Three jobs are called off while the crew is away; each way out of the refusal works.

    The phone stands all the while: opened again it tells no place, and signed off by the desk it knows none.
    """
    places = ["By the school", "At the bridge", "In the park"]
    for place in places[1:]:
        live_process.call("tests.dispatch.crew_scene:add_job", where=place)
    for place in places:
        phone.sees(place)
    phone.await_kept()
    phone.context.set_offline(True)
    for place in places:
        phone.choose(place)
        phone.tap("Accept")
    phone.choose("In the park")
    phone.tap("On the way")
    phone.tap("I'm there")
    phone.take_photo(after)
    phone.tap("Close the job")
    for place in places:
        live_process.call("tests.dispatch.crew_scene:cancel", where=place)
    phone.context.set_offline(False)
    phone.says("6 not taken")
    expect(phone.refused("In the park")).to_contain_text("cancelled")
    assert_accessible(phone.page)

    phone.says("place sent")
    placed = phone.hear_places()
    phone.page.reload()
    phone.refused("By the school").get_by_role("button", name="Discard").click()
    phone.page.get_by_role("dialog").get_by_role("button", name="Keep it").click()
    phone.refused("By the school").get_by_role("button", name="Discard").click()
    phone.page.get_by_role("dialog").get_by_role("button", name="Discard").click()
    expect(phone.refused("By the school")).to_have_count(0)
    phone.refused("At the bridge").get_by_role("button", name="Hand to the dispatcher").click()
    phone.refused("In the park").get_by_role("button", name="Keep as a note").click()
    phone.says("Live · all sent")
    facts = told()
    assert facts["jobs"] == ["cancelled"] * 3
    assert sorted(facts["steps"][-2:]) == ["help", "note"]
    assert facts["notes"]["In the park"].count("\n") == 3
    assert "Closed" in facts["notes"]["In the park"]
    assert "Accepted" in facts["notes"]["At the bridge"]
    assert facts["photos"] == ["after"]

    live_process.call("tests.dispatch.crew_scene:add_job", where="On the corner")
    phone.sees("On the corner")
    for name in ("Accept", "On the way", "I'm there"):
        phone.tap(name)
    phone.take_photo(after)
    live_process.call("tests.dispatch.crew_scene:cancel", where="On the corner")
    expect(phone.refused("On the corner")).to_contain_text("gone before this photo was sent")
    phone.refused("On the corner").get_by_role("button", name="Keep as a note").click()
    phone.says("Live · all sent")
    assert told()["photos"] == ["after", "after"]

    phone.says("place sent")
    live_process.call("tests.dispatch.crew_scene:sign_off")
    phone.says("off duty")
    expect(phone.page.get_by_role("button", name="Go on duty")).to_be_visible()
    assert not placed
    assert phone.page.evaluate("localStorage.getItem('crew-told')") is None


def test_a_server_that_dies_under_a_photo_gets_it_whole(
    phone: Phone, live_process: LiveProcess, photo_folder: Path, told: Told
) -> None:
    """kill -9 between two pieces; then the rider signs out, and nothing of theirs is left to see."""
    large = photo_folder / "large.jpg"
    large.write_bytes(noise(1600, 1200))
    for name in ("Accept", "On the way", "I'm there"):
        phone.tap(name)
    phone.take_photo(large)
    pieces: list[str] = []

    def die_under_the_second(request: Request) -> None:
        if request.method == "PATCH":
            pieces.append(request.headers["upload-offset"])
            if len(pieces) == 2:
                live_process.kill()

    phone.page.on("request", die_under_the_second)
    phone.tap("Close the job")
    phone.says("No connection")
    live_process.start()
    phone.says("Live · all sent")
    assert pieces[0] == "0"
    assert "0" not in pieces[1:]
    facts = told()
    assert facts["jobs"] == ["done"]
    assert facts["photos"] == ["after"]

    phone.await_kept()
    phone.page.get_by_label("Menu").click()
    phone.page.get_by_role("button", name="Sign out").click()
    phone.page.wait_for_url(f"{live_process.url}/")
    phone.context.set_offline(True)
    phone.page.goto(f"{live_process.url}/crew/")
    phone.sees("No jobs are kept on this phone.")


def map_bases(server: LiveProcess, folder: Path) -> list[dict[str, str]]:
    """The three ways in which a city has a base: a PMTiles file, the operator's pictures, and none."""
    pictures = f"{server.url}{settings.STATIC_URL}{PICTURE}?{{z}}/{{x}}/{{y}}"
    return [
        {"MAHALA_BASEMAP": str(write_town(folder / "town.pmtiles"))},
        {"MAHALA_TILES_URL": pictures},
        {},
    ]


def test_the_map_around_a_job_is_there_without_a_network_whatever_its_base(
    make_live_process: MakeLiveProcess, chromium: Chromium, tmp_path: Path
) -> None:
    """Style, borders, tiles, MapLibre and its worker, all of it kept; also when the city changes its base."""
    server = make_live_process()
    own = dict(server.environment)
    phone: Phone | None = None
    for base in map_bases(server, tmp_path):
        server.kill()
        server.environment = own | base
        server.start()
        phone = phone or new_phone(server, chromium, tmp_path)
        phone.page.goto(f"{server.url}/crew/")
        phone.await_kept()
        phone.sees("also without a network")
        phone.page.wait_for_function(MAP_FILES_KEPT, timeout=PATIENCE_MS)
        phone.context.set_offline(True)
        phone.page.reload()
        assert_map_drawn(phone)
        pictures = phone.page.evaluate(PICTURES_KEPT, PICTURE)
        # A square of two kilometres at zoom 16, where a picture is 450 metres wide here.
        assert 25 <= pictures <= 36 if "MAHALA_TILES_URL" in base else pictures == 0
        phone.context.set_offline(False)
    assert phone is not None
    phone.context.close()


def new_phone(server: LiveProcess, chromium: Chromium, folder: Path) -> Phone:
    people = server.call("tests.story.scene:set_up")
    server.call("tests.dispatch.crew_scene:add_job", where="By the school")
    phone = Phone(server, chromium, folder / "profile", people)
    phone.sign_in()
    return phone


def assert_map_drawn(phone: Phone) -> None:
    """Opened by a tap, the map draws without asking for anything that is not kept."""
    missing: list[str] = []
    phone.page.on("requestfailed", lambda request: missing.append(request.url))
    phone.page.locator("[data-current] [data-map] summary").click()
    drawn = phone.page.locator("[data-crew-map].map--live:not([aria-busy]) canvas")
    expect(drawn).to_be_visible(timeout=PATIENCE_MS)
    assert [url for url in missing if "/static/" in url or "/map/" in url] == []
