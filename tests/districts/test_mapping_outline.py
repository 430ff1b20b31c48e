"""What is drawn of the city: areas, borders once, names; in the right language and on the right day."""

import gzip
import json
from datetime import date
from typing import Any

import pytest
import time_machine
from django.conf import LazySettings
from django.contrib.gis.geos import MultiPolygon, Polygon
from django.template import Context, Template
from django.test import Client
from django.utils import translation
from pytest_django.asserts import assertNumQueries

from districts.models import Boundary, District, DistrictKind, Neighbourhood
from tests.factories import LEFT, RIGHT, make_city, make_district

pytestmark = pytest.mark.django_db

ADDRESS = "/map/districts.geojson"


def features_of(client: Client, role: str, query: str = "") -> list[dict[str, Any]]:
    collection = client.get(f"{ADDRESS}?{query}").json()
    assert collection["type"] == "FeatureCollection"
    return [each for each in collection["features"] if each["properties"]["role"] == role]


def make_neighbourhood(district: District) -> Neighbourhood:
    polygon = MultiPolygon(Polygon.from_bbox(LEFT), srid=4326)
    return Neighbourhood.objects.create(
        district=district, code="n1", slug="n1", names={"bg": "Гара"}, polygon=polygon
    )


def test_each_district_has_an_area_and_a_place_for_its_name_inside(client: Client) -> None:
    make_city()
    areas = {each["properties"]["code"]: each["geometry"] for each in features_of(client, "area")}
    assert set(areas) == {"left", "right"}
    for label in features_of(client, "label"):
        lon, lat = label["geometry"]["coordinates"]
        west, south, east, north = LEFT if label["properties"]["code"] == "left" else RIGHT
        assert west < lon < east
        assert south < lat < north


def test_neighbours_differ_in_tint(client: Client) -> None:
    make_city()
    tints = [each["properties"]["tint"] for each in features_of(client, "area")]
    assert len(set(tints)) == 2


def test_a_shared_border_is_drawn_once(client: Client) -> None:
    make_city()
    (border,) = features_of(client, "border")
    lines = border["geometry"]["coordinates"]
    shared = [line for line in lines if all(point[0] == LEFT[2] for point in line)]
    assert len(shared) == 1


def test_approximate_borders_stand_apart_and_say_so(client: Client) -> None:
    make_city()
    Boundary.objects.filter(district__code="left").update(approximate=True)
    assert [each["properties"]["approximate"] for each in features_of(client, "border")] == [False, True]


def test_names_come_in_the_language_that_the_address_names(client: Client) -> None:
    make_city()
    names = {each["properties"]["name"] for each in features_of(client, "area", "lang=bg")}
    assert names == {"Район left", "Район right"}
    names = {each["properties"]["name"] for each in features_of(client, "area", "lang=en")}
    assert names == {"Left", "Right"}
    assert client.get(f"{ADDRESS}?lang=../../etc").status_code == 200


def test_a_city_wide_body_is_not_drawn(client: Client) -> None:
    make_city()
    make_district("water", None, kind=DistrictKind.CITYWIDE)
    assert {each["properties"]["code"] for each in features_of(client, "area")} == {"left", "right"}


def test_todays_borders_are_drawn(client: Client) -> None:
    left, _right = make_city()
    Boundary.objects.filter(district=left).update(valid_to=date(2026, 11, 4))
    with time_machine.travel("2026-11-03T10:00Z"):
        before = client.get(ADDRESS)
    with time_machine.travel("2026-11-04T10:00Z"):
        after = client.get(ADDRESS)
    assert before["ETag"] != after["ETag"]
    assert "left" in before.content.decode()
    assert "left" not in after.content.decode()


def test_a_browser_that_has_it_is_told_so_until_a_border_changes(client: Client) -> None:
    make_city()
    etag = client.get(ADDRESS)["ETag"]
    assert client.get(ADDRESS, headers={"if-none-match": etag}).status_code == 304
    District.objects.filter(code="left").update(names={"en": "Elsewhere"})
    assert client.get(ADDRESS, headers={"if-none-match": etag}).status_code == 200


def test_what_is_in_memory_costs_one_statement(client: Client) -> None:
    make_city()
    client.get(ADDRESS)
    with assertNumQueries(1):
        client.get(ADDRESS)


def test_it_is_sent_compressed_to_those_who_take_it(client: Client) -> None:
    make_city()
    response = client.get(ADDRESS, headers={"accept-encoding": "gzip"})
    assert response["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in response["Vary"]
    assert json.loads(gzip.decompress(response.content))["type"] == "FeatureCollection"


def test_neighbourhoods_bring_names_and_borders(client: Client) -> None:
    left, _right = make_city()
    make_neighbourhood(left)
    collection = client.get("/map/neighbourhoods.geojson").json()
    roles = [each["properties"]["role"] for each in collection["features"]]
    assert roles == ["label", "border"]
    assert collection["features"][0]["properties"]["name"] == "Гара"
    assert collection["features"][0]["properties"]["district"] == "left"


def test_a_city_without_borders_is_drawn_empty(client: Client) -> None:
    assert client.get(ADDRESS).json() == {"type": "FeatureCollection", "features": []}
    assert '"bounds": null' in map_data()


def map_data() -> str:
    return Template("{% load mapping %}{% map_data %}").render(Context())


def facts_in_page() -> dict[str, Any]:
    text = map_data().split(">", 1)[1].split("</script>", 1)[0]
    facts: dict[str, Any] = json.loads(text)
    return facts


def test_the_page_gets_addresses_that_browsers_keep(client: Client) -> None:
    make_city()
    with translation.override("en"):
        facts = facts_in_page()
    for name in ("light", "dark", "neighbourhoods"):
        response = client.get(facts[name])
        assert response.status_code == 200
        assert "immutable" in response["Cache-Control"]
    districts = client.get(facts["light"]).json()["sources"]["districts"]["data"]
    assert "immutable" in client.get(districts)["Cache-Control"]
    assert client.get(ADDRESS)["Cache-Control"] == "public, no-cache"


def test_the_page_says_when_borders_are_approximate(client: Client) -> None:
    make_city()
    with translation.override("en"):
        assert facts_in_page()["note"] == ""
        Boundary.objects.update(approximate=True)
        assert facts_in_page()["note"] == "District borders are approximate"


def test_the_page_knows_the_citys_bounds() -> None:
    make_city()
    west, south, east, north = facts_in_page()["bounds"]
    assert (west, south, east, north) == (LEFT[0], LEFT[1], RIGHT[2], RIGHT[3])


def test_a_stranger_sees_the_map(client: Client, settings: LazySettings) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    for path in ("style-light.json", "style-dark.json", "districts.geojson", "neighbourhoods.geojson"):
        assert client.get(f"/map/{path}").status_code == 200
