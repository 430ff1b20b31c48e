"""The one MapLibre style of the site, in light and dark, over whatever base the operator has."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from districts.mapping import base_layers
from districts.mapping.fonts import NAME_FONT, STRONG_FONT
from districts.mapping.palette import PALETTES, Palette

DISTRICTS, NEIGHBOURHOODS = "districts", "neighbourhoods"
NOTHING: dict[str, Any] = {"type": "FeatureCollection", "features": []}


class BaseKind(StrEnum):
    """What lies under our own layers."""

    PMTILES = "pmtiles"
    VECTOR = "vector"
    RASTER = "raster"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Base:
    """The operator's base: the address of its tiles and whom it is owed to."""

    kind: BaseKind = BaseKind.NOTHING
    url: str = ""
    attribution: str = ""

    @property
    def is_vector(self) -> bool:
        return self.kind in {BaseKind.PMTILES, BaseKind.VECTOR}

    def source(self) -> dict[str, Any]:
        """The MapLibre source; a PMTiles file is read by the page through the protocol of that name."""
        credit = {"attribution": self.attribution} if self.attribution else {}
        if self.kind == BaseKind.PMTILES:
            return {"type": "vector", "url": f"pmtiles://{self.url}", **credit}
        if self.kind == BaseKind.VECTOR:
            return {"type": "vector", "tiles": [self.url], "maxzoom": 15, **credit}
        return {"type": "raster", "tiles": [self.url], "tileSize": 256, "maxzoom": 19, **credit}


def build_style(theme: str, *, base: Base, districts_url: str, language: str) -> dict[str, Any]:
    """The style document; `theme` is light or dark.

    Neighbourhoods start empty: the page loads them when it is near enough to show them.
    """
    palette = PALETTES[theme]
    sources: dict[str, Any] = {
        DISTRICTS: {"type": "geojson", "data": districts_url},
        NEIGHBOURHOODS: {"type": "geojson", "data": NOTHING},
    }
    if base.kind != BaseKind.NOTHING:
        sources[base_layers.BASE] = base.source()
    ground = [{"id": "outside", "type": "background", "paint": {"background-color": palette.outside}}]
    layers = [*ground, *_base(base, palette), *_areas(base, palette), *_lines(base, palette)]
    names = base_layers.vector_names(palette, language) if base.is_vector else []
    return {
        "version": 8,
        "name": f"Mahala {theme}",
        "sources": sources,
        "layers": [*layers, *names, *_names(base, palette)],
    }


def _base(base: Base, palette: Palette) -> list[dict[str, Any]]:
    if base.kind == BaseKind.RASTER:
        return base_layers.raster_layers(palette)
    return base_layers.vector_ground(palette) if base.is_vector else []


def _areas(base: Base, palette: Palette) -> list[dict[str, Any]]:
    """The districts' grounds: tinted where nothing lies under them; the others' veil; then the chosen one."""
    tint = ["match", ["get", "tint"], 1, palette.tints[1], 2, palette.tints[2], 3, palette.tints[3]]
    bare = base.kind == BaseKind.NOTHING
    tints = _fill("district-tints", [*tint, palette.tints[0]], 1.0 if bare else 0.0)
    others = _fill("district-others", palette.dimmed, 0.0)
    chosen = _fill("district-chosen", palette.chosen, 1.0 if bare else 0.35)
    nobody = ["==", ["get", "code"], ""]
    own = _fill("district-own", palette.own, 1.0 if bare else 0.0)
    hidden = {"filter": ["all", _role("area"), nobody]}
    return [tints, others, chosen | hidden, own | hidden]


def _fill(name: str, colour: Any, opacity: float) -> dict[str, Any]:
    paint = {"fill-color": colour, "fill-opacity": opacity, "fill-antialias": False}
    return {"id": name, "type": "fill", "source": DISTRICTS, "filter": _role("area"), "paint": paint}


def _lines(base: Base, palette: Palette) -> list[dict[str, Any]]:
    """Borders: dashed where they are only approximate; thin ones between neighbourhoods, close up."""
    width = ["interpolate", ["linear"], ["zoom"], 9, 1, 13, 2, 17, 3.5]
    approximate, sure = ["get", "approximate"], ["!", ["get", "approximate"]]
    inner = ["interpolate", ["linear"], ["zoom"], 12, 0.6, 17, 1.6]
    return [
        _line("neighbourhood-borders", palette.neighbourhood_line, inner, [], NEIGHBOURHOODS, [2, 2], 12.5),
        _line("district-borders", palette.border, width, [sure], DISTRICTS),
        _line("district-borders-approximate", palette.border, width, [approximate], DISTRICTS, [3, 2]),
        {
            "id": "district-chosen-line",
            "type": "line",
            "source": DISTRICTS,
            "filter": ["all", _role("area"), ["==", ["get", "code"], ""]],
            "layout": {"line-join": "round"},
            "paint": {"line-color": palette.chosen_line, "line-width": 2.5, "line-opacity": 0.75},
        },
    ]


def _line(
    name: str,
    colour: str,
    width: Any,
    conditions: list[Any],
    source: str,
    dashes: list[float] | None = None,
    minzoom: float | None = None,
) -> dict[str, Any]:
    paint: dict[str, Any] = {"line-color": colour, "line-width": width}
    layer: dict[str, Any] = {"id": name, "type": "line", "source": source}
    layer["filter"] = ["all", _role("border"), *conditions]
    layer["layout"] = {"line-join": "round"}
    if minzoom is not None:
        layer["minzoom"] = minzoom
    return layer | {"paint": paint | ({"line-dasharray": dashes} if dashes else {})}


def _names(base: Base, palette: Palette) -> list[dict[str, Any]]:
    """The districts' names, and close up the neighbourhoods'."""
    size = ["interpolate", ["linear"], ["zoom"], 9, 11, 12, 15, 15, 20]
    inner = _name_layer("neighbourhood-names", NEIGHBOURHOODS, 12.5, palette.quiet_label, palette.halo)
    inner["layout"] |= {"text-size": ["interpolate", ["linear"], ["zoom"], 12, 11, 16, 15]}
    outer = _name_layer("district-names", DISTRICTS, None, palette.label, palette.halo)
    outer["layout"] |= {"text-size": size, "text-font": STRONG_FONT, "symbol-sort-key": 0}
    outer["paint"] |= {"text-opacity": ["interpolate", ["linear"], ["zoom"], 14, 1, 15.5, 0.55]}
    # Base tiles bring their own names of neighbourhoods.
    return [outer] if base.is_vector else [inner, outer]


def _name_layer(name: str, source: str, minzoom: float | None, colour: str, halo: str) -> dict[str, Any]:
    layer: dict[str, Any] = {"id": name, "type": "symbol", "source": source, "filter": _role("label")}
    if minzoom is not None:
        layer["minzoom"] = minzoom
    layer["layout"] = {
        "text-field": ["get", "name"],
        "text-font": NAME_FONT,
        "text-max-width": 7,
        "text-padding": 4,
    }
    layer["paint"] = {"text-color": colour, "text-halo-color": halo, "text-halo-width": 1.6}
    return layer


def _role(role: str) -> list[Any]:
    return ["==", ["get", "role"], role]
