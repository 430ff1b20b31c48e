"""Two phones of a crew with wrong clocks, and a desk that changes its mind: all is told, no photo is lost."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.bed.browser import SOFIA_CENTRE, Chromium
from tests.bed.process import LiveProcess
from tests.dispatch.crew_phone import Phone, assert_accessible
from tests.factories import jpeg_bytes
from tests.story.test_pages import sign_in

pytestmark = pytest.mark.browser

SCHOOL, BRIDGE, PARK = "By the school", "At the bridge", "In the park"
HOUR = timedelta(hours=1)
FARTHER = {**SOFIA_CENTRE, "latitude": 42.699}
WAYS_OUT = ("Keep as a note", "Hand to the dispatcher", "Discard")
MakePhone = Callable[[str, timedelta], Phone]


@pytest.fixture
def make_phone(live_process: LiveProcess, chromium: Chromium, tmp_path: Path) -> Iterator[MakePhone]:
    """Makes phones with a wrong clock, signed in, that keep all they need."""
    people = live_process.call("tests.story.scene:set_up")
    with ExitStack() as endings:

        def make(rider: str, clock_ahead: timedelta) -> Phone:
            own = {**people, "crew": f"{rider}.centre@example.org"}
            phone = Phone(live_process, chromium, tmp_path / rider, own, clock_ahead=clock_ahead)
            endings.callback(phone.context.close)
            phone.sign_in()
            return phone

        yield make


@pytest.fixture
def photos(photo_folder: Path) -> tuple[Path, Path]:
    paths = photo_folder / "one.jpg", photo_folder / "other.jpg"
    for number, path in enumerate(paths):
        path.write_bytes(jpeg_bytes((800, 600), (90 * number, 30, 30)))
    return paths


def test_what_two_phones_with_wrong_clocks_do_while_the_desk_changes_its_mind(
    make_phone: MakePhone, live_process: LiveProcess, chromium: Chromium, photos: tuple[Path, Path]
) -> None:
    """One is an hour ahead, the other behind. Both finish one job; two others are taken away meanwhile."""
    desk = chromium.desk().new_page()
    ahead = make_phone("crew", HOUR)
    codes = live_process.call("tests.dispatch.crew_scene:add_crossing_day", places=[SCHOOL, BRIDGE, PARK])
    behind = make_phone("second", -HOUR)
    for phone in (ahead, behind):
        for place in codes:
            phone.sees(place)
        phone.await_kept()
        phone.context.set_offline(True)
    for place in codes:
        ahead.work_off(place, photos[0])
    ahead.says("12 steps wait, 3 photos wait")
    behind.work_off(SCHOOL, photos[1])
    live_process.call("tests.dispatch.crew_scene:change_mind", reassign=BRIDGE, to_cancel=PARK)

    ahead.context.set_offline(False)
    ahead.says("Live · 8 not taken")
    for place, reason in ((BRIDGE, "handed over"), (PARK, "cancelled")):
        expect(ahead.refused(place)).to_contain_text(reason)
        for way in WAYS_OUT:
            expect(ahead.refused(place).get_by_role("button", name=way)).to_be_visible()
    assert_accessible(ahead.page)
    behind.context.set_geolocation(FARTHER)  # type: ignore[arg-type]
    behind.context.set_offline(False)
    behind.says("Live · all sent")
    expect(behind.page.locator("[data-place-text]")).to_contain_text("place sent")

    facts = live_process.call("tests.dispatch.crew_scene:crossings")
    taken = ["accept", "start", "arrive", "finish"]
    for place, status in ((BRIDGE, "handed_over"), (PARK, "cancelled")):
        assert facts[place] == {"status": status, "outcome": "", "steps": taken, "apart": [1], "late": [True]}
    assert facts[SCHOOL]["status"] == "done"
    assert facts[SCHOOL]["apart"] == [-1, 1]
    assert facts[SCHOOL]["late"] == [False, False]
    assert facts["position"] == [FARTHER["latitude"], 0]

    sign_in(desk, live_process, behind.people["dispatcher"], behind.people["password"])
    desk.goto(f"{live_process.url}/desk/r/{codes[SCHOOL]}/")
    expect(desk.get_by_text("or the phone's clock is wrong")).to_be_visible()
    for place in (BRIDGE, PARK):
        desk.goto(f"{live_process.url}/desk/r/{codes[place]}/")
        expect(desk.get_by_text("not taken").first).to_be_visible()
        expect(desk.get_by_text("1 photo of it is kept")).to_be_visible()
        expect(desk.get_by_text("came for a job that was no longer theirs")).to_be_visible()
