"""Which crews could take a report, and why. Place, load, skill and duty count; a person always decides."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dispatch.facts import lonlat
from dispatch.models import OPEN_JOB_STATUSES, Crew, Position
from dispatch.travel import FRESH_FOR, minutes_for
from districts.geometry import metres_between
from reports.models import Report

# A job, with what belongs to it. A placeholder until measured.
MINUTES_A_JOB = 20.0
AT_MOST = 3


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A crew with the reasons in words. `distance_m` is from its last place, None when that is unknown."""

    crew_id: UUID
    name: str
    distance_m: float | None
    position_at: datetime | None
    jobs_left: int
    has_skill: bool
    is_on_duty: bool
    reasons: tuple[str, ...]

    @property
    def minutes(self) -> float:
        """Roughly until the crew could be there; orders the suggestions and is not shown."""
        return minutes_for(self.distance_m) + self.jobs_left * MINUTES_A_JOB

    def as_json(self) -> dict[str, Any]:
        return {
            "crew": {"id": str(self.crew_id), "name": self.name},
            "distance_m": self.distance_m,
            "position_at": self.position_at,
            "jobs_left": self.jobs_left,
            "has_skill": self.has_skill,
            "on_duty": self.is_on_duty,
            "reasons": list(self.reasons),
        }


def suggestions(report: Report, *, at: datetime, most: int | None = AT_MOST) -> list[Suggestion]:
    """The best crews of the report's district, those with the skill and on duty in front; `most` None: all of
    them.

    Crews that have this very job are left out. Two queries.
    """
    found = [_suggest(crew, report, at) for crew in _candidates(report)]
    found.sort(key=lambda one: (not one.has_skill, not one.is_on_duty, one.minutes, one.name))
    return found[:most]


def _candidates(report: Report) -> QuerySet[Crew]:
    is_open = Q(jobs__status__in=OPEN_JOB_STATUSES)
    crews = Crew.objects.filter(district=report.district_id, is_active=True)
    busy = Crew.objects.filter(jobs__report=report, jobs__status__in=OPEN_JOB_STATUSES).values("pk")
    counted = crews.exclude(pk__in=busy).annotate(jobs_left=Count("jobs", filter=is_open))
    return counted.select_related("position").prefetch_related("skills")


def _suggest(crew: Any, report: Report, at: datetime) -> Suggestion:
    position: Position | None = getattr(crew, "position", None)
    skills = {category.pk for category in crew.skills.all()}
    distance = None
    if position is not None and at - position.at <= FRESH_FOR:
        distance = metres_between(lonlat(position.point), lonlat(report.point))
    has_skill = not skills or report.category_id in skills
    return Suggestion(
        crew_id=crew.pk,
        name=crew.name,
        distance_m=distance,
        position_at=position.at if position else None,
        jobs_left=crew.jobs_left,
        has_skill=has_skill,
        is_on_duty=crew.is_on_duty,
        reasons=_reasons(crew, report, distance, has_skill=has_skill, named=bool(skills)),
    )


def _reasons(
    crew: Any, report: Report, distance: float | None, *, has_skill: bool, named: bool
) -> tuple[str, ...]:
    reasons: Sequence[str] = (
        _in_words(distance),
        _load_in_words(crew.jobs_left),
        _skill_in_words(report, has_skill=has_skill) if named else "",
        "" if crew.is_on_duty else _("off duty"),
    )
    return tuple(reason for reason in reasons if reason)


def _in_words(distance: float | None) -> str:
    if distance is None:
        return _("place unknown")
    if distance < 1_000:
        return _("%(metres)d m away") % {"metres": round(distance, -1)}
    return _("%(kilometres)s km away") % {"kilometres": number_format(distance / 1_000, 1)}


def _load_in_words(jobs: int) -> str:
    if not jobs:
        return _("no job left")
    return ngettext("%(count)d job left", "%(count)d jobs left", jobs) % {"count": jobs}


def _skill_in_words(report: Report, *, has_skill: bool) -> str:
    words = _("can do: %(category)s") if has_skill else _("not equipped for: %(category)s")
    return words % {"category": report.category.name}
