"""Positions that come in: many at once from the sockets, one at a time from a tracking app."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F, FilteredRelation
from django.utils import timezone

from dispatch.models import Crew, CrewMember
from dispatch.news import district_stream
from dispatch.sharing import also_works_for, in_force
from dispatch.tracking import lately, tracks
from dispatch.tracking.fixes import Fix, is_of_use, require_place
from dispatch.tracking.memory import memory
from live import hints, names
from live.delivery import Position
from live.passing import Items


@dataclass(frozen=True, slots=True)
class _Tracked:
    """A crew at work, since when, the districts that see it, and whether a track is kept (`track_days`)."""

    crew_id: UUID
    name: str
    districts: tuple[str, ...]
    track_days: int
    since: datetime | None


def receive_positions(positions: Sequence[Position]) -> None:
    """What members of crews send: it counts for each of their crews whose stream the connection follows.

    Off duty and on a break nothing is kept, and a fix worse than five kilometres is none. Whatever their
    number, one query finds the crews, and each crew is written at most every ten seconds.
    """
    sent = [
        (position.user.pk, Fix(crew_id, position.lon, position.lat, position.accuracy, position.at))
        for position in positions
        if is_of_use(position.accuracy)
        for crew_id in _followed(position.streams)
    ]
    crews = _crews_at_work({(person, fix.crew_id) for person, fix in sent})
    fixes = [fix for person, fix in sent if (person, fix.crew_id) in crews]
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
    if not crew.is_working(timezone.now()) or not is_of_use(accuracy):
        return
    tracked = _tracked(crew, set(also_works_for([crew.pk], at=at).get(crew.pk, [])))
    _keep([Fix(crew.pk, lon, lat, accuracy, at, speed_mps)], {crew.pk: tracked})


def _followed(streams: Sequence[str]) -> list[UUID]:
    """The crews among the streams; that each may be followed was looked at when it was opened."""
    return [UUID(key) for prefix, key in map(names.split, streams) if prefix == "crew"]


def _crews_at_work(wanted: set[tuple[int, UUID]]) -> dict[tuple[int, UUID], _Tracked]:
    """By person and crew; without crews off duty or on a break, and those that are not the person's."""
    at = timezone.now()
    people, crew_ids = {person for person, _crew in wanted}, {crew_id for _person, crew_id in wanted}
    members = CrewMember.objects.filter(user__in=people, crew__in=crew_ids, crew__is_active=True)
    shared = FilteredRelation("crew__sharings", condition=in_force(at, "crew__sharings__"))
    rows = members.select_related("crew__district").annotate(shared=shared, other=F("shared__district__code"))
    found: dict[tuple[int, UUID], Crew] = {}
    others: dict[UUID, set[str]] = {}
    for member in rows:
        if member.crew.is_working(at):
            found[member.user_id, member.crew_id] = member.crew
        if member.other:
            others.setdefault(member.crew_id, set()).add(member.other)
    return {key: _tracked(crew, others.get(crew.pk, set())) for key, crew in found.items() if key in wanted}


def _tracked(crew: Crew, others: set[str]) -> _Tracked:
    districts = (crew.district.code, *sorted(others))
    return _Tracked(crew.pk, crew.name, districts, crew.district.track_days, crew.on_duty_since)


def _keep(fixes: Iterable[Fix], crews: dict[UUID, _Tracked]) -> None:
    memory.begin({crew.crew_id: crew.since for crew in crews.values()})
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
        for code in crew.districts:
            desk = items.setdefault(district_stream(code), {"positions": {}})
            desk["positions"][str(crew.crew_id)] = place
    hints.pass_items(items)
