"""The map's style: whole, in both themes, over each kind of base, without any host that nobody configured."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client

from districts.mapping.palette import PALETTES
from districts.mapping.style import Base, BaseKind, build_style
from tests.districts.tiny_tiles import write_town

pytestmark = pytest.mark.django_db

BASES = {
    "nothing": Base(),
    "pmtiles": Base(BaseKind.PMTILES, "/map/basemap.pmtiles?v=1", "© them"),
    "vector": Base(BaseKind.VECTOR, "https://tiles.example/{z}/{x}/{y}.mvt", "© them"),
    "raster": Base(BaseKind.RASTER, "https://tiles.example/{z}/{x}/{y}.png", "© them"),
}
PAINT = {
    "background": {"background-color"},
    "fill": {"fill-color", "fill-opacity", "fill-antialias"},
    "line": {"line-color", "line-width", "line-opacity", "line-dasharray", "line-gap-width"},
    "symbol": {"text-color", "text-halo-color", "text-halo-width", "text-opacity"},
    "raster": {"raster-saturation", "raster-brightness-min", "raster-brightness-max", "raster-fade-duration"},
}


def a_style(theme: str, base: Base) -> dict[str, Any]:
    return build_style(theme, base=base, districts_url="/map/districts.geojson", language="bg")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("base", BASES.values(), ids=BASES.keys())
class TestEveryStyle:
    def test_layers_have_their_sources_and_names_of_their_own(self, theme: str, base: Base) -> None:
        style = a_style(theme, base)
        names = [layer["id"] for layer in style["layers"]]
        assert len(names) == len(set(names))
        for layer in style["layers"]:
            assert layer["type"] == "background" or layer["source"] in style["sources"]

    def test_only_known_properties_are_painted(self, theme: str, base: Base) -> None:
        for layer in a_style(theme, base)["layers"]:
            assert set(layer["paint"]) <= PAINT[layer["type"]]

    def test_vector_layers_say_which_part_of_the_tiles_they_draw(self, theme: str, base: Base) -> None:
        for layer in a_style(theme, base)["layers"]:
            from_tiles = base.is_vector and layer.get("source") == "base"
            assert ("source-layer" in layer) is from_tiles

    def test_no_glyphs_and_no_sprite_are_fetched(self, theme: str, base: Base) -> None:
        assert not {"glyphs", "sprite"} & set(a_style(theme, base))

    def test_the_layers_that_pages_work_on_are_there(self, theme: str, base: Base) -> None:
        names = {layer["id"] for layer in a_style(theme, base)["layers"]}
        assert {"district-chosen", "district-own", "district-chosen-line", "district-others"} <= names


def test_light_and_dark_have_the_same_layers() -> None:
    for base in BASES.values():
        light, dark = ([layer["id"] for layer in a_style(theme, base)["layers"]] for theme in PALETTES)
        assert light == dark


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_served_style_names_no_foreign_host(client: Client, theme: str) -> None:
    response = client.get(f"/map/style-{theme}.json")
    assert response["Content-Type"] == "application/json"
    assert response.json()["version"] == 8
    assert not re.search(r"https?://|//[a-z]", response.content.decode())


def test_over_a_file_the_only_address_outside_is_the_credit(
    client: Client, settings: LazySettings, tmp_path: Path
) -> None:
    settings.BASEMAP_FILE = write_town(tmp_path / "town.pmtiles")
    style = client.get("/map/style-light.json").json()
    base = style["sources"]["base"]
    assert base["url"].startswith("pmtiles:///map/basemap.pmtiles?v=")
    assert "openstreetmap.org/copyright" in base.pop("attribution")
    assert "http" not in json.dumps(style)


def test_the_operators_tiles_stand_in_the_style_as_configured(client: Client, settings: LazySettings) -> None:
    settings.TILES_URL = "https://tiles.example/{z}/{x}/{y}.png"
    settings.TILES_ATTRIBUTION = "© The city"
    base = client.get("/map/style-dark.json").json()["sources"]["base"]
    assert base["tiles"] == ["https://tiles.example/{z}/{x}/{y}.png"]
    assert (base["type"], base["attribution"]) == ("raster", "© The city")


def test_tiles_that_end_in_mvt_are_vector_tiles(client: Client, settings: LazySettings) -> None:
    settings.TILES_URL = "https://tiles.example/{z}/{x}/{y}.mvt?key=1"
    style = client.get("/map/style-light.json").json()
    assert style["sources"]["base"]["type"] == "vector"
    assert "base-small" in {layer["id"] for layer in style["layers"]}


def test_a_change_of_base_is_a_new_style(client: Client, settings: LazySettings) -> None:
    before = client.get("/map/style-light.json")["ETag"]
    settings.TILES_URL = "https://tiles.example/{z}/{x}/{y}.png"
    assert client.get("/map/style-light.json")["ETag"] != before


def test_an_unknown_style_is_not_found(client: Client) -> None:
    assert client.get("/map/style-pink.json").status_code == 404
