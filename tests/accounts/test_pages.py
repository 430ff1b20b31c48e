"""The pages of sign-in and of the own account in a browser: usable and axe-clean at both sizes."""

import re
import time
from base64 import b32decode
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django_otp.oath import TOTP
from playwright.sync_api import Page

from tests.bed.browser import Chromium
from tests.bed.fixtures import MakeLiveProcess

pytestmark = pytest.mark.browser
AXE = Axe()


def code_of(secret: str) -> str:
    totp = TOTP(b32decode(secret.replace(" ", "")))
    totp.time = time.time()
    return f"{totp.token():06d}"


def look_at(page: Page, seen: list[str], shots: Path) -> None:
    """Note what axe finds on the page, and that nothing reaches beyond its width."""
    name = re.sub(r"\W+", "-", page.title())
    found = AXE.run(page).response["violations"]
    seen += [f"{name}: {fault['id']} {node['target']}" for fault in found for node in fault["nodes"]]
    if page.evaluate("() => document.documentElement.scrollWidth > innerWidth"):
        seen.append(f"{name}: wider than the screen")
    page.screenshot(path=shots / f"{name}.png", full_page=True)


@pytest.mark.parametrize(("size", "scheme"), [("phone", "dark"), ("desk", "light")])
def test_a_new_administrator_signs_in_and_sets_up_the_phone(
    size: str, scheme: str, chromium: Chromium, make_live_process: MakeLiveProcess, tmp_path: Path
) -> None:
    server = make_live_process(MAHALA_SECOND_FACTOR="1")
    server.start()
    printed = server.manage("create_staff", "ada@example.org", "--role", "administrator", "--name", "Ada")
    page = getattr(chromium, size)(color_scheme=scheme).new_page()
    faults: list[str] = []

    page.goto(f"{server.url}/accounts/me/")
    look_at(page, faults, tmp_path)
    page.get_by_label("E-mail").fill("ada@example.org")
    page.get_by_label("Password").fill(printed.split("shown only now: ")[1].strip())
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    look_at(page, faults, tmp_path)
    page.get_by_label("Code that the phone shows now").fill(code_of(page.locator(".secret").inner_text()))
    page.get_by_role("button", name="Use this phone").click()
    look_at(page, faults, tmp_path)
    backup = page.locator("li code").first.inner_text()
    page.get_by_role("link", name="I have kept them").click()
    page.get_by_role("heading", name="Ada").wait_for()
    look_at(page, faults, tmp_path)
    page.get_by_role("link", name="Change the password").click()
    look_at(page, faults, tmp_path)
    page.goto(f"{server.url}/admin/")
    assert page.locator("#site-name").is_visible()

    page.goto(f"{server.url}/accounts/me/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    page.wait_for_url(lambda url: not url.endswith("/accounts/me/"))
    page.goto(f"{server.url}/accounts/sign-in/")
    page.get_by_label("E-mail").fill("ada@example.org")
    page.get_by_label("Password").fill("not the password")
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    look_at(page, faults, tmp_path)
    page.get_by_label("Password").fill(printed.split("shown only now: ")[1].strip())
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    look_at(page, faults, tmp_path)
    page.get_by_label("Code").fill(backup)
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url("**/admin/")
    assert not faults, "\n".join(faults)
