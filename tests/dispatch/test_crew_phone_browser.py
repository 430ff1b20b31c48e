"""The whole way in real browsers: the desk shows a code, the phone opens it, is lost, and is found again."""

import pytest
from playwright.sync_api import Page, expect

from tests.bed.browser import Chromium
from tests.bed.process import LiveProcess
from tests.dispatch.crew_phone import PATIENCE_MS, assert_accessible
from tests.story.test_pages import sign_in

pytestmark = pytest.mark.browser
PIN = "40713"


def show_code(desk: Page) -> str:
    """The desk shows a code; its link."""
    desk.get_by_role("button", name="Show a QR code").click()
    expect(desk.locator("[data-code-picture] svg")).to_be_visible()
    return desk.locator("[data-phone-link]").text_content() or ""


def enrol(phone: Page, link: str) -> None:
    """The phone opens the link, and Rado taps his name."""
    phone.goto(link)
    phone.get_by_role("button", name="Enrol this phone").click()
    phone.get_by_role("link", name="Rado").click()


def tap_pin(phone: Page) -> None:
    """Type the PIN on the pad, after a slip."""
    for digit in f"9{PIN}":
        phone.get_by_role("button", name=digit, exact=True).click()
        if digit == "9":
            phone.get_by_role("button", name="Take the last digit away").click()
    phone.get_by_role("button", name="Sign in", exact=True).click()


def test_a_phone_is_enrolled_opened_by_a_pin_cut_off_and_loses_nothing(
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
    enrol(phone, show_code(desk))
    expect(desk.locator("[data-code-state]")).to_contain_text("Enrolled at", timeout=PATIENCE_MS)
    expect(desk.locator("[data-code-picture]")).to_be_hidden()
    for label, typed in (("until now", starting), ("four to six", PIN), ("once more", PIN)):
        phone.get_by_label(label).fill(typed)
    phone.get_by_role("button", name="Keep it and sign in").click()
    strip = phone.locator("[data-live-status]")
    expect(strip).to_contain_text("Live", timeout=PATIENCE_MS)

    phone.context.set_offline(True)
    phone.get_by_role("button", name="Accept", exact=True).click()
    expect(strip).to_contain_text("1 step waits", timeout=PATIENCE_MS)
    desk.get_by_role("link", name="To the crew's phones").click()
    assert_accessible(desk)
    desk.get_by_text("Lost?").click()
    desk.get_by_role("button", name="Cut off this phone").click()
    desk.get_by_text("Cut off. Whoever").wait_for()
    phone.context.set_offline(False)
    expect(phone.get_by_role("heading", name="This phone was cut off")).to_be_visible(timeout=PATIENCE_MS)
    assert live_process.call("tests.dispatch.crew_scene:facts")["jobs"] == ["assigned"]

    enrol(phone, show_code(desk))
    assert_accessible(phone)
    tap_pin(phone)
    expect(strip).to_contain_text("all sent", timeout=PATIENCE_MS)
    assert live_process.call("tests.dispatch.crew_scene:facts")["jobs"] == ["accepted"]

    phone.context.set_offline(True)
    phone.get_by_role("button", name="On the way", exact=True).click()
    expect(strip).to_contain_text("1 step waits", timeout=PATIENCE_MS)
    phone.context.clear_cookies(name="sessionid")
    phone.context.set_offline(False)
    phone.get_by_role("link", name="Rado").click(timeout=PATIENCE_MS)
    tap_pin(phone)
    expect(strip).to_contain_text("all sent", timeout=PATIENCE_MS)
    assert live_process.call("tests.dispatch.crew_scene:facts")["jobs"] == ["on_the_way"]

    desk.get_by_role("link", name="To the crew's phones").click()
    desk.get_by_text("Lost?").click()
    desk.get_by_role("button", name="Cut off this phone").click()
    expect(phone.get_by_role("heading", name="This phone was cut off")).to_be_visible(timeout=PATIENCE_MS)
