"""Travel times for pages and plans: from the routing server where there is one, else by estimate.

A page never waits long for the server: what comes too late is there when the page is drawn again.
"""

import logging
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass

import numpy as np
from django.conf import settings
from django.core.cache import cache
from redis.exceptions import RedisError

from dispatch import routing
from dispatch.models import Crew
from dispatch.travel import PACES, minutes_between
from districts.geometry import Position, metres_table

PATIENCE_S = 0.25
# The thread that asks may take longer than the page: its answer is kept for the next one.
SERVER_S = 5.0
KEPT_FOR_S = 600
# As many on either side as OSRM (100 places) and Valhalla (2,500 pairs) answer unless told otherwise.
BLOCK = 50
# A server that failed is left alone for a while.
REST_FOR_S = 30
_RESTING = "routing:resting"
logger = logging.getLogger(__name__)
_pool = ThreadPoolExecutor(max_workers=4, thread_name_prefix="routing")


@dataclass(frozen=True, slots=True)
class Way:
    """From a place (lon, lat), by a vehicle."""

    start: Position
    vehicle: str


def minutes_to(target: Position, ways: Sequence[Way]) -> list[float]:
    """Minutes of each way to the target. At most a quarter of a second; no query."""
    estimates = [minutes_between(way.start, target, way.vehicle) for way in ways]
    if not routing.is_configured() or not ways:
        return estimates
    known = _kept(target, ways)
    if len(known) < len(ways):
        known |= _ask(target, [way for way in dict.fromkeys(ways) if way not in known])
    return [known.get(way, estimate) for way, estimate in zip(ways, estimates, strict=True)]


def estimated_table(places: Sequence[Position], vehicle: str) -> list[list[int]]:
    """Seconds from each place to each, by estimate. No network, no query."""
    if not places:
        return []
    pace = PACES[Crew.Vehicle(vehicle)]
    seconds: list[list[int]] = np.rint(metres_table(places) * pace.minutes(1) * 60).astype(int).tolist()
    return seconds


def measure_minutes(way: Way, target: Position) -> float | None:
    """Minutes by the routing server; None when it knows no way. For tasks only: it may take seconds.

    Raises RoutingFailed, also while the server is left alone.
    """
    if _is_resting():
        raise routing.RoutingFailed("left alone for a while")
    try:
        table = routing.fetch_table([way.start], [target], way.vehicle, timeout_s=SERVER_S)
    except routing.RoutingFailed:
        _keep({_RESTING: 1}, REST_FOR_S)
        raise
    seconds = table[0][0]
    return None if seconds is None else seconds / 60


def measured_tables(places: Sequence[Position], vehicles: Iterable[str]) -> dict[str, list[list[int]]] | None:
    """By vehicle, seconds from each place to each by the routing server; estimates for ways it doesn't know.

    None without a server, and when it fails or all together take too long. For tasks only.
    """
    if not routing.is_configured() or not places:
        return None
    until, by_profile = time.monotonic() + SERVER_S, dict[str, routing.Table]()
    tables: dict[str, list[list[int]]] = {}
    try:
        for vehicle in vehicles:
            profile = routing.profile_of(vehicle)
            if profile not in by_profile:
                by_profile[profile] = _fetch_blocks(places, vehicle, until=until)
            tables[vehicle] = _filled(by_profile[profile], estimated_table(places, vehicle))
    except routing.RoutingFailed as error:
        logger.warning("No table of ways (%s): planned by estimate.", error)
        return None
    return tables


def _filled(table: routing.Table, estimates: list[list[int]]) -> list[list[int]]:
    return [
        [estimate if seconds is None else round(seconds) for seconds, estimate in zip(*rows, strict=True)]
        for rows in zip(table, estimates, strict=True)
    ]


def _fetch_blocks(places: Sequence[Position], vehicle: str, *, until: float) -> routing.Table:
    """The table in blocks: servers refuse larger ones."""
    blocks = [places[first : first + BLOCK] for first in range(0, len(places), BLOCK)]
    rows: routing.Table = []
    for sources in blocks:
        tables = [_fetch_block(sources, targets, vehicle, until) for targets in blocks]
        rows += [[cell for row in beside for cell in row] for beside in zip(*tables, strict=True)]
    return rows


def _fetch_block(
    sources: Sequence[Position], targets: Sequence[Position], vehicle: str, until: float
) -> routing.Table:
    left = until - time.monotonic()
    if left <= 0:
        raise routing.RoutingFailed("it takes too long")
    return routing.fetch_table(sources, targets, vehicle, timeout_s=left)


def _ask(target: Position, ways: Sequence[Way]) -> dict[Way, float]:
    """What the server answers while a page can wait. One request for each vehicle, at the same time."""
    if _is_resting():
        return {}
    by_vehicle: dict[str, list[Way]] = {}
    for way in ways:
        by_vehicle.setdefault(way.vehicle, []).append(way)
    asked = [_pool.submit(_fetch, target, own) for own in by_vehicle.values()]
    done, _late = wait(asked, timeout=PATIENCE_S)
    return {way: minutes for future in done for way, minutes in future.result().items()}


def _fetch(target: Position, ways: Sequence[Way]) -> dict[Way, float]:
    """Runs in a thread of the pool: no database there."""
    try:
        table = routing.fetch_table(
            [way.start for way in ways], [target], ways[0].vehicle, timeout_s=SERVER_S
        )
    except routing.RoutingFailed as error:
        logger.warning("The routing server gives no times (%s): estimating.", error)
        _keep({_RESTING: 1}, REST_FOR_S)
        return {}
    found = {way: row[0] / 60 for way, row in zip(ways, table, strict=True) if row[0] is not None}
    _keep({_key(target, way): minutes for way, minutes in found.items()}, KEPT_FOR_S)
    return found


def _kept(target: Position, ways: Sequence[Way]) -> dict[Way, float]:
    try:
        found: dict[str, float] = cache.get_many([_key(target, way) for way in ways])
    except (RedisError, OSError) as error:
        logger.warning("The cache tells no ways: %s", error)
        return {}
    return {way: found[_key(target, way)] for way in ways if _key(target, way) in found}


def _keep(values: dict[str, float], seconds: int) -> None:
    try:
        cache.set_many(values, seconds)
    except (RedisError, OSError) as error:
        logger.warning("The cache takes no ways: %s", error)


def _is_resting() -> bool:
    try:
        return cache.get(_RESTING) is not None
    except (RedisError, OSError):
        return False


def _key(target: Position, way: Way) -> str:
    """To some ten metres: a crew that stands still asks once."""
    places = ",".join(f"{number:.4f}" for number in (*way.start, *target))
    return f"way:{settings.ROUTING_ENGINE}:{way.vehicle}:{places}"
