"""Where each crew was last: in the cache at every fix, in the database at times."""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.cache import cache
from redis.exceptions import RedisError

from dispatch.models import Position
from dispatch.tracking.fixes import Fix

CACHED_FOR_S = 1_800
logger = logging.getLogger(__name__)


def remember(fixes: Sequence[Fix]) -> None:
    """Keep the fixes in the cache; one that doesn't answer costs nothing but freshness."""
    try:
        cache.set_many({_key(fix.crew_id): _packed(fix) for fix in fixes}, CACHED_FOR_S)
    except (RedisError, OSError) as error:
        logger.warning("The cache takes no positions: %s", error)


def last_fixes(crew_ids: Iterable[UUID]) -> dict[UUID, Fix]:
    """The last place of each crew that has one, from the cache, else the database: at most one query."""
    wanted = set(crew_ids)
    found = _cached(wanted)
    missing = wanted - set(found)
    rows = Position.objects.filter(crew__in=missing, crew__is_on_duty=True) if missing else ()
    return found | {row.crew_id: fix_of(row) for row in rows}


def forget(crew_id: UUID) -> None:
    """Off duty nobody is anywhere. Call it in the transaction that signs the crew off."""
    Position.objects.filter(crew=crew_id).delete()
    try:
        cache.delete(_key(crew_id))
    except (RedisError, OSError) as error:
        logger.warning("A position stays in the cache for half an hour: %s", error)


def write_positions(fixes: Sequence[Fix]) -> None:
    """The latest of each crew wins, whatever the order in which processes write. Two statements."""
    known = {row.crew_id: row for row in Position.objects.filter(crew__in=[fix.crew_id for fix in fixes])}
    rows = [
        row_of(fix, known.get(fix.crew_id))
        for fix in fixes
        if fix.crew_id not in known or known[fix.crew_id].at < fix.at
    ]
    Position.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["crew"],
        update_fields=["point", "accuracy_m", "speed_mps", "at", "moved_at"],
    )


def row_of(fix: Fix, before: Position | None) -> Position:
    """The row that follows on what was written before."""
    moved_before = before.moved_at if before else None
    return Position(
        crew_id=fix.crew_id,
        point=fix.point,
        accuracy_m=fix.accuracy_m,
        speed_mps=fix.speed_mps,
        at=fix.at,
        moved_at=fix.at if fix.is_moving else moved_before,
    )


def fix_of(row: Position) -> Fix:
    return Fix(row.crew_id, row.point.x, row.point.y, row.accuracy_m, row.at, row.speed_mps)


def _cached(crew_ids: set[UUID]) -> dict[UUID, Fix]:
    try:
        found: dict[str, Any] = cache.get_many([_key(crew_id) for crew_id in crew_ids])
    except (RedisError, OSError) as error:
        logger.warning("The cache tells no positions: %s", error)
        return {}
    fixes = [_unpacked(value) for value in found.values()]
    return {fix.crew_id: fix for fix in fixes}


def _key(crew_id: UUID) -> str:
    return f"position:{crew_id}"


def _packed(fix: Fix) -> tuple[str, float, float, float | None, str, float | None]:
    """Plain values: what another version of the code has cached stays readable."""
    return str(fix.crew_id), fix.lon, fix.lat, fix.accuracy_m, fix.at.isoformat(), fix.speed_mps


def _unpacked(value: Any) -> Fix:
    crew_id, lon, lat, accuracy_m, at, speed_mps = value
    return Fix(UUID(crew_id), lon, lat, accuracy_m, datetime.fromisoformat(at), speed_mps)
