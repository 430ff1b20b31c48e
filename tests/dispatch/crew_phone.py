"""A crew's phone in a real browser, whose network can be switched off and whose process can be killed."""

import json
import os
import re
import signal
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import BrowserContext, Locator, Page, Request, expect

from tests.bed.browser import SOFIA_CENTRE, Chromium
from tests.bed.process import LiveProcess

PATIENCE_MS = 30_000
NO_TIME = timedelta()
READY = """async () => {
  await navigator.serviceWorker.ready;
  const names = await caches.keys();
  const kept = names.find((name) => name.startsWith("crew-kept-"));
  if (!kept || !names.some((name) => name.startsWith("crew-shell-"))) return false;
  const pages = (await (await caches.open(kept)).keys()).map((request) => new URL(request.url));
  return pages.some((url) => url.pathname === "/crew/" && !url.search) && pages.length > 1;
}"""

MAP_FILES_KEPT = """async () => {
  const shell = (await caches.keys()).find((name) => name.startsWith("crew-shell-"));
  const files = (await (await caches.open(shell)).keys()).map((request) => request.url);
  const needed = ["maplibre-gl.mjs", "maplibre-gl-worker.mjs"];
  return needed.every((name) => files.some((url) => url.endsWith(name)));
}"""

# The satellites' own time is no help: browsers stamp a place by the phone's clock.
WRONG_CLOCK = """(() => {
  const [ahead, Right] = [%d, Date];
  globalThis.Date = class extends Right {
    constructor(...parts) { parts.length ? super(...parts) : super(Right.now() + ahead); }
    static now() { return Right.now() + ahead; }
  };
  const fix = GeolocationPosition.prototype;
  const { get } = Object.getOwnPropertyDescriptor(fix, "timestamp");
  Object.defineProperty(fix, "timestamp", { get() { return get.call(this) + ahead; } });
})()"""


class Phone:
    """A crew's phone, its browser with a storage that outlives it."""

    def __init__(
        self,
        server: LiveProcess,
        chromium: Chromium,
        folder: Path,
        people: dict[str, Any],
        *,
        clock_ahead: timedelta = NO_TIME,
    ) -> None:
        self.clock_ahead = clock_ahead
        self.server = server
        self.chromium = chromium
        self.folder = folder
        self.people = people
        self.cookies: list[Any] = []
        self.context: BrowserContext = self.switch_on()
        self.page: Page = self.context.new_page()

    def switch_on(self, **options: Any) -> BrowserContext:
        place: dict[str, Any] = {"geolocation": SOFIA_CENTRE, "permissions": ["geolocation"]}
        context = self.chromium.profile(self.folder, is_mobile=True, **place, **options)
        context.set_default_timeout(PATIENCE_MS)
        if self.clock_ahead:
            context.add_init_script(WRONG_CLOCK % (self.clock_ahead / timedelta(milliseconds=1)))
        return context

    def sign_in(self) -> None:
        page = self.page
        page.goto(f"{self.server.url}/accounts/sign-in/?next=/crew/")
        page.get_by_label("E-mail").fill(self.people["crew"])
        page.get_by_label("Password").fill(self.people["password"])
        page.get_by_role("main").get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/crew/")

    def await_kept(self) -> None:
        """Until everything is there that the app needs without a network."""
        self.page.wait_for_function(READY, timeout=PATIENCE_MS)

    def kill(self) -> None:
        """kill -9 of the browser. Its cookies, which it writes down only twice a minute, are put back."""
        self.cookies = self.context.cookies()
        self.end()

    def end(self) -> None:
        """kill -9, without a word to the browser: also from a handler of its events."""
        mark = f"--user-data-dir={self.folder}"
        for process in Path("/proc").iterdir():
            if process.name.isdecimal() and mark in _command_of(process):
                os.kill(int(process.name), signal.SIGKILL)
                return
        raise AssertionError("The browser is not there.")

    def reopen(self, **options: Any) -> None:
        self.context = self.switch_on(**options)
        self.context.add_cookies(self.cookies)
        self.page = self.context.new_page()
        self.page.goto(f"{self.server.url}/crew/")

    def hear_places(self) -> list[str]:
        """The places that the page tells the server from its next connection on."""
        told: list[str] = []

        def hear(frame: Any) -> None:
            if '"position"' in str(frame):
                told.append(str(frame))

        self.page.on("websocket", lambda socket: socket.on("framesent", hear))
        return told

    def tap(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def says(self, text: str | re.Pattern[str]) -> None:
        expect(self.page.locator("[data-live-status]")).to_contain_text(text, timeout=PATIENCE_MS)

    def sees(self, text: str) -> None:
        shown = self.page.get_by_text(text).filter(visible=True).first
        expect(shown).to_be_visible(timeout=PATIENCE_MS)

    def choose(self, place: str) -> None:
        """Make the job at this place the one that fills the screen."""
        if place not in self.page.locator("[data-current]").inner_text():
            self.page.locator("[data-others]").get_by_role("link", name=place).click()
        expect(self.page.locator("[data-current]")).to_contain_text(place, timeout=PATIENCE_MS)

    def refused(self, place: str) -> Locator:
        return self.page.locator("section[data-refused] article").filter(has_text=place)

    def work_off(self, place: str, photo: Path) -> None:
        """All taps of a job, from accepting to its photo."""
        self.choose(place)
        for name in ("Accept", "On the way", "I'm there"):
            self.tap(name)
        self.take_photo(photo)
        self.tap("Close the job")
        expect(self.page.locator("[data-current]").filter(has_text=place)).to_have_count(0)

    def take_photo(self, path: Path) -> None:
        form = self.page.locator("[data-current] form[data-role=after]")
        form.locator("[data-photo-input]").set_input_files(path)
        expect(form.locator("[data-taken] img")).to_be_visible(timeout=PATIENCE_MS)


def noise(width: int, height: int) -> bytes:
    """A JPEG that no phone can make much smaller."""
    image = Image.effect_noise((width, height), 90)
    file = BytesIO()
    image.save(file, "JPEG", quality=90)
    return file.getvalue()


def assert_accessible(page: Page) -> None:
    found = Axe().run(page)
    assert not found.response["violations"], found.generate_report()


def command_id(request: Request) -> str:
    """The id of the command that the request carries to the server."""
    return str(json.loads(request.post_data or "{}")["id"])


def _command_of(process: Path) -> list[str]:
    try:
        command = (process / "cmdline").read_text().split("\0")
    except (OSError, UnicodeDecodeError):
        return []
    return [] if any(part.startswith("--type=") for part in command) else command
