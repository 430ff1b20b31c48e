"""Files of areas, as cities hand them over, made with GDAL itself."""

import ctypes
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.contrib.gis.gdal.libgdal import lgdal
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

Row = tuple[dict[str, Any], BaseGeometry | dict[str, Any] | None]


def geojson(path: Path, rows: Sequence[Row], **members: Any) -> Path:
    """A GeoJSON file of (properties, geometry)."""
    features = [
        {"type": "Feature", "properties": properties, "geometry": _as_json(geometry)}
        for properties, geometry in rows
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", **members, "features": features}))
    return path


def _as_json(geometry: BaseGeometry | dict[str, Any] | None) -> Any:
    return mapping(geometry) if isinstance(geometry, BaseGeometry) else geometry


def translated(source: Path, target: Path, *options: str) -> Path:
    """The file in another format or projection, as ogr2ogr would write it."""
    gdal = ctypes.CDLL(lgdal._name)  # a handle of our own: Django has given types to the functions of its own
    for function in (gdal.GDALOpenEx, gdal.GDALVectorTranslate, gdal.GDALVectorTranslateOptionsNew):
        function.restype = ctypes.c_void_p
    opened = ctypes.c_void_p(gdal.GDALOpenEx(str(source).encode(), 4, None, None, None))
    words = (ctypes.c_char_p * (len(options) + 1))(*[option.encode() for option in options], None)
    how = ctypes.c_void_p(gdal.GDALVectorTranslateOptionsNew(words, None))
    sources = (ctypes.c_void_p * 1)(opened)
    written = gdal.GDALVectorTranslate(str(target).encode(), None, 1, sources, how, None)
    if not written:
        raise OSError(f"GDAL wrote no {target}")
    gdal.GDALClose(ctypes.c_void_p(written))
    gdal.GDALClose(opened)
    gdal.GDALVectorTranslateOptionsFree(how)
    return target
