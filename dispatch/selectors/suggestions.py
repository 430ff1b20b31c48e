"""Which crews could take a report, and why, or why not. A person always decides.

Only place, load, skill, vehicle and shift count: nobody's history.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models.functions import Coalesce

from dispatch.facts import lonlat
from dispatch.guarantees import Guarantee, guarantee_on
from dispatch.models import OPEN_JOB_STATUSES, CategoryNeeds, Crew, Job, JobStatus, Shift
from dispatch.models.needs import USUAL_MINUTES
from dispatch.selectors import suggestion_words as words
from dispatch.selectors.places import trusted_places
from dispatch.selectors.shifts import shifts_around
from dispatch.sharing import crews_for
from dispatch.tracking import Fix, last_fixes
from dispatch.travel import FRESH_FOR, MINUTES_FROM_NOWHERE
from dispatch.ways import Way, minutes_to
from districts.geometry import metres_between
from reports.models import Category, Report, Urgency

AT_MOST = 3
AHEAD = timedelta(hours=12)
_UNDER_WAY = (JobStatus.ON_THE_WAY, JobStatus.ON_SITE)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A crew with the reasons in words. `distance_m` is from its last place, None when that is unknown.

    `minutes` are roughly those until it could be there; `obstacles` say why it is not suggested. A crew that
    `repaired_it` under a guarantee that still holds is offered the work first, whatever speaks against it.
    """

    crew_id: UUID
    name: str
    distance_m: float | None
    position_at: datetime | None
    jobs_left: int
    has_skill: bool
    is_on_duty: bool
    minutes: float
    reasons: tuple[str, ...]
    obstacles: tuple[str, ...] = ()
    repaired_it: bool = False

    @property
    def is_fit(self) -> bool:
        """Nothing speaks against it but that others are nearer."""
        return not self.obstacles

    def as_json(self) -> dict[str, Any]:
        return {
            "crew": {"id": str(self.crew_id), "name": self.name},
            "distance_m": self.distance_m,
            "position_at": self.position_at,
            "jobs_left": self.jobs_left,
            "has_skill": self.has_skill,
            "on_duty": self.is_on_duty,
            "reasons": list(self.reasons),
            "obstacles": list(self.obstacles),
        }


@dataclass(frozen=True, slots=True)
class _Load:
    """A crew's open jobs: how many, their work in minutes, and of that what is under way."""

    jobs: int = 0
    minutes: float = 0.0
    under_way: float = 0.0


@dataclass(frozen=True, slots=True)
class Standing:
    """All that counts of a crew. `way` is in minutes, `fix` its last place unless that is too old."""

    crew: Crew
    skills: frozenset[int]
    load: _Load
    fix: Fix | None
    last_seen_at: datetime | None
    way: float
    shift: Shift | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the report asks for; `skill` is the category that a crew must be able to deal with."""

    report: Report
    skill: Category
    vehicles: tuple[str, ...]
    minutes: float
    at: datetime
    guarantee: Guarantee | None = None


def suggestions(
    report: Report, *, at: datetime, most: int | None = AT_MOST, skill: Category | None = None
) -> list[Suggestion]:
    """The best crews that work for the report's district, those that fit in front, then who could be there
    first; `most` None: all of them. `skill` is what one of its jobs needs, where that is not its category.

    Before all others stands the crew whose repair should still hold there. Crews that have this very job are
    left out. At most seven queries, whatever the number of crews, one more for old places, and one under a
    guarantee.
    """
    wanted = _wanted(report, skill or report.category, at)
    found = [_suggest(standing, wanted) for standing in _standings(wanted)]
    found.sort(key=_order)
    return found[:most]


def _order(one: Suggestion) -> tuple[Any, ...]:
    return (not one.repaired_it, not one.is_fit, not one.has_skill, not one.is_on_duty, one.minutes, one.name)


def split(offers: Sequence[Suggestion]) -> tuple[list[Suggestion], list[Suggestion]]:
    """Those to suggest, at most three, and the others."""
    best = [offer for offer in offers if offer.is_fit or offer.repaired_it][:AT_MOST]
    return best, [offer for offer in offers if offer not in best]


def _wanted(report: Report, skill: Category, at: datetime) -> Wanted:
    needs = CategoryNeeds.objects.filter(category=skill).first()
    vehicles = tuple(needs.vehicles) if needs else ()
    return Wanted(
        report, skill, vehicles, float(needs.minutes if needs else USUAL_MINUTES), at, guarantee_on(report)
    )


def _standings(wanted: Wanted) -> list[Standing]:
    crews = list(_candidates(wanted))
    ids = [crew.pk for crew in crews]
    loads, fixes = _loads(ids), last_fixes(ids)
    shifts = shifts_around(ids, at=wanted.at, ahead=AHEAD)
    fresh = trusted_places(crews, fixes, at=wanted.at)
    ways = _ways(crews, fresh, wanted)
    return [
        Standing(
            crew=crew,
            skills=frozenset(category.pk for category in crew.skills.all()),
            load=loads.get(crew.pk, _Load()),
            fix=fresh.get(crew.pk),
            last_seen_at=fixes[crew.pk].at if crew.pk in fixes else None,
            way=ways.get(crew.pk, MINUTES_FROM_NOWHERE),
            shift=next(iter(shifts.get(crew.pk, [])), None),
        )
        for crew in crews
    ]


def _candidates(wanted: Wanted) -> Any:
    """Without those that have this job already."""
    busy = Crew.objects.filter(jobs__report=wanted.report, jobs__status__in=OPEN_JOB_STATUSES).values("pk")
    crews = crews_for(wanted.report.district_id, at=wanted.at).exclude(pk__in=busy)
    return crews.prefetch_related("skills").order_by("name")


def _loads(crew_ids: Sequence[UUID]) -> dict[UUID, _Load]:
    rows = Job.objects.filter(crew__in=crew_ids, status__in=OPEN_JOB_STATUSES)
    loads: dict[UUID, _Load] = {}
    needed = Coalesce("category__needs__minutes", "report__category__needs__minutes")
    for crew_id, status, minutes in rows.values_list("crew_id", "status", needed):
        if crew_id is None:
            continue
        known, work = loads.get(crew_id, _Load()), float(minutes or USUAL_MINUTES)
        under_way = work if status in _UNDER_WAY else 0.0
        loads[crew_id] = _Load(known.jobs + 1, known.minutes + work, known.under_way + under_way)
    return loads


def _ways(crews: Sequence[Crew], fresh: dict[UUID, Fix], wanted: Wanted) -> dict[UUID, float]:
    """Minutes by crew, for those whose place is known."""
    placed = [crew for crew in crews if crew.pk in fresh]
    ways = [Way(fresh[crew.pk].lonlat, crew.vehicle) for crew in placed]
    minutes = minutes_to(lonlat(wanted.report.point), ways)
    return dict(zip((crew.pk for crew in placed), minutes, strict=True))


def _suggest(standing: Standing, wanted: Wanted) -> Suggestion:
    crew, fix = standing.crew, standing.fix
    minutes = minutes_until_there(standing, wanted)
    obstacles = _obstacles(standing, wanted, minutes)
    return Suggestion(
        crew_id=crew.pk,
        name=crew.name,
        distance_m=metres_between(fix.lonlat, lonlat(wanted.report.point)) if fix else None,
        position_at=standing.last_seen_at,
        jobs_left=standing.load.jobs,
        has_skill=_has_skill(standing, wanted),
        is_on_duty=crew.is_on_duty,
        minutes=minutes,
        reasons=_reasons(standing, wanted),
        obstacles=obstacles,
        repaired_it=_repaired_it(crew, wanted),
    )


def minutes_until_there(standing: Standing, wanted: Wanted) -> float:
    """The way, behind what is left to do; what is urgent waits only for what is under way. A break counts."""
    load = standing.load
    before = load.under_way if wanted.report.urgency > Urgency.NORMAL else load.minutes
    rests_until = standing.crew.break_until
    rest = (rests_until - wanted.at).total_seconds() / 60 if rests_until else 0.0
    return standing.way + before + max(0.0, rest)


def _reasons(standing: Standing, wanted: Wanted) -> tuple[str, ...]:
    reasons = (
        words.guaranteed(wanted.guarantee)
        if wanted.guarantee and _repaired_it(standing.crew, wanted)
        else "",
        words.way(standing.way) if standing.fix else words.UNKNOWN_PLACE,
        words.load(standing.load.jobs, standing.load.minutes),
        words.skilled(wanted.skill) if standing.skills and _has_skill(standing, wanted) else "",
        words.vehicle(standing.crew) if wanted.vehicles else "",
        _seen(standing, wanted.at),
        words.shift(standing.crew, standing.shift, wanted.at),
    )
    return tuple(str(reason) for reason in reasons if reason)


def _seen(standing: Standing, at: datetime) -> str:
    if standing.fix and at - standing.fix.at > FRESH_FOR:
        return words.standing(standing.fix.at, at)
    return words.seen(standing.fix.at if standing.fix else standing.last_seen_at, at)


def _obstacles(standing: Standing, wanted: Wanted, minutes: float) -> tuple[str, ...]:
    crew = standing.crew
    obstacles = (
        "" if _has_skill(standing, wanted) else words.unskilled(wanted.skill),
        "" if not wanted.vehicles or crew.vehicle in wanted.vehicles else words.needs(wanted.vehicles),
        "" if crew.is_on_duty else words.off_duty(standing.shift, wanted.at),
        "" if standing.load.jobs < crew.capacity else words.full(crew.capacity),
        _too_late(standing, wanted, minutes),
    )
    return tuple(str(obstacle) for obstacle in obstacles if obstacle)


def _too_late(standing: Standing, wanted: Wanted, minutes: float) -> str:
    """Whether the work would last beyond the shift."""
    shift = standing.shift
    if shift is None or not shift.starts_at <= wanted.at:
        return ""
    ready_at = wanted.at + timedelta(minutes=minutes + wanted.minutes)
    return words.shift_ends(shift.ends_at) if ready_at > shift.ends_at else ""


def _repaired_it(crew: Crew, wanted: Wanted) -> bool:
    return wanted.guarantee is not None and wanted.guarantee.crew == crew


def _has_skill(standing: Standing, wanted: Wanted) -> bool:
    return not standing.skills or wanted.skill.pk in standing.skills
