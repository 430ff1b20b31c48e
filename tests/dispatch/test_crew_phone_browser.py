"""The whole way in real browsers: the desk shows a code, the phone opens it, and is lost."""

import pytest
from playwright.sync_api import expect

from tests.bed.browser import Chromium
from tests.bed.process import LiveProcess
from tests.dispatch.crew_phone import PATIENCE_MS, assert_accessible
from tests.story.test_pages import sign_in

pytestmark = pytest.mark.browser


def test_a_phone_is_enrolled_opened_by_a_pin_and_cut_off(
    live_process: LiveProcess, chromium: Chromium
) -> None:
    people = live_process.call("tests.story.scene:set_up")
    live_process.call("tests.dispatch.crew_scene:add_job", where="By the school")
    desk, phone = chromium.desk().new_page(), chromium.phone().new_page()
    sign_in(desk, live_process, people["dispatcher"], people["password"])
    desk.goto(f"{live_process.url}/desk/crews/")
    desk.get_by_role("link", name="Phones").click()
    desk.get_by_role("button", name="Give a starting PIN").click()
    starting = desk.locator("[data-starting-pin]").inner_text()
    desk.get_by_role("link", name="Done").click()
    desk.get_by_role("button", name="Show a QR code").click()
    expect(desk.locator("[data-code-picture] svg")).to_be_visible()
    assert_accessible(desk)

    phone.goto(desk.locator("[data-phone-link]").text_content() or "")
    phone.get_by_role("button", name="Enrol this phone").click()
    expect(desk.locator("[data-code-state]")).to_contain_text("Enrolled at", timeout=PATIENCE_MS)
    expect(desk.locator("[data-code-picture]")).to_be_hidden()
    phone.get_by_role("link", name="Rado").click()
    for label, typed in (("until now", starting), ("four to six", "40713"), ("once more", "40713")):
        phone.get_by_label(label).fill(typed)
    phone.get_by_role("button", name="Keep it and sign in").click()
    phone.get_by_role("main").get_by_text("Pothole").first.wait_for()

    phone.get_by_label("Menu").click()
    phone.get_by_role("button", name="Sign out").click()
    phone.get_by_role("link", name="Rado").click()
    assert_accessible(phone)
    for digit in "940713":
        phone.get_by_role("button", name=digit, exact=True).click()
        if digit == "9":
            phone.get_by_role("button", name="Take the last digit away").click()
    phone.get_by_role("button", name="Sign in", exact=True).click()
    expect(phone.locator("[data-live-status]")).to_contain_text("Live", timeout=PATIENCE_MS)

    desk.get_by_role("link", name="To the crew's phones").click()
    desk.get_by_text("Lost?").click()
    desk.get_by_role("button", name="Cut off this phone").click()
    expect(phone.get_by_role("heading", name="This phone was cut off")).to_be_visible(timeout=PATIENCE_MS)
    assert_accessible(desk)
