"""The one adapter to a routing server: tables of travel times from OSRM or Valhalla."""

import json
from collections.abc import Sequence
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from dispatch.models import Crew
from districts.geometry import Position

Table = list[list[float | None]]
LONGEST_ANSWER = 20_000_000
# Servers know cars, bicycles and walking; where a vehicle has no profile of its own the car's is nearest.
_OSRM = {Crew.Vehicle.CARGO_BIKE: "bike", Crew.Vehicle.FOOT: "foot"}
_VALHALLA = {
    Crew.Vehicle.MOTORBIKE: "motor_scooter",
    Crew.Vehicle.CARGO_BIKE: "bicycle",
    Crew.Vehicle.TRUCK: "truck",
    Crew.Vehicle.FOOT: "pedestrian",
}


class RoutingFailed(Exception):
    """No usable answer in time. Whoever asks has an estimate instead."""


def is_configured() -> bool:
    return bool(settings.ROUTING_URL)


def profile_of(vehicle: str) -> str:
    """What the server calls it: vehicles of the same profile have the same ways."""
    if settings.ROUTING_ENGINE == "osrm":
        return _OSRM.get(Crew.Vehicle(vehicle), "driving")
    return _VALHALLA.get(Crew.Vehicle(vehicle), "auto")


def fetch_table(
    sources: Sequence[Position], targets: Sequence[Position], vehicle: str, *, timeout_s: float
) -> Table:
    """Seconds from each source to each target (lon, lat); None where there is none. Raises RoutingFailed."""
    ask = {"osrm": _ask_osrm, "valhalla": _ask_valhalla}[settings.ROUTING_ENGINE]
    try:
        table = ask(sources, targets, vehicle, timeout_s)
        return [
            [None if cell is None else float(cell) for cell in row] for row in _sized(table, sources, targets)
        ]
    except (OSError, HTTPException, ValueError, KeyError, TypeError) as error:
        raise RoutingFailed(f"{type(error).__name__}: {error}") from error


def _sized(table: Any, sources: Sequence[Position], targets: Sequence[Position]) -> Table:
    if len(table) != len(sources) or any(len(row) != len(targets) for row in table):
        raise ValueError("a table of another size")
    rows: Table = table
    return rows


def _ask_osrm(
    sources: Sequence[Position], targets: Sequence[Position], vehicle: str, timeout_s: float
) -> Any:
    places = ";".join(f"{lon:.6f},{lat:.6f}" for lon, lat in (*sources, *targets))
    first = ";".join(str(number) for number in range(len(sources)))
    second = ";".join(str(len(sources) + number) for number in range(len(targets)))
    path = (
        f"/table/v1/{profile_of(vehicle)}/{places}?annotations=duration&sources={first}&destinations={second}"
    )
    return _request("GET", path, None, timeout_s)["durations"]


def _ask_valhalla(
    sources: Sequence[Position], targets: Sequence[Position], vehicle: str, timeout_s: float
) -> Any:
    body = {
        "sources": [{"lon": lon, "lat": lat} for lon, lat in sources],
        "targets": [{"lon": lon, "lat": lat} for lon, lat in targets],
        "costing": profile_of(vehicle),
    }
    rows = _request("POST", "/sources_to_targets", body, timeout_s)["sources_to_targets"]
    return [[cell["time"] for cell in row] for row in rows]


def _request(method: str, path: str, body: dict[str, Any] | None, timeout_s: float) -> Any:
    """The JSON of a 200. The timeout bounds each wait for the server, not their sum."""
    parts = urlsplit(settings.ROUTING_URL)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=timeout_s)
    try:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        connection.request(method, parts.path.rstrip("/") + path, data, headers)
        response = connection.getresponse()
        if response.status != 200:
            raise ValueError(f"status {response.status}")
        return json.loads(response.read(LONGEST_ANSWER))
    finally:
        connection.close()
