"""Every page of the story as its readers meet it: at both sizes, narrow, without JavaScript."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.bed.browser import Chromium
from tests.bed.process import LiveProcess
from tests.factories import jpeg_bytes

pytestmark = pytest.mark.browser

# Each size in one of the themes: what differs between the themes is colour, and it is the same at both sizes.
LOOKS = {"phone": (390, 844, "dark"), "desk": (1440, 900, "light")}
NARROW = (320, 640)
# Starting a page's map without a graphics card holds up the page; on a busy machine for this long.
PATIENCE_MS = 30_000


def sign_in(page: Page, server: LiveProcess, email: str, password: str) -> None:
    page.goto(f"{server.url}/accounts/sign-in/")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "sign-in" not in url)


def examine(page: Page, address: str) -> list[str]:
    """What is wrong with the page: rules of axe at both sizes, and overflow when narrow."""
    found = []
    for name, (width, height, theme) in LOOKS.items():
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        page.set_viewport_size({"width": width, "height": height})
        page.goto(address)
        found += [f"{address} {name} {theme}: {rule}" for rule in broken_rules(page)]
    page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append(f"{address}: wider than {NARROW[0]} px")
    return found


def broken_rules(page: Page) -> list[str]:
    violations = Axe().run(page).response["violations"]
    return [f"{rule['id']} at {[node['target'] for node in rule['nodes']][:3]}" for rule in violations]


def test_every_page_is_accessible_at_both_sizes(live_process: LiveProcess, chromium: Chromium) -> None:
    people = live_process.call("tests.story.scene:set_up")
    told = live_process.call("tests.story.scene:add_report")
    resident = chromium.desk().new_page()
    public = ["/", "/find/?code=ZZZZZZ", "/map/", told["public"], told["private"]]
    found = [fault for path in public for fault in examine(resident, live_process.url + path)]
    staff = {
        "supervisor": ["/desk/stats/"],
        "dispatcher": ["/desk/", told["desk"], "/desk/filter/"],
        "crew": ["/crew/"],
    }
    for role, paths in staff.items():
        page = chromium.desk().new_page()
        sign_in(page, live_process, people[role], people["password"])
        found += [fault for path in paths for fault in examine(page, live_process.url + path)]
    page.get_by_role("button", name="Problem").click()
    found += [f"/crew/ with its panel open: {rule}" for rule in broken_rules(page)]
    assert not found, "\n".join(found)


def test_the_form_works_without_javascript(
    live_process: LiveProcess, chromium: Chromium, photo_folder: Path
) -> None:
    live_process.call("tests.story.scene:set_up")
    photo = photo_folder / "hole.jpg"
    photo.write_bytes(jpeg_bytes((800, 600)))
    page = chromium.phone(java_script_enabled=False).new_page()
    page.goto(live_process.url)
    page.locator('input[name="photos"]').set_input_files(photo)
    page.get_by_text("Without a map").click()
    page.get_by_label("Latitude").fill("42.6977")
    page.get_by_label("Longitude").fill("23.3219")
    page.get_by_text("Pothole", exact=True).click()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("main")).to_contain_text("is with Centre")


def test_a_phone_that_does_not_tell_its_place_leaves_the_map_and_the_list(
    live_process: LiveProcess, chromium: Chromium
) -> None:
    live_process.call("tests.story.scene:set_up")
    page = chromium.phone(permissions=[]).new_page()
    page.goto(live_process.url)
    page.get_by_role("button", name="Where I am").first.click()
    expect(page.get_by_text("Your phone does not tell the place")).to_be_visible(timeout=PATIENCE_MS)
    page.get_by_label("Or choose the neighbourhood").select_option(value="d:east")
    expect(page.locator("[data-place-district]")).to_contain_text("Goes to East")


def test_a_danger_says_first_whom_to_call(live_process: LiveProcess, chromium: Chromium) -> None:
    live_process.call("tests.story.scene:set_up")
    page = chromium.phone().new_page()
    page.goto(live_process.url)
    page.get_by_text("Open manhole", exact=True).click()
    expect(page.get_by_role("alert").get_by_text("Call 112 first.")).to_be_visible()


def test_a_pin_moved_with_the_keyboard_names_the_district(
    live_process: LiveProcess, chromium: Chromium
) -> None:
    live_process.call("tests.story.scene:set_up")
    page = chromium.desk().new_page()
    page.goto(live_process.url)
    page.locator("#place-map .crosshair").wait_for(timeout=PATIENCE_MS)  # the last that the map gets
    page.locator("#place-map canvas").press("ArrowUp")
    expect(page.locator("[data-place-district]")).to_contain_text("Goes to", timeout=PATIENCE_MS)
    assert page.locator("#place-lat").input_value()


def test_the_resident_opens_a_repair_again_with_a_photo_that_the_desk_sees_and_releases(
    live_process: LiveProcess, chromium: Chromium, photo_folder: Path
) -> None:
    people = live_process.call("tests.story.scene:set_up")
    told = live_process.call("tests.story.scene:add_report", stage="done")
    desk = chromium.desk().new_page()
    sign_in(desk, live_process, people["dispatcher"], people["password"])
    expect(desk.locator("[data-live-status]")).to_contain_text("live", timeout=PATIENCE_MS)
    photo = photo_folder / "still.jpg"
    photo.write_bytes(jpeg_bytes((800, 600)))
    resident = chromium.phone().new_page()
    resident.goto(live_process.url + told["private"])
    resident.get_by_role("link", name="No, I show it").click(timeout=PATIENCE_MS)
    resident.get_by_label("A photo of how it is now").set_input_files(photo)
    resident.get_by_label("What is still wrong?").fill("It sank again.")
    resident.get_by_role("button", name="Open it again").click()
    told_so = resident.get_by_text("It is open again, and the district has been told.")
    expect(told_so).to_be_visible(timeout=PATIENCE_MS)
    sentence = resident.locator("[data-state-sentence]")
    expect(sentence).to_contain_text("It is open again. Centre looks at it by")
    row = desk.locator("[data-row]")
    expect(row).to_contain_text("open again", timeout=PATIENCE_MS)
    row.click()
    still = desk.locator(".desk-photo", has=desk.get_by_alt_text("why it is open again"))
    still.locator("[data-release]").click(timeout=PATIENCE_MS)
    expect(still).to_contain_text("everyone sees it", timeout=PATIENCE_MS)
    resident.goto(live_process.url + told["public"])
    expect(sentence).to_contain_text("It is open again", timeout=PATIENCE_MS)
    expect(resident.get_by_alt_text("why it is open again")).to_be_visible()
    facts = live_process.call("tests.story.scene:facts")
    assert (facts["status"], facts["reopened"]) == ("reopened", 1)
    assert facts["photos"] == ["after", "reopening"]


def test_a_crew_without_javascript_takes_every_step(
    live_process: LiveProcess, chromium: Chromium, photo_folder: Path
) -> None:
    """Three jobs: one is declined, one meets an obstacle, one is closed."""
    people = live_process.call("tests.story.scene:set_up")
    photo = photo_folder / "crew.jpg"
    photo.write_bytes(jpeg_bytes((800, 600)))
    page = chromium.phone(java_script_enabled=False).new_page()
    sign_in(page, live_process, people["crew"], people["password"])
    main, panel = page.get_by_role("main"), page.get_by_role("dialog", name="What is the problem?")

    live_process.call("tests.story.scene:add_report", stage="assigned")
    page.goto(f"{live_process.url}/crew/")
    expect(panel).to_be_hidden()
    page.get_by_role("button", name="Problem").click()
    panel.get_by_role("button", name="Too far").click()
    expect(main).to_contain_text("declined", timeout=PATIENCE_MS)

    live_process.call("tests.story.scene:add_report", stage="assigned")
    page.goto(f"{live_process.url}/crew/")
    for step in ("Accept", "On the way", "I'm there"):
        page.get_by_role("button", name=step).click()
    expect(main).to_contain_text("Done? Show it", timeout=PATIENCE_MS)
    page.get_by_role("button", name="Problem").click()
    panel.get_by_label("Photo").set_input_files(photo)
    panel.get_by_role("button", name="A parked car is in the way").click()
    expect(main).to_contain_text("obstructed", timeout=PATIENCE_MS)

    live_process.call("tests.story.scene:add_report", stage="on_site")
    page.goto(f"{live_process.url}/crew/")
    page.get_by_label("After-photo").set_input_files(photo)
    page.get_by_role("button", name="Close the job").click()
    expect(main).to_contain_text("Nothing to do just now", timeout=PATIENCE_MS)
    expect(main).to_contain_text("done")
