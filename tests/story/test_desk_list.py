"""A long queue in the browser: scrolled, walked by keyboard, added to from outside, acted on in numbers."""

import pytest
from playwright.sync_api import Page, expect

from tests.bed.browser import Chromium
from tests.bed.process import LiveProcess
from tests.story.test_pages import sign_in

pytestmark = pytest.mark.browser

REPORTS = 320
# Four pages of fifty: what is near the view, whatever was scrolled through.
ROWS_IN_DOCUMENT = 200


def rows(page: Page) -> int:
    return page.locator("[data-row]").count()


def scroll_to_the_end(page: Page) -> None:
    """As a person does, view by view, until the last row is there."""
    last = page.locator(f'[aria-posinset="{REPORTS}"]')
    for _turn in range(200):
        if last.count():
            last.scroll_into_view_if_needed()
            return
        page.evaluate("document.querySelector('[data-queue-pane]').scrollBy(0, 2000)")
        page.wait_for_timeout(50)
    raise AssertionError("the end of the list never came")


def test_a_long_queue_is_scrolled_walked_and_acted_on(live_process: LiveProcess, chromium: Chromium) -> None:
    people = live_process.call("tests.story.scene:set_up")
    live_process.call("tests.story.crowd:fill", count=REPORTS)
    page = chromium.desk().new_page()
    sign_in(page, live_process, people["dispatcher"], people["password"])
    page.goto(f"{live_process.url}/desk/?district=centre&tab=waiting")
    expect(page.locator("[data-live-status]")).to_have_attribute("data-state", "live")

    # Every row says which of how many it is, and the document stays small however far one goes.
    expect(page.locator("[data-row]").first).to_have_attribute("aria-setsize", str(REPORTS))
    scroll_to_the_end(page)
    assert rows(page) <= ROWS_IN_DOCUMENT
    assert page.locator("[data-part]:visible").count() <= 1
    page.evaluate("document.querySelector('[data-queue-pane]').scrollTo(0, 0)")
    expect(page.locator('[aria-posinset="1"]')).to_be_visible()

    # j goes on, x chooses, ? shows the keys, / searches.
    for _time in range(3):
        page.keyboard.press("j")
    third = page.locator('[aria-posinset="3"]')
    expect(third.locator("a")).to_have_attribute("aria-current", "true")
    page.keyboard.press("x")
    expect(page.locator("[data-picked]")).to_have_text("1 chosen")
    page.keyboard.press("?")
    expect(page.locator("#desk-keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#desk-keys")).to_be_hidden()
    page.keyboard.press("/")
    expect(page.locator("[data-search]")).to_be_focused()
    page.keyboard.press("Escape")

    # What arrives above moves nothing that is under the cursor.
    page.evaluate("document.querySelector('[data-queue-pane]').scrollTo(0, 1500)")
    row = page.locator('[aria-posinset="20"]')
    code = row.get_attribute("data-row")
    row.hover()
    same = page.locator(f'[data-row="{code}"]')
    before = same.bounding_box()
    live_process.call("tests.story.crowd:arrive", category="manhole")
    expect(page.locator("[data-new-above]")).to_have_text("1 new above")
    after = same.bounding_box()
    assert before
    assert after
    assert abs(before["y"] - after["y"]) <= 2
    page.locator("[data-new-above]").click()
    expect(page.locator("[data-row]").first).to_contain_text("Open manhole")

    # Several at once, with the tick from before that has stayed.
    page.locator('[data-row] input[name="pick"]').first.check()
    expect(page.locator("[data-picked]")).to_have_text("2 chosen")
    page.get_by_role("button", name="Several at once").click()
    dialog = page.locator("#desk-dialog")
    dialog.get_by_role("button", name="Assign").click()
    expect(dialog).to_contain_text("2 done.")
    page.keyboard.press("Escape")
    expect(page.locator('[data-tab="assigned"]')).to_contain_text("2")
