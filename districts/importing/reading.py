"""Any vector file that GDAL reads, as plain rows in WGS 84. The one module that opens foreign geometry."""

import logging
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import shapely
from django.contrib.gis.gdal import (
    CoordTransform,
    DataSource,
    GDALException,
    OGRGeometry,
    SpatialReference,
)
from django.contrib.gis.gdal.feature import Feature
from django.contrib.gis.gdal.layer import Layer
from shapely.geometry.base import BaseGeometry

_WGS84 = 4326
_IN_ZIPS = (".gpkg", ".shp", ".geojson", ".json", ".gml", ".kml", ".tab", ".fgb")


class SourceRefused(Exception):
    """The file can't be read as areas; says why, in words."""


@dataclass(frozen=True, slots=True)
class SourceRow:
    """`geometry` is in degrees, or None with what is wrong in `problem`; `number` counts from 1."""

    number: int
    values: dict[str, str]
    geometry: BaseGeometry | None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    layer: str
    projection: str
    fields: tuple[str, ...]
    rows: tuple[SourceRow, ...]
    messages: tuple[str, ...]


def read_source(path: Path, *, layer_name: str | None = None, srid: int | None = None) -> Source:
    """Every feature of a layer. `srid` is the projection of a file that names none.

    Raises SourceRefused: no such file, not readable, several layers and none chosen, no projection.
    """
    if not path.exists():
        raise SourceRefused(f"There is no file {path}.")
    with _gdal_messages() as messages:
        try:
            layer = _choose_layer(DataSource(_gdal_path(path)), layer_name)
            reference = _projection(layer, srid)
            rows = tuple(_read_rows(layer, reference))
        except GDALException as error:
            raise SourceRefused(f"GDAL can't read {path}: {'; '.join(messages) or error}") from error
        return Source(str(layer.name), str(reference.name), tuple(layer.fields), rows, tuple(messages))


def _gdal_path(path: Path) -> str:
    """Inside a zip file the first layer of a known kind is meant, in whatever folder."""
    if not zipfile.is_zipfile(path):
        return str(path)
    with zipfile.ZipFile(path) as archive:
        inside = [name for name in archive.namelist() if name.lower().endswith(_IN_ZIPS)]
    if len(inside) != 1:
        listed = ", ".join(inside) or "none"
        raise SourceRefused(f"A zip file must hold one file of areas; {path.name} holds: {listed}.")
    return f"/vsizip/{path.resolve()}/{inside[0]}"


def _choose_layer(source: DataSource, name: str | None) -> Layer:
    layers: dict[str, Layer] = {str(source[i].name): source[i] for i in range(source.layer_count)}
    if name is None and len(layers) == 1:
        return next(iter(layers.values()))
    if name is None or name not in layers:
        raise SourceRefused(f"Choose a layer with --layer; the file has: {', '.join(layers) or 'none'}.")
    return layers[name]


def _projection(layer: Layer, srid: int | None) -> SpatialReference:
    if layer.srs is not None:
        return layer.srs
    if srid is None:
        raise SourceRefused(
            "The file names no projection (a Shapefile needs its .prj); give it with --srid, such as 4326."
        )
    return SpatialReference(srid)


def _read_rows(layer: Layer, reference: SpatialReference) -> Iterator[SourceRow]:
    to_degrees = CoordTransform(reference, SpatialReference(_WGS84))
    names = tuple(layer.fields)
    for number, feature in enumerate(layer, start=1):
        values = {name: _text(feature, name) for name in names}
        try:
            yield SourceRow(number, values, _geometry(feature, reference, to_degrees))
        except (GDALException, shapely.errors.ShapelyError) as error:
            yield SourceRow(number, values, None, f"can't be read or reprojected ({error})")


def _geometry(
    feature: Feature, reference: SpatialReference, to_degrees: CoordTransform
) -> BaseGeometry | None:
    try:
        geometry: OGRGeometry = feature.geom
    except GDALException as error:
        if "Invalid geometry pointer" in str(error):  # how Django says that there is none
            return None
        raise
    if geometry.has_curve:  # type: ignore[attr-defined]  # the stubs lag behind
        geometry = geometry.get_linear_geometry()  # type: ignore[attr-defined]
    if not _is_wgs84(reference):
        geometry.transform(to_degrees)
    return shapely.force_2d(shapely.from_wkb(bytes(geometry.wkb)))


def _is_wgs84(reference: SpatialReference) -> bool:
    """Such coordinates are kept to the last digit."""
    return bool(reference.geographic) and reference.name in {"WGS 84", "GCS_WGS_1984", "WGS 84 (CRS84)"}


def _text(feature: Feature, name: str) -> str:
    value = feature.get(name)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).strip()


@contextmanager
def _gdal_messages() -> Iterator[list[str]]:
    """What GDAL says goes to the report instead of the console."""
    messages: list[str] = []
    logger = logging.getLogger("django.contrib.gis")
    propagates, handler = logger.propagate, _Collector(messages)
    logger.addHandler(handler)
    logger.propagate = False
    try:
        yield messages
    finally:
        logger.removeHandler(handler)
        logger.propagate = propagates


class _Collector(logging.Handler):
    def __init__(self, messages: list[str]) -> None:
        super().__init__()
        self.messages = messages

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage()
        if text not in self.messages:
            self.messages.append(text)
