"""Lost answers, closed pages and killed browsers: each step arrives once, each photo goes on."""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Error, Page, Request, Route, expect

from tests.bed.browser import Chromium
from tests.bed.process import LiveProcess
from tests.bed.waiting import wait_until
from tests.dispatch.crew_phone import Phone, command_id, noise

pytestmark = pytest.mark.browser

COMMANDS = "**/api/v1/crew/commands/"
TIMES_LOST = 2
PIECE_TO_DIE_UNDER = 2


@pytest.fixture
def phone(live_process: LiveProcess, chromium: Chromium, tmp_path: Path) -> Iterator[Phone]:
    people = live_process.call("tests.story.scene:set_up")
    live_process.call("tests.dispatch.crew_scene:add_job", where="By the school")
    phone = Phone(live_process, chromium, tmp_path / "profile", people)
    phone.sign_in()
    phone.says("Live · all sent")
    phone.await_kept()
    yield phone
    phone.context.close()


def lose_answers(phone: Phone) -> list[str]:
    """The server takes the next commands, and the line breaks before its answers are here; what was sent."""
    sent: list[str] = []

    def lose(route: Route) -> None:
        sent.append(command_id(route.request))
        if len(sent) > TIMES_LOST:
            return route.continue_()
        assert route.fetch().ok
        return route.abort("connectionreset")

    phone.page.route(COMMANDS, lose)
    return sent


def send_in_background(phone: Phone) -> None:
    """The browser tells the service worker that there is a connection, while no page of ours is open."""
    blank = phone.context.new_page()
    session = phone.context.new_cdp_session(blank)
    found: list[str] = []
    session.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda told: found.extend(each["registrationId"] for each in told["registrations"]),
    )
    session.send("ServiceWorker.enable")
    wait_until(hearing(blank, lambda: bool(found)), seconds=30, what="the worker's registration")
    sync = {"registrationId": found[0], "tag": "crew-queue", "lastChance": False}
    session.send("ServiceWorker.dispatchSyncEvent", {"origin": phone.server.url, **sync})
    phone.page = blank


def hearing(page: Page, is_true: Callable[[], bool]) -> Callable[[], bool]:
    """Playwright passes on what happens in the browser only while it is asked for something."""

    def ask() -> bool:
        page.wait_for_timeout(20)
        return is_true()

    return ask


def note_piece(request: Request, pieces: list[str]) -> bool:
    """Whether the request carries a piece of a photo; its offset is added then."""
    is_piece = request.method == "PATCH"
    if is_piece:
        pieces.append(request.headers["upload-offset"])
    return is_piece


def note_pieces(phone: Phone, pieces: list[str]) -> None:
    def note(request: Request) -> None:
        note_piece(request, pieces)

    phone.page.on("request", note)


def pieces_until_killed(phone: Phone) -> list[str]:
    """The offsets of pieces that go out; kill -9 of the browser under the second."""
    phone.cookies = phone.context.cookies()
    pieces: list[str] = []

    def note(request: Request) -> None:
        if note_piece(request, pieces) and len(pieces) == PIECE_TO_DIE_UNDER:
            phone.end()

    phone.page.on("request", note)
    return pieces


def test_what_was_sent_twice_or_by_nobody_or_half_arrives_once_and_whole(
    phone: Phone, live_process: LiveProcess, photo_folder: Path
) -> None:
    def facts() -> dict[str, list[str]]:
        told: dict[str, list[str]] = live_process.call("tests.dispatch.crew_scene:facts")
        return told

    sent = lose_answers(phone)
    phone.tap("Accept")
    phone.says("1 step waits")
    phone.says("Live · all sent")
    assert len(sent) == TIMES_LOST + 1
    assert len(set(sent)) == 1
    assert facts()["steps"] == ["assign", "see", "accept"]

    phone.context.set_offline(True)
    phone.tap("On the way")
    phone.says("1 step waits")
    phone.page.close()
    phone.context.set_offline(False)
    send_in_background(phone)
    wait_until(lambda: "start" in facts()["steps"], seconds=30, what="the step sent in the background")

    live_process.call("tests.dispatch.crew_scene:add_job", where="At the bridge")
    large = photo_folder / "large.jpg"
    large.write_bytes(noise(1600, 1200))
    phone.page.goto(f"{live_process.url}/crew/")
    phone.tap("I'm there")
    phone.take_photo(large)
    pieces = pieces_until_killed(phone)
    with suppress(Error):
        phone.tap("Close the job")
        wait_until(
            hearing(phone.page, lambda: len(pieces) >= PIECE_TO_DIE_UNDER),
            seconds=60,
            what="the piece to die under",
        )

    phone.reopen(offline=True)
    phone.says(re.compile(r"No connection · 1 photo waits \(\d+%\)"))
    phone.page.get_by_text("What waits on this phone").click()
    expect(phone.page.get_by_role("progressbar", name="Photo sent")).to_be_visible()
    phone.choose("At the bridge")
    phone.tap("Accept")
    phone.says("1 step waits, 1 photo waits")
    phone.kill()
    phone.reopen(offline=True)
    phone.says("No connection · 1 step waits, 1 photo waits")
    note_pieces(phone, pieces)
    phone.context.set_offline(False)
    phone.says("Live · all sent")
    assert pieces[0] == "0"
    assert "0" not in pieces[PIECE_TO_DIE_UNDER:]
    told = facts()
    assert told["jobs"] == ["done", "accepted"]
    assert told["photos"] == ["after"]
    assert sorted(told["steps"]) == sorted(
        ["assign", "see", "accept", "start", "assign", "arrive", "promise", "prove", "see", "accept"]
    )
