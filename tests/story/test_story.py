"""The main story, told in a browser against real servers: from a resident's photo to a closed job."""

from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from tests.bed.browser import Chromium
from tests.bed.process import LiveProcess
from tests.factories import jpeg_bytes

pytestmark = [pytest.mark.browser, pytest.mark.story]

# Processing a photo on a busy machine, or reconnecting after a kill, may take this long.
PATIENCE_MS = 30_000


@pytest.fixture
def people(live_process: LiveProcess) -> dict[str, Any]:
    people: dict[str, Any] = live_process.call("tests.story.scene:set_up")
    return people


@pytest.fixture
def photos(photo_folder: Path) -> dict[str, Path]:
    """Real files: before, after, and how it looks two days later."""
    colours = {"before": (60, 60, 66), "after": (30, 30, 30), "again": (90, 70, 60)}
    paths = {name: photo_folder / f"{name}.jpg" for name in colours}
    for name, path in paths.items():
        path.write_bytes(jpeg_bytes((1600, 1200), colours[name]))
    return paths


def sign_in(context: BrowserContext, server: LiveProcess, email: str, password: str, path: str) -> Page:
    page = context.new_page()
    page.goto(f"{server.url}/accounts/sign-in/?next={path}")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"**{path}")
    return page


def send_report(page: Page, server: LiveProcess, photo: Path) -> str:
    """Steps through the form; returns the address of the private page."""
    page.goto(server.url)
    page.locator('input[name="photos"]').set_input_files(photo)
    page.get_by_role("button", name="Where I am").first.click()
    expect(page.locator("[data-place-district]")).to_contain_text("Goes to Centre")
    page.get_by_text("Pothole", exact=True).click()
    page.get_by_label("What should the crew know?").fill("As deep as a hand.")
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("**/mine/**")
    return page.url


def assert_accessible(page: Page) -> None:
    found = Axe().run(page)
    assert not found.response["violations"], found.generate_report()


def test_a_photo_becomes_a_repair_that_the_resident_confirms(
    live_process: LiveProcess, chromium: Chromium, people: dict[str, Any], photos: dict[str, Path]
) -> None:
    """All five steps, with kill -9 of the server between assigning and accepting."""
    password = people["password"]
    desk = sign_in(chromium.desk(), live_process, people["dispatcher"], password, "/desk/")
    crew = sign_in(chromium.phone(), live_process, people["crew"], password, "/crew/")
    expect(desk.locator("[data-live-status]")).to_contain_text("live", timeout=PATIENCE_MS)
    expect(crew.locator("[data-live-status]")).to_contain_text("Live", timeout=PATIENCE_MS)
    assert_accessible(crew)

    # 1 and 2: the resident sends it, and it is with the district.
    resident = chromium.phone().new_page()
    mine = send_report(resident, live_process, photos["before"])
    expect(resident.get_by_role("main")).to_contain_text("is with Centre")
    expect(resident.get_by_role("main")).to_contain_text("Fixed by")
    assert_accessible(resident)

    # 3: it appears on the desk without reloading; the dispatcher releases the photo and assigns.
    desk.locator("[data-row]").first.click(timeout=PATIENCE_MS)
    expect(desk.locator("[data-release]")).to_be_visible(timeout=PATIENCE_MS)
    desk.locator("[data-release]").click()
    expect(desk.get_by_text("everyone sees it")).to_be_visible()
    assert_accessible(desk)
    desk.locator("[data-assign]").click()
    expect(desk.locator("[data-report-pane]")).to_contain_text("assigned")

    # 4: the crew has it without reloading; the server dies and comes back; the page recovers by itself.
    expect(crew.get_by_role("heading", name="Pothole")).to_be_visible(timeout=PATIENCE_MS)
    live_process.kill()
    expect(crew.locator("[data-live-status]")).to_contain_text("No connection", timeout=PATIENCE_MS)
    live_process.start()
    expect(crew.locator("[data-live-status]")).to_contain_text("Live", timeout=PATIENCE_MS)
    crew.get_by_role("button", name="Accept").click()
    crew.get_by_role("button", name="On the way").click()
    crew.get_by_role("button", name="I'm there").click()
    expect(crew.get_by_role("heading", name="Done? Show it")).to_be_visible()
    assert_accessible(crew)
    crew.locator("[data-role=after] [data-photo-input]").set_input_files(photos["after"])
    crew.get_by_role("button", name="Close the job").click()
    expect(crew.get_by_text("Nothing to do just now")).to_be_visible(timeout=PATIENCE_MS)

    # The resident's page follows; the after-photo is shown once the desk has released it.
    expect(resident.locator("[data-state-sentence]")).to_contain_text("is it?", timeout=PATIENCE_MS)
    desk.locator("[data-release]").first.click(timeout=PATIENCE_MS)
    expect(resident.locator("[data-compare]")).to_be_visible(timeout=PATIENCE_MS)

    # 5: the resident confirms, and the database tells the same story.
    resident.goto(mine)
    resident.get_by_role("button", name="Yes").click()
    expect(resident.get_by_role("main")).to_contain_text("confirmed")
    told = live_process.call("tests.story.scene:facts")
    assert told["status"] == "closed"
    assert told["closed_by"] == "resident"
    assert told["district"] == "centre"
    assert told["jobs"] == ["done"]
    assert told["steps"] == ["assign", "see", "accept", "start", "arrive", "promise", "prove"]
    assert told["photos"] == ["after", "resident"]
