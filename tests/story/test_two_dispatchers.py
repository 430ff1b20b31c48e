"""Two at one desk: they see each other at a report, and a template goes into the words of one."""

import pytest
from playwright.sync_api import Page, expect

from tests.bed.browser import Chromium
from tests.bed.process import LiveProcess
from tests.story.test_pages import broken_rules, examine, sign_in

pytestmark = pytest.mark.browser


def test_two_at_one_report_see_each_other_and_a_template_keeps_ones_own_words(
    live_process: LiveProcess, chromium: Chromium
) -> None:
    people = live_process.call("tests.story.scene:set_up")
    told = live_process.call("tests.story.scene:add_report")
    colleague = live_process.call("tests.story.scene:add_colleague")

    def open_desk(email: str) -> Page:
        page = chromium.desk().new_page()
        sign_in(page, live_process, email, people["password"])
        page.goto(live_process.url + told["desk"])
        expect(page.locator("[data-live-status]")).to_have_attribute("data-state", "live")
        return page

    dora, maria = open_desk(people["dispatcher"]), open_desk(colleague)
    for page, name in ((dora, "Maria"), (maria, "Dora")):
        expect(page.locator("[data-lookers]")).to_have_text(f"{name} has this open.")
        expect(page.get_by_role("status").filter(has_text=name)).to_have_text(f"{name} has this open.")

    maria.locator("[data-report-pane]").press("r")
    words = maria.locator("textarea[data-words]")
    words.fill("Dear Ann,")
    maria.get_by_text("Begin with a template").click()
    maria.locator("[data-fill]").click()
    expect(words).to_be_focused()
    expect(words).to_have_value(
        "Dear Ann,\n\n" + (maria.locator("[data-fill]").get_attribute("data-fill") or "")
    )
    expect(dora.locator("[data-lookers]")).to_have_text("Maria is writing.")
    assert broken_rules(maria) == []

    dora.context.close()
    expect(maria.locator("[data-lookers]")).to_be_hidden()
    for path in ("/desk/templates/", "/desk/templates/new/"):
        assert examine(maria, live_process.url + path) == []
