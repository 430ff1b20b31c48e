"""Positions that come in: many at once from the sockets, one at a time from a tracking app."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from dispatch.models import Crew, CrewMember
from dispatch.news import district_stream
from dispatch.tracking import lately, tracks
from dispatch.tracking.fixes import Fix, is_of_use, require_place
from dispatch.tracking.memory import memory
from live import hints
from live.delivery import Position
from live.passing import Items


@dataclass(frozen=True, slots=True)
class _Tracked:
    """A crew on duty; its `track_days` say whether a track is kept."""

    crew_id: UUID
    name: str
    district: str
    track_days: int


def receive_positions(positions: Sequence[Position]) -> None:
    """What members of crews send: the first crew of each person counts, as for their jobs.

    Off duty nothing is kept, and a fix worse than five kilometres is none. Whatever their number, one query
    finds the crews, and each crew is written at most every ten seconds.
    """
    useful = [position for position in positions if is_of_use(position.accuracy)]
    crews = _crews_of({position.user.pk for position in useful})
    fixes = [
        Fix(crews[position.user.pk].crew_id, position.lon, position.lat, position.accuracy, position.at)
        for position in useful
        if position.user.pk in crews
    ]
    _keep(fixes, {crew.crew_id: crew for crew in crews.values()})


def receive_crew_fix(
    crew: Crew,
    *,
    lat: float,
    lon: float,
    accuracy: float | None,
    at: datetime,
    speed_mps: float | None = None,
) -> None:
    """What a tracking app sends for a crew. Degrees, metres, metres a second. Raises InvalidPosition."""
    require_place(lat, lon, accuracy)
    if not crew.is_on_duty or not is_of_use(accuracy):
        return
    tracked = _Tracked(crew.pk, crew.name, crew.district.code, crew.district.track_days)
    _keep([Fix(crew.pk, lon, lat, accuracy, at, speed_mps)], {crew.pk: tracked})


def _crews_of(user_ids: set[int]) -> dict[int, _Tracked]:
    """By person; people whose crew is off duty are left out."""
    members = CrewMember.objects.filter(user__in=user_ids, crew__is_active=True).order_by("pk")
    rows = members.values_list(
        "user_id",
        "crew__is_on_duty",
        "crew_id",
        "crew__name",
        "crew__district__code",
        "crew__district__track_days",
    )
    first: dict[int, _Tracked | None] = {}
    for user_id, on_duty, crew_id, name, district, days in rows:
        first.setdefault(user_id, _Tracked(crew_id, name, district, days) if on_duty else None)
    return {user_id: crew for user_id, crew in first.items() if crew is not None}


def _keep(fixes: Iterable[Fix], crews: dict[UUID, _Tracked]) -> None:
    fresh = memory.take(_latest(fixes))
    if not fresh:
        return
    lately.remember(fresh)
    _tell_desks(fresh, crews)
    due = memory.due_to_write(fresh)
    if due:
        lately.write_positions(due)
        tracks.append(memory.due_to_track([fix for fix in due if crews[fix.crew_id].track_days]))


def _latest(fixes: Iterable[Fix]) -> list[Fix]:
    """One for each crew: two phones of one crew are in one place."""
    latest: dict[UUID, Fix] = {}
    for fix in fixes:
        known = latest.get(fix.crew_id)
        if known is None or fix.at >= known.at:
            latest[fix.crew_id] = fix
    return list(latest.values())


def _tell_desks(fixes: Sequence[Fix], crews: dict[UUID, _Tracked]) -> None:
    items: Items = {}
    for fix in fixes:
        crew = crews[fix.crew_id]
        place = {"id": str(crew.crew_id), "name": crew.name, **fix.as_json()}
        desk = items.setdefault(district_stream(crew.district), {"positions": {}})
        desk["positions"][str(crew.crew_id)] = place
    hints.pass_items(items)
