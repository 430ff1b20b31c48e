"""Many points at once: what is plain is answered on whole arrays, what needs weighing one by one."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import numpy as np
import shapely

from districts.geometry import Floats, Geometries, scale_array, to_local_array
from districts.locating.answers import Alternative, Certainty
from districts.locating.day import DayMap
from districts.locating.errors import InvalidPoint
from districts.locating.index import Indexes, Mask
from districts.locating.responsibilities import EDGE_M, MOST_REACH_M, Responsibilities
from districts.locating.ruling import Ruling


class Brief(NamedTuple):
    """A `Responsibility` without distances and reasons."""

    district: str | None
    certainty: Certainty
    alternatives: tuple[Alternative, ...] = ()


_OUTSIDE = Brief(None, Certainty.OUTSIDE)


@dataclass(frozen=True, slots=True)
class Points:
    """Positions of one ruling, with all that is asked of them as arrays."""

    rows: Indexes
    lonlat: Floats
    degrees: Geometries
    local: Geometries
    scale: Floats
    reach_m: Floats
    holders: Indexes  # how many areas hold the point
    holder: Indexes  # one of them, or -1


def locate_many(
    known: Responsibilities,
    *,
    lonlat: Floats,
    categories: Sequence[str | None] | None = None,
    accuracies_m: Floats | None = None,
    at: datetime,
) -> list[Brief | InvalidPoint]:
    """The same answers as `locate`, in order, for finite positions in range (n, 2).

    A position that makes sense only with its numbers exchanged gets the refusal instead.
    """
    day = known.map_on(at.astimezone(known.time_zone).date())
    stated_m = np.zeros(len(lonlat)) if accuracies_m is None else accuracies_m
    reach_m = np.clip(stated_m, EDGE_M, MOST_REACH_M)
    answers: list[Brief | InvalidPoint] = [_OUTSIDE] * len(lonlat)
    for category, rows in _by_ruling(day, categories, len(lonlat)):
        ruling = day.ruling(category)
        points = _points(day, rows, lonlat[rows], reach_m[rows])
        sure = _answer_sure(known, day, ruling, points, answers)
        for i in np.flatnonzero(~sure).tolist():
            answers[rows[i]] = _weighed(known, day, category, points, i)
    return answers


def _by_ruling(
    day: DayMap, categories: Sequence[str | None] | None, count: int
) -> list[tuple[str | None, Indexes]]:
    """The rows of each category that has rules of its own, and those of all others together."""
    if categories is None:
        return [(None, np.arange(count))]
    groups: dict[str | None, list[int]] = defaultdict(list)
    for row, category in enumerate(categories):
        groups[category if day.has_own_ruling(category) else None].append(row)
    return [(category, np.array(rows)) for category, rows in groups.items()]


def _points(day: DayMap, rows: Indexes, lonlat: Floats, reach_m: Floats) -> Points:
    degrees = np.asarray(shapely.points(lonlat))
    point, area = day.areas.covering_many(degrees)
    holder = np.full(len(rows), -1)
    holder[point] = area
    return Points(
        rows=rows,
        lonlat=lonlat,
        degrees=degrees,
        local=np.asarray(shapely.points(to_local_array(lonlat))),
        scale=scale_array(lonlat[:, 1]),
        reach_m=reach_m,
        holders=np.bincount(point, minlength=len(rows)),
        holder=holder,
    )


def _answer_sure(
    known: Responsibilities,
    day: DayMap,
    ruling: Ruling,
    points: Points,
    answers: list[Brief | InvalidPoint],
) -> Mask:
    """Fill in the answers that no border and no rule's area comes near; which ones."""
    held = points.holders > 0
    reach = np.where(held, points.reach_m, np.maximum(points.reach_m, known.margin_m)) * points.scale
    free = ~_near_rules(ruling, points, reach)
    inside, outside = held & free, ~held & free
    if ruling.everywhere is None:
        inside &= points.holders == 1
    _keep_far(day, points, reach, inside, outside, rules_all=ruling.everywhere is not None)
    outside &= ~_maybe_swapped(day, points)
    briefs = _briefs(day, ruling)
    for i in np.flatnonzero(inside).tolist():
        answers[points.rows[i]] = briefs[points.holder[i]]
    return inside | outside


def _near_rules(ruling: Ruling, points: Points, reach: Floats) -> Mask:
    if ruling.areas is None:
        return np.zeros(len(points.rows), dtype=bool)
    near = ruling.areas.near_mask(points.local, reach)
    near[ruling.areas.covering_many(points.degrees)[0]] = True
    return near


def _keep_far(
    day: DayMap, points: Points, reach: Floats, inside: Mask, outside: Mask, *, rules_all: bool
) -> None:
    """Drop from both masks what lies near a border; inside, borders mean nothing to a rule for all."""
    asked = np.flatnonzero(outside if rules_all else inside | outside)
    near = asked[day.areas.near_mask(points.local[asked], reach[asked])]
    outside[near] = False
    if not rules_all:
        inside[near] = False


def _maybe_swapped(day: DayMap, points: Points) -> Mask:
    west, south, east, north = day.bounds
    lon, lat = points.lonlat[:, 1], points.lonlat[:, 0]
    return np.asarray((west <= lon) & (lon <= east) & (south <= lat) & (lat <= north))


def _briefs(day: DayMap, ruling: Ruling) -> list[Brief]:
    """The certain answer in each area."""
    if ruling.everywhere is not None:
        district = day.district_of[ruling.everywhere[1].district_id]
        return [Brief(district.code, Certainty.CERTAIN)] * len(day.boundaries)
    return [Brief(day.district_at(i).code, Certainty.CERTAIN) for i in range(len(day.boundaries))]


def _weighed(
    known: Responsibilities, day: DayMap, category: str | None, points: Points, i: int
) -> Brief | InvalidPoint:
    lon, lat = points.lonlat[i].tolist()
    try:
        answer = known.answer(day, lon, lat, category, float(points.reach_m[i]))
    except InvalidPoint as refusal:
        return refusal
    return Brief(answer.district, answer.certainty, answer.alternatives)
