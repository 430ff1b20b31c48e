"""A crew's phone over weeks: a second tab, a session's end, no room left, an update, nothing kept."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Response, expect

from tests.bed.browser import Chromium
from tests.bed.process import LiveProcess
from tests.dispatch.crew_phone import PATIENCE_MS, Phone, command_id, noise

pytestmark = pytest.mark.browser

FULL = "This phone has no room left."
# What the browser says when its quota is used up; it looks at a real one only every half minute.
FILL_UP = """() => {
  const { put, add } = IDBObjectStore.prototype;
  const refuse = () => { throw new DOMException("", "QuotaExceededError"); };
  Object.assign(IDBObjectStore.prototype, { put: refuse, add: refuse });
  globalThis.freeSpace = () => Object.assign(IDBObjectStore.prototype, { put, add });
}"""
KEEPS_NOTHING = 'Object.defineProperty(globalThis, "indexedDB", { value: undefined });'


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


def strip_of(page: Page, text: str) -> None:
    expect(page.locator("[data-live-status]")).to_contain_text(text, timeout=PATIENCE_MS)


def commands_of(phone: Phone) -> list[str]:
    """The ids of commands that were answered, from now on."""
    answered: list[str] = []

    def note(response: Response) -> None:
        if response.url.endswith("/crew/commands/"):
            answered.append(command_id(response.request))

    phone.context.on("response", note)
    return answered


def test_two_tabs_send_each_step_once_and_a_session_that_ends_loses_none(
    phone: Phone, live_process: LiveProcess
) -> None:
    other = phone.context.new_page()
    other.goto(f"{live_process.url}/crew/")
    strip_of(other, "Live · all sent")
    answered = commands_of(phone)
    phone.context.set_offline(True)
    phone.tap("Accept")
    strip_of(other, "No connection · 1 step waits")
    other.get_by_role("button", name="On the way", exact=True).click()
    phone.says("No connection · 2 steps wait")
    phone.tap("Go off duty")
    phone.sees("This needs a connection. Nothing has changed")
    phone.context.set_offline(False)
    for page in (phone.page, other):
        strip_of(page, "Live · all sent")
    assert len(answered) == len(set(answered)) == 2
    other.close()

    phone.context.set_offline(True)
    phone.tap("I'm there")
    phone.says("1 step waits")
    phone.context.clear_cookies(name="sessionid")
    phone.context.set_offline(False)
    phone.page.get_by_label("E-mail").wait_for(timeout=PATIENCE_MS)
    phone.sign_in()
    phone.says("Live · all sent")
    steps = live_process.call("tests.dispatch.crew_scene:facts")["steps"]
    assert steps == ["assign", "see", "accept", "start", "arrive"]

    phone.context.route_web_socket(re.compile("/ws/"), lambda socket: socket.close())
    phone.page.reload()
    phone.says("No connection")
    phone.tap("Go off duty")  # forms go another way than the live connection
    phone.sees("Go on duty")


def test_a_full_phone_an_update_and_a_browser_that_keeps_nothing_are_said_and_lose_nothing(
    phone: Phone, live_process: LiveProcess, photo_folder: Path
) -> None:
    large = photo_folder / "large.jpg"
    large.write_bytes(noise(1600, 1200))
    for name in ("Accept", "On the way", "I'm there"):
        phone.tap(name)
    phone.says("Live · all sent")
    phone.page.evaluate(FILL_UP)
    phone.take_photo(large)
    phone.sees(FULL)
    phone.sees("not kept yet")
    phone.tap("Close the job")
    phone.sees("Your tap was not kept")
    phone.page.evaluate("() => freeSpace()")

    phone.context.set_offline(True)
    phone.tap("Close the job")
    phone.says("No connection · 1 step waits, 1 photo waits")
    old = phone.page.locator("[data-crew]").get_attribute("data-build")
    live_process.kill()
    live_process.environment["DJANGO_SETTINGS_MODULE"] = "tests.bed.next_build"
    live_process.start()
    phone.context.set_offline(False)
    expect(phone.page.locator("[data-crew]")).not_to_have_attribute(
        "data-build", old or "", timeout=PATIENCE_MS
    )
    phone.says("Live · all sent")
    facts = live_process.call("tests.dispatch.crew_scene:facts")
    assert (facts["jobs"], facts["photos"]) == (["done"], ["after"])

    plain = phone.context.new_page()
    plain.add_init_script(KEEPS_NOTHING)
    plain.goto(f"{live_process.url}/crew/")
    strip_of(plain, "Live · nothing is kept here")
    live_process.call("tests.dispatch.crew_scene:add_job", where="At the bridge")
    plain.get_by_role("button", name="Load it").click()
    plain.get_by_role("button", name="Accept", exact=True).click()
    expect(plain.get_by_role("button", name="On the way", exact=True)).to_be_visible()
    assert live_process.call("tests.dispatch.crew_scene:facts")["jobs"] == ["done", "accepted"]
