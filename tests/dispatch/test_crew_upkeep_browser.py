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
# What the page asks of the phone: to keep its storage, to stay awake, to read aloud.
NOTE_WISHES = """(() => {
  if (!navigator.storage) return;  // an empty page, before ours
  const noted = (globalThis.noted = { persist: 0, awake: 0, said: [] });
  const [persist, request] = [navigator.storage.persist, navigator.wakeLock.request];
  StorageManager.prototype.persist = function () { noted.persist += 1; return persist.call(this); };
  WakeLock.prototype.request = async function (kind) {
    const lock = await request.call(this, kind);
    noted.awake += 1;
    lock.addEventListener("release", () => (noted.awake -= 1));
    return lock;
  };
  speechSynthesis.speak = ({ text }) => noted.said.push(text);
})()"""
DRIVING = {"latitude": 42.7, "longitude": 23.32, "accuracy": 8, "speed": 9}
ASKS_BEFORE_LEAVING = '() => !dispatchEvent(new Event("beforeunload", { cancelable: true }))'
KEEPS_NOTHING = 'Object.defineProperty(globalThis, "indexedDB", { value: undefined });'


@pytest.fixture
def phone(live_process: LiveProcess, chromium: Chromium, tmp_path: Path) -> Iterator[Phone]:
    people = live_process.call("tests.story.scene:set_up")
    live_process.call("tests.dispatch.crew_scene:add_job", where="By the school")
    phone = Phone(live_process, chromium, tmp_path / "profile", people)
    phone.context.grant_permissions(["geolocation", "screen-wake-lock"])
    phone.context.add_init_script(NOTE_WISHES)
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


def ride_to_the_job(phone: Phone) -> None:
    """On the way the screen stays on, and a new job is read aloud while the vehicle moves."""
    phone.tap("Accept")
    phone.tap("On the way")
    phone.page.wait_for_function("() => noted.awake === 1", timeout=PATIENCE_MS)
    session = phone.context.new_cdp_session(phone.page)
    session.send("Emulation.setGeolocationOverride", DRIVING)
    expect(phone.page.locator("[data-current] [data-way]")).to_contain_text("300 m", timeout=PATIENCE_MS)
    phone.server.call("tests.dispatch.crew_scene:add_job", where="At the bridge")
    heard = "() => noted.said.includes('New job: Pothole, At the bridge.')"
    phone.page.wait_for_function(heard, timeout=PATIENCE_MS)
    phone.tap("I'm there")
    phone.page.wait_for_function("() => noted.awake === 0", timeout=PATIENCE_MS)
    phone.says("Live · all sent")
    assert phone.page.evaluate("() => noted.persist") == 1


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

    phone.context.route("**/healthz", lambda route: route.abort())  # dead, and nobody has noticed yet
    phone.tap("Go off duty")
    phone.sees("This needs a connection. Nothing has changed")
    phone.context.unroute("**/healthz")
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
    ride_to_the_job(phone)
    phone.page.evaluate(FILL_UP)
    phone.take_photo(large)
    phone.sees(FULL)
    phone.sees("not kept yet")
    phone.says("1 photo waits")
    assert phone.page.evaluate(ASKS_BEFORE_LEAVING)
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
    assert (facts["jobs"], facts["photos"]) == (["done", "assigned"], ["after"])

    plain = phone.context.new_page()
    plain.add_init_script(KEEPS_NOTHING)
    plain.goto(f"{live_process.url}/crew/")
    strip_of(plain, "Live · nothing is kept here")
    live_process.call("tests.dispatch.crew_scene:add_job", where="In the park")
    plain.get_by_role("button", name="Load it").click()
    plain.get_by_role("button", name="Accept", exact=True).click()
    expect(plain.get_by_role("button", name="On the way", exact=True)).to_be_visible()
    assert live_process.call("tests.dispatch.crew_scene:facts")["jobs"] == ["done", "accepted", "assigned"]
