"""A small PMTiles file made on the spot, in the layers of the Protomaps basemap (version 4).

Both formats are written by hand from their specifications: Mapbox Vector Tile 2.1 and PMTiles 3.
"""

import gzip
import json
import math
import struct
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

EXTENT = 4096
CENTRE = (23.3219, 42.672)
ZOOMS = range(10, 15)

Feature = tuple[BaseGeometry, dict[str, str]]
Layers = dict[str, list[Feature]]


def varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


def _field(number: int, payload: bytes) -> bytes:
    return varint(number << 3 | 2) + varint(len(payload)) + payload


def _zigzag(number: int) -> int:
    return (number << 1) ^ (number >> 31)


def _commands(points: Sequence[tuple[float, float]], cursor: list[int], closed: bool) -> list[int]:
    """One path as MVT commands, relative to the cursor, which moves along."""
    path = [(round(x), round(y)) for x, y in (points[:-1] if closed else points)]
    out: list[int] = []
    for index, (x, y) in enumerate(path):
        if index == 0:
            out.append(1 | 1 << 3)
        elif index == 1:
            out.append(2 | (len(path) - 1) << 3)
        out += [_zigzag(x - cursor[0]), _zigzag(y - cursor[1])]
        cursor[:] = [x, y]
    return [*out, 7 | 1 << 3] if closed else out


def _geometry(shape: BaseGeometry) -> tuple[int, list[int]]:
    """The MVT type (1 point, 2 line, 3 area) and the commands."""
    cursor, out = [0, 0], []
    for part in shapely.get_parts(shape):
        if part.geom_type == "Polygon":
            out += _commands(list(shapely.orient_polygons(part).exterior.coords), cursor, closed=True)
        else:
            out += _commands(list(part.coords), cursor, closed=False)
    return {"Point": 1, "LineString": 2}.get(shapely.get_parts(shape)[0].geom_type, 3), out


def encode_layer(name: str, features: Iterable[Feature]) -> bytes:
    keys: list[str] = []
    values: list[str] = []
    body = b""
    for shape, tags in features:
        kind, commands = _geometry(shape)
        pairs = [_index(keys, k) if i == 0 else _index(values, v) for k, v in tags.items() for i in (0, 1)]
        feature = _field(2, b"".join(map(varint, pairs))) + varint(3 << 3) + varint(kind)
        body += _field(2, feature + _field(4, b"".join(map(varint, commands))))
    head = varint(15 << 3) + varint(2) + _field(1, name.encode())
    tail = b"".join(_field(3, key.encode()) for key in keys)
    tail += b"".join(_field(4, _field(1, value.encode())) for value in values)
    return _field(3, head + body + tail + varint(5 << 3) + varint(EXTENT))


def _index(known: list[str], value: str) -> int:
    if value not in known:
        known.append(value)
    return known.index(value)


def _to_tile(lon: float, lat: float, z: int) -> tuple[float, float]:
    """Tile coordinates with fractions."""
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return (lon + 180) / 360 * 2**z, y * 2**z


def encode_tile(layers: Layers, z: int, x: int, y: int) -> bytes:
    frame = shapely.box(-64, -64, EXTENT + 64, EXTENT + 64)

    def placed(shape: BaseGeometry) -> BaseGeometry:
        def move(points: Any) -> Any:
            tiled = [_to_tile(lon, lat, z) for lon, lat in points]
            return np.array([((tx - x) * EXTENT, (ty - y) * EXTENT) for tx, ty in tiled])

        return shapely.intersection(shapely.transform(shape, move), frame)

    out = b""
    for name, features in layers.items():
        inside = [(cut, tags) for shape, tags in features if not (cut := placed(shape)).is_empty]
        out += encode_layer(name, inside) if inside else b""
    return gzip.compress(out, mtime=0)


def tile_id(z: int, x: int, y: int) -> int:
    """The place of a tile along the Hilbert curve, counted from zoom 0."""
    total: int = (4**z - 1) // 3
    side = 2 ** (z - 1) if z else 0
    while side > 0:
        right, low = int(x & side > 0), int(y & side > 0)
        total += side * side * (3 * right ^ low)
        if low == 0:
            if right == 1:
                x, y = side - 1 - x, side - 1 - y
            x, y = y, x
        side //= 2
    return total


def pack(tiles: dict[int, bytes], bounds: tuple[float, float, float, float]) -> bytes:
    """A PMTiles archive of gzipped vector tiles with one root directory."""
    ids = sorted(tiles)
    steps = [number - before for number, before in zip(ids, [0, *ids], strict=False)]
    columns = [steps, [1] * len(ids), [len(tiles[number]) for number in ids]]
    offsets = [1] + [0] * (len(ids) - 1)  # 0: right behind the tile before
    numbers = [len(ids), *(value for column in [*columns, offsets] for value in column)]
    directory = gzip.compress(b"".join(map(varint, numbers)), mtime=0)
    metadata = gzip.compress(json.dumps({"name": "tiny", "vector_layers": []}).encode(), mtime=0)
    data = b"".join(tiles[number] for number in ids)
    sections = [(127, len(directory)), (127 + len(directory), len(metadata))]
    data_at = 127 + len(directory) + len(metadata)
    head = b"PMTiles" + struct.pack("<B", 3)
    head += struct.pack("<8Q", *sections[0], *sections[1], data_at, 0, data_at, len(data))
    head += struct.pack("<3Q6B", len(ids), len(ids), len(ids), 1, 2, 2, 1, min(ZOOMS), max(ZOOMS))
    west, south, east, north = (round(value * 10_000_000) for value in bounds)
    centre = (round(value * 10_000_000) for value in CENTRE)
    head += struct.pack("<4i", west, south, east, north) + struct.pack("<B2i", 12, *centre)
    return head + directory + metadata + data


def a_small_town() -> Layers:
    """Streets in a grid, a boulevard, a park, a river and some houses round the centre."""
    lon, lat = CENTRE
    streets: list[Feature] = []
    for step in range(-12, 13):
        kind = "major_road" if step % 6 == 0 else "minor_road"
        tags = {"kind": kind, "name": f"Street {step + 13}"}
        across = shapely.LineString([(lon - 0.04, lat + step * 0.002), (lon + 0.04, lat + step * 0.002)])
        along = shapely.LineString([(lon + step * 0.003, lat - 0.025), (lon + step * 0.003, lat + 0.025)])
        streets += [(across, tags), (along, tags)]
    ring = shapely.Point(lon, lat).buffer(0.02).exterior
    river = shapely.LineString([(lon - 0.05, lat - 0.02), (lon, lat - 0.008), (lon + 0.05, lat - 0.018)])
    houses: list[Feature] = [
        (shapely.box(*_house(lon, lat, column, row)), {"kind": "building"})
        for column in range(-8, 8)
        for row in range(-8, 8)
    ]
    return {
        "earth": [(shapely.box(lon - 0.2, lat - 0.2, lon + 0.2, lat + 0.2), {"kind": "earth"})],
        "landuse": [(shapely.box(lon + 0.004, lat + 0.003, lon + 0.013, lat + 0.009), {"kind": "park"})],
        "water": [(river.buffer(0.0012), {"kind": "river", "name": "River"})],
        "buildings": houses,
        "roads": [*streets, (ring, {"kind": "highway", "name": "Ring"})],
        "places": [(shapely.Point(lon + 0.008, lat + 0.006), {"kind": "neighbourhood", "name": "Old town"})],
    }


def _house(lon: float, lat: float, column: int, row: int) -> tuple[float, float, float, float]:
    west, south = lon + column * 0.003 + 0.0004, lat + row * 0.002 + 0.0004
    return west, south, west + 0.001, south + 0.0006


def _tiles_around(z: int) -> Iterator[tuple[int, int]]:
    x, y = (math.floor(each) for each in _to_tile(*CENTRE, z))
    reach = 2 if z > 12 else 1
    yield from ((x + i, y + j) for i in range(-reach, reach + 1) for j in range(-reach, reach + 1))


@cache
def town_archive() -> bytes:
    """The town as a PMTiles archive of some 20 kB."""
    layers = a_small_town()
    tiles = {tile_id(z, x, y): encode_tile(layers, z, x, y) for z in ZOOMS for x, y in _tiles_around(z)}
    lon, lat = CENTRE
    return pack(tiles, (lon - 0.2, lat - 0.2, lon + 0.2, lat + 0.2))


def write_town(path: Path) -> Path:
    path.write_bytes(town_archive())
    return path
