"""The demo city's areas: approximate ones of our own as GeoJSON, imported as a city imports its own."""

import json
from datetime import date
from io import StringIO
from pathlib import Path

from django.core.management import call_command
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from dispatch.demo.shapes import district_areas, neighbourhood_cells
from dispatch.demo.sofia import DISTRICTS

SOURCE = "Approximate: cells around the centres of the neighbourhoods"

# The streamlined system for Bulgarian names (Transliteration Act of 2009).
_CYRILLIC = "абвгдежзийклмнопрстуфхцчшщъьюя"
_SPELLINGS = "a b v g d e zh z i y k l m n o p r s t u f h ts ch sh sht a y yu ya"
_LATIN = dict(zip(_CYRILLIC, _SPELLINGS.split(" "), strict=True))


def latin(text: str) -> str:
    """A Bulgarian name in Latin letters: "Красна поляна" → "Krasna polyana"."""
    return "".join(_latin_letter(letter) for letter in text)


def _latin_letter(letter: str) -> str:
    written = _LATIN.get(letter.lower(), letter)
    return written.capitalize() if letter.isupper() else written


def import_own(folder: Path, *, valid_from: date) -> None:
    """Write and import the approximate districts and neighbourhoods."""
    names = {
        f"{code}-{position}": (code, name)
        for code, (_names, places) in DISTRICTS.items()
        for position, (name, _lon, _lat) in enumerate(places, start=1)
    }
    cells = neighbourhood_cells(
        (f"{code}-{position}", lon, lat)
        for code, (_names, places) in DISTRICTS.items()
        for position, (_name, lon, lat) in enumerate(places, start=1)
    )
    areas = district_areas(cells, {key: code for key, (code, _name) in names.items()})
    districts = [_feature(areas[code], code=code, **DISTRICTS[code][0]) for code in sorted(DISTRICTS)]
    parts = [
        _feature(cells[key], code=key, district=code, bg=name, en=latin(name))
        for key, (code, name) in names.items()
    ]
    _import(_write(folder / "districts.geojson", districts), "district", valid_from)
    _import(_write(folder / "neighbourhoods.geojson", parts), "neighbourhood", valid_from)


def import_given(path: str, code: str, names: list[str], *, valid_from: date) -> None:
    """Import the districts of a file that a city brings."""
    fields = [f"--code={code}", *(f"--name={name}" for name in names)]
    call_command("import_districts", path, *fields, f"--valid-from={valid_from}")


def _import(path: Path, kind: str, valid_from: date) -> None:
    arguments = [str(path), "--code=code", "--name=bg:bg", "--name=en:en", f"--kind={kind}"]
    if kind == "neighbourhood":
        arguments.append("--district=district")
    call_command(
        "import_districts",
        *arguments,
        f"--valid-from={valid_from}",
        "--approximate",
        f"--source={SOURCE}",
        stdout=StringIO(),  # our own areas are known to be clean: their report is no news
    )


def _feature(shape: BaseGeometry, **properties: str) -> dict[str, object]:
    return {"type": "Feature", "properties": properties, "geometry": mapping(shape)}


def _write(path: Path, features: list[dict[str, object]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False))
    return path
