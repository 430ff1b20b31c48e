"""The base under our layers: vector tiles in the Protomaps basemap schema (version 4), or raster tiles."""

from typing import Any

from districts.mapping.fonts import NAME_FONT, TEXT_FONT
from districts.mapping.palette import Palette

Layer = dict[str, Any]
BASE = "base"

GREEN_KINDS = ["park", "forest", "wood", "nature_reserve", "national_park", "protected_area", "cemetery"]
GREEN_KINDS += ["grass", "grassland", "scrub", "golf_course", "garden", "allotments", "village_green"]
GREEN_KINDS += ["playground", "pitch", "recreation_ground", "meadow", "farmland", "orchard"]
BUILT_KINDS = [
    "industrial",
    "commercial",
    "hospital",
    "school",
    "university",
    "college",
    "railway",
    "aerodrome",
]
PLACE_KINDS = ["locality", "neighbourhood", "macrohood"]


def raster_layers(palette: Palette) -> list[Layer]:
    """The operator's pictures, calmed down so that our own layers lead."""
    darkest, lightest = palette.raster_brightness
    paint = {
        "raster-saturation": palette.raster_saturation,
        "raster-brightness-min": darkest,
        "raster-brightness-max": lightest,
        "raster-fade-duration": 120,
    }
    return [{"id": "base-raster", "type": "raster", "source": BASE, "paint": paint}]


def vector_ground(palette: Palette) -> list[Layer]:
    """Land, green, water, buildings and roads, from the bottom up."""
    return [
        _fill("earth", palette.land),
        _fill("landuse", palette.built, kinds=BUILT_KINDS, name="built"),
        _fill("landuse", palette.green, kinds=GREEN_KINDS, name="green"),
        _fill("water", palette.water),
        _line("water", palette.water, _width(10, 0.6, 16, 4), name="stream"),
        _fill("buildings", palette.building, minzoom=14),
        *_roads(palette),
    ]


def _roads(palette: Palette) -> list[Layer]:
    path, small = _width(14, 0.6, 18, 4), _width(12, 0.6, 18, 16)
    middle, big = _width(10, 0.8, 18, 22), _width(8, 0.9, 18, 28)
    return [
        _line("roads", palette.rail, _width(11, 0.5, 18, 4), kinds=["rail"], name="rail"),
        _line("roads", palette.road, path, kinds=["path", "other"], name="path", minzoom=14),
        _casing("small", palette.road_edge, small, ["minor_road"], minzoom=12),
        _casing("middle", palette.road_edge, middle, ["major_road"]),
        _casing("big", palette.big_road_edge, big, ["highway"]),
        _line("roads", palette.road, small, kinds=["minor_road"], name="small", minzoom=12),
        _line("roads", palette.road, middle, kinds=["major_road"], name="middle"),
        _line("roads", palette.big_road, big, kinds=["highway"], name="big"),
    ]


def vector_names(palette: Palette, language: str) -> list[Layer]:
    """Names of streets, waters and places, in the person's language where the tiles have it."""
    name = ["coalesce", ["get", f"name:{language}"], ["get", "name"]]
    street = {
        "symbol-placement": "line",
        "text-field": name,
        "text-font": TEXT_FONT,
        "text-size": ["interpolate", ["linear"], ["zoom"], 13, 11, 18, 15],
    }
    place = {"text-field": name, "text-font": NAME_FONT, "text-size": 13, "text-max-width": 7}
    return [
        _names("roads", "street-names", street, palette.quiet_label, palette.halo, minzoom=13.5),
        _names("water", "water-names", place | {"text-font": TEXT_FONT}, palette.water_label, palette.halo),
        _names("places", "place-names", place, palette.quiet_label, palette.halo, kinds=PLACE_KINDS),
    ]


def _of_kinds(kinds: list[str]) -> list[Any]:
    return ["in", ["get", "kind"], ["literal", kinds]]


def _layer(source_layer: str, name: str, kind: str, kinds: list[str] | None, minzoom: float | None) -> Layer:
    layer: Layer = {"id": f"base-{name}", "type": kind, "source": BASE, "source-layer": source_layer}
    if kinds:
        layer["filter"] = _of_kinds(kinds)
    if minzoom is not None:
        layer["minzoom"] = minzoom
    return layer


def _fill(
    source_layer: str,
    colour: str,
    *,
    kinds: list[str] | None = None,
    name: str = "",
    minzoom: float | None = None,
) -> Layer:
    layer = _layer(source_layer, name or source_layer, "fill", kinds, minzoom)
    polygons = ["==", ["geometry-type"], "Polygon"]
    layer["filter"] = ["all", polygons, layer["filter"]] if kinds else polygons
    return layer | {"paint": {"fill-color": colour}}


def _line(
    source_layer: str,
    colour: str,
    width: list[Any],
    *,
    name: str,
    kinds: list[str] | None = None,
    minzoom: float | None = None,
) -> Layer:
    layer = _layer(source_layer, name, "line", kinds, minzoom)
    if not kinds:
        layer["filter"] = ["==", ["geometry-type"], "LineString"]
    layer["layout"] = {"line-cap": "round", "line-join": "round"}
    return layer | {"paint": {"line-color": colour, "line-width": width}}


def _casing(
    name: str, colour: str, width: list[Any], kinds: list[str], minzoom: float | None = None
) -> Layer:
    """The edge of a road: a line with a gap as wide as the road itself."""
    layer = _line(
        "roads", colour, _width(10, 0.4, 18, 1.5), name=f"{name}-edge", kinds=kinds, minzoom=minzoom
    )
    layer["paint"]["line-gap-width"] = width
    return layer


def _width(from_zoom: int, thin: float, to_zoom: int, wide: float) -> list[Any]:
    return ["interpolate", ["exponential", 1.6], ["zoom"], from_zoom, thin, to_zoom, wide]


def _names(
    source_layer: str,
    name: str,
    layout: dict[str, Any],
    colour: str,
    halo: str,
    *,
    kinds: list[str] | None = None,
    minzoom: float | None = None,
) -> Layer:
    layer = _layer(source_layer, name, "symbol", kinds, minzoom)
    paint = {"text-color": colour, "text-halo-color": halo, "text-halo-width": 1.4}
    return layer | {"layout": layout, "paint": paint}
