"""Chromium through Playwright: phones and desks that fail a test when a page breaks."""

import os
import re
import shutil
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, BrowserType, ConsoleMessage, WebError

FLAGS = [
    # Nothing is asked of any host but ours.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
    # The map draws without a graphics card; a container's /dev/shm is small.
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-dev-shm-usage",
]
SOFIA_CENTRE = {"latitude": 42.6977, "longitude": 23.3219, "accuracy": 8}
BROKEN_PAGE = re.compile(r"Content Security Policy|Uncaught|SyntaxError")


def find_chromium() -> str | None:
    """The machine's own browser, or None to let Playwright look for the one it brings."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((path for path in map(shutil.which, names) if path and not _is_snap(path)), None)


def _is_snap(path: str) -> bool:
    """Ubuntu's is a script that starts a snap, which can't be driven from outside."""
    with open(path, "rb") as program:
        return path.startswith("/snap/") or b"/snap/" in program.read(4096)


def launch_options() -> dict[str, Any]:
    flags = [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else FLAGS
    return {"executable_path": find_chromium(), "args": flags}


class Chromium:
    """One browser; every context is a person of their own, with their own cookies and storage."""

    def __init__(self, browser: Browser, kind: BrowserType) -> None:
        self.browser = browser
        self.kind = kind
        self.problems: list[str] = []

    def phone(self, **options: Any) -> BrowserContext:
        """390×844 with touch; stands in the middle of Sofia and lets pages know it."""
        defaults: dict[str, Any] = {
            "viewport": {"width": 390, "height": 844},
            "device_scale_factor": 2,
            "has_touch": True,
            "is_mobile": True,
            "geolocation": SOFIA_CENTRE,
            "permissions": ["geolocation"],
        }
        return self._watched(self.browser.new_context(**(self._defaults() | defaults | options)))

    def desk(self, **options: Any) -> BrowserContext:
        """1440×900 with a mouse."""
        defaults: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}
        return self._watched(self.browser.new_context(**(self._defaults() | defaults | options)))

    def profile(self, folder: Path, **options: Any) -> BrowserContext:
        """A phone whose storage outlives its browser; close and open it again with the same folder."""
        defaults: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
        settings = self._defaults() | defaults | launch_options() | options
        return self._watched(self.kind.launch_persistent_context(folder, **settings))

    def _defaults(self) -> dict[str, Any]:
        return {"locale": "en-GB", "timezone_id": "Europe/Sofia", "reduced_motion": "reduce"}

    def _watched(self, context: BrowserContext) -> BrowserContext:
        context.set_default_timeout(10_000)
        context.on("weberror", self._note_error)
        context.on("console", self._note_message)
        return context

    def _note_error(self, error: WebError) -> None:
        self.problems.append(f"{error.page.url if error.page else '?'}: {error.error}")

    def _note_message(self, message: ConsoleMessage) -> None:
        if message.type == "error" and BROKEN_PAGE.search(message.text):
            self.problems.append(message.text)
