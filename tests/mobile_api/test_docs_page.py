"""The page to browse the API, in a real browser under the site's content security policy."""

import pytest

from tests.bed.browser import Chromium
from tests.bed.process import LiveProcess

pytestmark = pytest.mark.browser


def test_the_api_can_be_browsed_and_tried(chromium: Chromium, live_process: LiveProcess) -> None:
    page = chromium.desk().new_page()
    asked: list[str] = []
    page.on("request", lambda sent: asked.append(sent.url))
    page.goto(f"{live_process.url}/api/v1/docs/")
    operation = page.locator("#operations-categories-list_categories")
    operation.click()
    operation.get_by_role("button", name="Try it out").click()
    operation.get_by_role("button", name="Execute").click()
    operation.locator(".live-responses-table .response-col_status", has_text="200").wait_for()
    assert not [address for address in asked if not address.startswith((live_process.url, "data:"))]
