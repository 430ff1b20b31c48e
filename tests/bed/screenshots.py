"""bin/screenshots: the documents' pictures, taken from a real server with a demo city by Chromium."""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import django
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.bed.browser import launch_options
from tests.bed.databases import ROOT, clean_environment
from tests.bed.process import free_port

PICTURES = ROOT / "docs" / "pictures"
MOST_BYTES = 180_000
SECONDS_TO_START = 600
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "has_touch": True,
}
DESK: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}
IN_LOZENETS = {"latitude": 42.6738, "longitude": 23.3225, "accuracy": 8}
LANGUAGE = "bg"
SHOWIEST = ("pothole", "dumped-litter", "bench", "sign", "lamp")


@dataclass(frozen=True)
class Subjects:
    """What of the city is shown: codes of reports, who signs in, and a photo to send."""

    waiting: str
    dispatcher: str
    fixed: str
    rider: str
    password: str
    photo: Path


# --- the city --------------------------------------------------------------------------------------------


@contextmanager
def served(var: Path) -> Iterator[str]:
    """`bin/demo` on a free port, its city made when the folder holds none; the address."""
    port = free_port()
    command = [sys.executable, "-m", "config.embedded.demo", "--port", str(port)]
    server = subprocess.Popen(command, cwd=ROOT, env=clean_environment({"MAHALA_VAR": str(var)}))
    try:
        _await(server, port)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def _await(server: "subprocess.Popen[bytes]", port: int) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while not _answers(port):
        if server.poll() is not None or time.monotonic() > deadline:
            sys.exit("The demo city did not start.")
        time.sleep(0.5)


def _answers(port: int) -> bool:
    # The port is open while the city is still being made: then nobody answers in time.
    client = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        client.request("GET", "/healthz")
        return client.getresponse().status == 200
    except (HTTPException, OSError):
        return False
    finally:
        client.close()


def choose(var: Path) -> Subjects:
    """The reports and people of the city that make the best pictures."""
    os.environ.update(
        clean_environment({"MAHALA_VAR": str(var), "DJANGO_SETTINGS_MODULE": "config.settings"})
    )
    django.setup()
    from django.db import connections

    from dispatch.demo.city import SHOWN
    from dispatch.demo.people import PASSWORD, dispatcher_email
    from dispatch.models import Job
    from districts.models import District
    from reports.models import Report

    ours = Report.objects.filter(district__code=SHOWN, photos__status="ready")
    waiting = ours.filter(status="received", photos__released_at=None)
    public = Report.objects.filter(visibility="public", category__is_private=False, language=LANGUAGE)
    both = public.filter(photos__role="after")
    fixed = both.filter(photos__released_at__isnull=False, status__in=["resolved", "closed"])
    seen = Job.objects.filter(report__photos__role="resident", report__language=LANGUAGE)
    # Backwards by name: on the way, on site, assigned, accepted.
    job = seen.filter(ended_at=None, crew__district__code=SHOWN).order_by("-status").first()
    if job is None or job.crew is None:
        sys.exit("No crew has a job in this city.")
    rider = job.crew.members.get()
    subjects = Subjects(
        waiting=_showiest(waiting),
        dispatcher=dispatcher_email(District.objects.get(code=SHOWN)),
        fixed=_showiest(fixed),
        rider=rider.email,
        password=PASSWORD,
        photo=next((var / "demo" / "scenes").glob("pothole-*-before")) / "large.jpg",
    )
    connections.close_all()
    return subjects


def _showiest(reports: Any) -> str:
    """The code of the latest report of the first category that has one."""
    rows = reports.order_by("-received_at").values_list("category__code", "code")
    ranked = sorted(rows, key=lambda row: SHOWIEST.index(row[0]) if row[0] in SHOWIEST else len(SHOWIEST))
    return str(ranked[0][1])


# --- the pictures ----------------------------------------------------------------------------------------


class Camera:
    """Opens pages for somebody with a theme and a screen, and keeps what is on it."""

    def __init__(self, browser: Browser, address: str, subjects: Subjects) -> None:
        self.browser = browser
        self.address = address
        self.subjects = subjects

    def open(self, path: str, *, theme: str, screen: dict[str, Any], email: str = "") -> Page:
        context = self.browser.new_context(
            base_url=self.address,
            locale=LANGUAGE,
            timezone_id="Europe/Sofia",
            color_scheme="dark" if theme == "dark" else "light",
            reduced_motion="reduce",
            geolocation=IN_LOZENETS,  # type: ignore[arg-type]
            permissions=["geolocation"],
            **screen,
        )
        context.set_default_timeout(60_000)
        page = context.new_page()
        if email:
            self._sign_in(page, email)
        page.goto(path)
        return page

    def _sign_in(self, page: Page, email: str) -> None:
        page.goto("/accounts/sign-in/")
        page.locator("[name=username]").fill(email)
        page.locator("[name=password]").fill(self.subjects.password)
        page.locator("main form button").click()
        page.wait_for_url(lambda address: "/sign-in/" not in address)

    def keep(self, page: Page, name: str, **how: Any) -> None:
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(2_500)  # the map fades in
        taken = page.screenshot(**how)
        page.context.close()
        data = small_png(Image.open(BytesIO(taken)).convert("RGB"))
        (PICTURES / name).write_bytes(data)
        sys.stdout.write(f"docs/pictures/{name}: {len(data) // 1000} kB\n")


def small_png(picture: Image.Image) -> bytes:
    """A PNG of at most MOST_BYTES: few colours, and fewer pixels where that is not enough."""
    while True:
        out = BytesIO()
        few = picture.quantize(256, Image.Quantize.MEDIANCUT, kmeans=5, dither=Image.Dither.NONE)
        few.save(out, "PNG", optimize=True)
        if out.tell() <= MOST_BYTES:
            return out.getvalue()
        width, height = picture.size
        picture = picture.resize((width * 9 // 10, height * 9 // 10), Image.Resampling.LANCZOS)


def zoom_out(page: Page, *, times: int) -> None:
    """Without a base map a close look shows a pin and nothing around it."""
    for _ in range(times):
        page.wait_for_timeout(1_500)
        page.locator(".maplibregl-ctrl-group button").nth(1).click()


def take_desk(camera: Camera) -> None:
    subjects = camera.subjects
    path = f"/desk/r/{subjects.waiting}/?tab=all"
    page = camera.open(path, theme="light", screen=DESK, email=subjects.dispatcher)
    zoom_out(page, times=1)
    camera.keep(page, "desk-light.png")


def take_desk_on_a_phone(camera: Camera) -> None:
    path = f"/desk/r/{camera.subjects.waiting}/?tab=all"
    page = camera.open(path, theme="dark", screen=PHONE, email=camera.subjects.dispatcher)
    camera.keep(page, "desk-phone-dark.png")


def take_crew(camera: Camera) -> None:
    page = camera.open("/crew/", theme="dark", screen=PHONE, email=camera.subjects.rider)
    camera.keep(page, "crew-dark.png")


def take_crew_on_a_desk(camera: Camera) -> None:
    page = camera.open("/crew/", theme="light", screen=DESK, email=camera.subjects.rider)
    camera.keep(page, "crew-desk-light.png")


def take_form(camera: Camera) -> None:
    """With a photo and the phone's place, before the category is chosen."""
    page = camera.open("/", theme="light", screen=PHONE | {"viewport": {"width": 390, "height": 1180}})
    page.locator("input[name=photos]").set_input_files(camera.subjects.photo)
    page.locator("[data-place-district]").wait_for(state="visible")
    zoom_out(page, times=3)
    camera.keep(page, "form-light.png")


def take_report(camera: Camera) -> None:
    page = camera.open(f"/r/{camera.subjects.fixed}/", theme="light", screen=PHONE)
    camera.keep(page, "report-light.png")


def take_all(var: Path) -> None:
    PICTURES.mkdir(exist_ok=True)
    with served(var) as address:
        subjects = choose(var)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(**launch_options())
            camera = Camera(browser, address, subjects)
            for take in (
                take_desk,
                take_desk_on_a_phone,
                take_crew,
                take_crew_on_a_desk,
                take_form,
                take_report,
            ):
                take(camera)
            browser.close()


def main() -> None:
    parser = argparse.ArgumentParser(prog="bin/screenshots", description=__doc__)
    parser.add_argument("--city", type=Path, metavar="DIR", help="a city that is there already")
    arguments = parser.parse_args()
    if arguments.city:
        take_all(arguments.city.absolute())
        return
    with TemporaryDirectory(prefix="mahala-pictures-") as folder:
        take_all(Path(folder))


if __name__ == "__main__":
    main()
