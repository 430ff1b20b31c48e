"""What makes the crew's page an app: whole lists of files, a manifest, pages with all states of a job."""

import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client

from dispatch.models import JobStatus
from dispatch.offline import person_key, shell_addresses, workflow_facts
from dispatch.workflow import Step, Taker, find_edge, list_allowed
from tests.dispatch.test_crew_pages import Street, street

__all__ = ["street"]
pytestmark = pytest.mark.django_db

STATIC = Path(settings.BASE_DIR) / "static"
IMPORT = re.compile(r'(?:from\s*|import\(|import )"(\.[^"]+)"')
LATER = {"vendor/maplibre/maplibre-gl.mjs", "vendor/pmtiles/pmtiles.mjs"}


def imported(name: str, known: set[str]) -> set[str]:
    """The module and all that it imports, as names below static/."""
    if name in known:
        return known
    known.add(name)
    path = STATIC / name
    for other in IMPORT.findall(path.read_text(encoding="utf-8")) if name.startswith("js/") else ():
        imported((path.parent / other).resolve().relative_to(STATIC).as_posix(), known)
    return known


def test_the_app_keeps_every_module_that_its_pages_need() -> None:
    needed = (
        imported("js/crew.js", set()) | imported("js/crew-worker.js", set()) | imported("js/ui.js", set())
    )
    kept = {address.removeprefix(settings.STATIC_URL) for address in shell_addresses()}
    assert needed - LATER <= kept


def test_the_app_keeps_every_style_sheet_of_its_page(street: Street) -> None:
    page = street.client.get("/crew/").content.decode()
    sheets = re.findall(r'<link rel="stylesheet" href="([^"]+)"', page)
    assert sheets
    assert set(sheets) <= set(shell_addresses())


def test_the_worker_names_its_build_and_files_that_are_there() -> None:
    script = Client().get("/crew/worker.js")
    assert script["Content-Type"].startswith("text/javascript")
    facts = json.loads(script.content.decode().split("serve(", 1)[1].rsplit(")", 1)[0])
    assert facts["build"] == settings.STATIC_BUILD
    addresses = [*facts["shell"], *facts["map"]]
    addresses.remove(f"/crew/map-worker.js?{settings.STATIC_BUILD}")
    for address in addresses:
        assert finders.find(address.removeprefix(settings.STATIC_URL)), address


def test_the_manifest_tells_what_a_phone_needs() -> None:
    manifest = Client().get("/crew/manifest.webmanifest").json()
    assert manifest["start_url"] == manifest["scope"] == "/crew/"
    assert manifest["display"] == "standalone"
    assert {icon["sizes"] for icon in manifest["icons"]} == {"any", "192x192", "512x512"}
    for icon in manifest["icons"]:
        assert finders.find(icon["src"].removeprefix(settings.STATIC_URL))


def test_the_phone_gets_the_same_workflow_as_the_server_has() -> None:
    edges = workflow_facts()["edges"]
    for state in JobStatus:
        allowed = set(list_allowed(state, {Taker.CREW}))
        told = {step for step, sources in edges.items() if state in sources}
        assert told - {Step.PROMISE} == allowed
        for step in allowed:
            edge = find_edge(Step(step), state)
            assert edge is not None
            assert edges[step][state] == edge.target


def test_a_job_carries_the_parts_of_all_its_states(street: Street) -> None:
    page = street.client.get("/crew/?part=body").content.decode()
    for step in ("accept", "start", "arrive", "finish", "decline", "obstruct"):
        assert f'action="/crew/jobs/{street.job.pk}/{step}/"' in page
    assert 'data-in="assigned">' in page
    assert 'data-in="accepted" hidden>' in page
    assert 'data-in="on_site proof_pending" hidden>' in page


def test_a_page_says_whose_it_is_and_of_which_build(street: Street) -> None:
    answer = street.client.get("/crew/?part=body")
    assert answer["X-Mahala-Build"] == settings.STATIC_BUILD
    assert answer["X-Mahala-Person"] == person_key(street.member)
    assert person_key(street.member) != person_key(street.dispatcher)
    assert "no-store" in answer["Cache-Control"]


def test_the_page_for_a_phone_without_jobs_needs_no_sign_in_and_names_nobody() -> None:
    page = Client().get("/crew/away/")
    assert "No jobs are kept on this phone." in page.content.decode()
    assert "X-Mahala-Person" not in page.headers
