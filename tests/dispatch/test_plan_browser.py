"""The day plan in a browser: a stop is dragged by mouse, or moved by keyboard alone, with the same effect."""

from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from reports.models import ReportStatus
from tests.bed.browser import Chromium
from tests.bed.process import LiveProcess
from tests.dispatch.factories import Scene, make_crew, make_report
from tests.story.test_pages import broken_rules, sign_in

pytestmark = pytest.mark.browser
PASSWORD = "a desk of two lanes"  # noqa: S105 - of this test's own server


def set_up() -> dict[str, Any]:
    """Two crews, and two reports that wait for one. Runs in the server's database."""
    scene = Scene()
    make_crew(scene.district, name="Zeta")
    now = timezone.now()
    for number in range(2):
        make_report(
            scene.district, status=ReportStatus.ACKNOWLEDGED, acknowledged_at=now, address=f"Street {number}"
        )
    scene.dispatcher.set_password(PASSWORD)
    scene.dispatcher.save()
    return {"dispatcher": scene.dispatcher.email, "id": str(uuid4())}


def lane(page: Page, number: int) -> Any:
    return page.locator(f"[data-lane='{number}'] [data-stop]")


def test_stops_are_moved_between_lanes_by_mouse_and_by_keyboard_alike(
    live_process: LiveProcess, chromium: Chromium
) -> None:
    told = live_process.call("tests.dispatch.test_plan_browser:set_up")
    page = chromium.desk().new_page()
    sign_in(page, live_process, told["dispatcher"], PASSWORD)
    page.goto(live_process.url + "/desk/plan/")
    page.get_by_role("button", name="Plan by hand").click()
    waiting = page.locator("[data-nobody] [data-stop]")
    expect(waiting).to_have_count(2)
    assert broken_rules(page) == []

    waiting.filter(has_text="Street 0").drag_to(page.locator("[data-lane='1']"))
    expect(lane(page, 1)).to_contain_text(["Street 0"])

    stop = waiting.filter(has_text="Street 1")
    stop.locator("summary").focus()
    # Opens it, chooses the crew by its letter, goes past the place, sends.
    for key in ("Enter", "Tab", "Z", "Tab", "Tab", "Enter"):
        page.keyboard.press(key)
    expect(lane(page, 1)).to_contain_text(["Street 1", "Street 0"])

    last = lane(page, 1).filter(has_text="Street 0")
    height = (last.bounding_box() or {"height": 0})["height"]
    below = {"x": 40, "y": height - 4}
    lane(page, 1).filter(has_text="Street 1").drag_to(last, target_position=below)
    expect(lane(page, 1)).to_contain_text(["Street 0", "Street 1"])
    expect(page.get_by_text("2 new")).to_be_visible()
