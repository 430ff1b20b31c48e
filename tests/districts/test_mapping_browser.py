"""The map in a real browser: it draws, counts, picks, follows the theme, and is missed gracefully."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.bed.browser import Chromium
from tests.bed.databases import Template
from tests.bed.process import LiveProcess
from tests.districts.tiny_tiles import write_town

pytestmark = pytest.mark.browser

PROBE = Path(__file__).parent / "map_probe.js"
POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self'; script-src 'self'; worker-src 'self'"
)
MISSING = "The map can't be shown."
NO_WEBGL = "HTMLCanvasElement.prototype.getContext = () => null;"


def probe_page(static: str) -> str:
    facts = {
        "light": "/map/style-light.json",
        "dark": "/map/style-dark.json",
        "neighbourhoods": "/map/neighbourhoods.geojson",
        "base": "pmtiles",
        "bounds": [23.30, 42.60, 23.40, 42.70],
        "note": "Borders are approximate",
        "texts": {
            "zoomIn": "Closer",
            "zoomOut": "Farther",
            "cluster": "{count} reports here",
            "pick": "Pick",
        },
    }
    inside = (
        f'<script type="application/json">{json.dumps(facts)}</script><p class="map__missing">{MISSING}</p>'
    )
    styles = ["css/tokens.css", "css/base.css", "vendor/maplibre/maplibre-gl.css", "css/map.css"]
    links = "".join(f'<link rel="stylesheet" href="{static}{each}">' for each in styles)
    data = f'data-js="{static}js/" data-icons="{static}vendor/icons.svg"'
    return (
        f'<!doctype html><html lang="en" class="js" {data}>'
        f'<head><title>Map</title>{links}<script type="module" src="/probe.js"></script></head><body>'
        f'<div class="map" id="map">{inside}</div><div class="map" id="pick">{inside}</div></body></html>'
    )


def open_probe(chromium: Chromium, process: LiveProcess, before: str = "") -> Page:
    """The probe with its maps drawn."""
    page = chromium.desk().new_page()
    if before:
        page.add_init_script(before)

    # The server's own build of the static files, from any of its pages.
    found = re.search(r"/static/\w+/", page.request.get(f"{process.url}/there-is-nothing/").text())
    assert found

    def answer(route: Route) -> None:
        headers = {"content-security-policy": POLICY}
        route.fulfill(body=probe_page(found[0]), content_type="text/html; charset=utf-8", headers=headers)

    page.route(f"{process.url}/probe/", answer)
    page.route(f"{process.url}/probe.js", lambda route: route.fulfill(path=PROBE))
    page.goto(f"{process.url}/probe/")
    page.wait_for_selector("body[data-ready]", timeout=30_000)
    return page


def drawn(page: Page, layer: str) -> int:
    """How many features of a layer are on the screen, once the map rests."""
    asked: int = page.evaluate(
        """async (layer) => {
          const { libre } = probe.map;
          if (!libre.loaded()) await new Promise((resolve) => libre.once("idle", resolve));
          return libre.queryRenderedFeatures({ layers: [layer] }).length;
        }""",
        layer,
    )
    return asked


@pytest.fixture(scope="module")
def city(database_template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveProcess]:
    """One server for all tests here: they only read, and a base map changes nothing for those without."""
    town = write_town(tmp_path_factory.mktemp("town") / "town.pmtiles")
    process = LiveProcess(database_template, tmp_path_factory.mktemp("var"), {"MAHALA_BASEMAP": str(town)})
    process.start()
    process.call("tests.factories:make_city")
    yield process
    process.close()


def test_districts_are_drawn_with_their_names_and_nothing_else_is_asked(
    chromium: Chromium, city: LiveProcess
) -> None:
    asked: list[str] = []
    chromium.browser.on("context", lambda context: context.on("request", lambda r: asked.append(r.url)))
    page = open_probe(chromium, city)
    assert drawn(page, "district-tints") >= 2
    assert drawn(page, "district-names") >= 2
    assert drawn(page, "district-chosen") >= 1
    expect(page.locator("#map .maplibregl-ctrl-attrib")).to_contain_text("Borders are approximate")
    own = (city.url, "blob:", "data:")
    assert [url for url in asked if not url.startswith(own)] == []
    assert chromium.problems == []


def test_reports_at_one_place_are_counted_and_a_lone_one_is_a_pin(
    chromium: Chromium, city: LiveProcess
) -> None:
    page = open_probe(chromium, city)
    expect(page.get_by_role("button", name="12 reports here")).to_be_visible()
    expect(page.get_by_role("link", name="Report alone")).to_be_visible()
    expect(page.get_by_role("button", name="Crew 1")).to_have_text("1")
    page.get_by_role("link", name="Report alone").press("Enter")
    assert page.evaluate("probe.heard.chosen") == ["alone"]


def test_the_chosen_report_stands_out_even_inside_a_cluster(chromium: Chromium, city: LiveProcess) -> None:
    page = open_probe(chromium, city)
    page.evaluate("probe.points.choose(probe.features[3])")
    expect(page.locator(".pin--chosen")).to_have_attribute("aria-label", "Report crowd3")
    page.evaluate("probe.points.choose(null)")
    expect(page.locator(".pin--chosen")).to_have_count(0)


def test_the_map_follows_the_theme_and_keeps_its_reports(chromium: Chromium, city: LiveProcess) -> None:
    page = open_probe(chromium, city)
    page.emulate_media(color_scheme="dark")
    page.wait_for_function("() => probe.map.libre.getStyle()?.name === 'Mahala dark'")
    expect(page.get_by_role("button", name="12 reports here")).to_be_visible()
    assert drawn(page, "district-chosen") >= 1


def test_arrow_keys_move_the_place_under_the_pin(chromium: Chromium, city: LiveProcess) -> None:
    page = open_probe(chromium, city)
    before = page.evaluate("probe.pick.place()")
    page.locator("#pick canvas").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowUp")
    page.wait_for_function("() => probe.heard.picked.length >= 2")
    after = page.evaluate("probe.pick.place()")
    assert 0.0001 < after["lon"] - before["lon"] < 0.01
    assert 0.0001 < after["lat"] - before["lat"] < 0.01


def test_a_place_set_by_the_page_is_not_taken_for_the_persons_choice(
    chromium: Chromium, city: LiveProcess
) -> None:
    page = open_probe(chromium, city)
    page.evaluate("probe.pick.moveTo({ lon: 23.38, lat: 42.65 })")
    assert page.evaluate("probe.pick.place()") == {"lon": 23.38, "lat": 42.65}
    assert page.evaluate("probe.heard.picked") == []


def test_streets_are_drawn_from_the_citys_own_file(chromium: Chromium, city: LiveProcess) -> None:
    page = open_probe(chromium, city)
    page.evaluate("probe.map.libre.jumpTo({ center: [23.3219, 42.672], zoom: 14 })")
    assert drawn(page, "base-small") > 5
    assert drawn(page, "base-street-names") > 2
    assert chromium.problems == []


def test_without_webgl_a_sentence_stands_there(chromium: Chromium, city: LiveProcess) -> None:
    page = open_probe(chromium, city, before=NO_WEBGL)
    expect(page.locator("#map .map__missing")).to_be_visible()
    assert page.evaluate("probe.map") is None


def test_a_map_whose_style_does_not_come_is_missed_gracefully(chromium: Chromium, city: LiveProcess) -> None:
    fail = "window.fetch = new Proxy(fetch, { apply: () => Promise.reject(new TypeError('no network')) });"
    page = open_probe(chromium, city, before=fail)
    expect(page.locator("#map .map__missing")).to_be_visible()
