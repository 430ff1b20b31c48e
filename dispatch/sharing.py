"""Which districts a crew works for: its own, and by agreement others."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from dispatch.models import Crew, SharedCrew


def crews_for(*district_ids: int, at: datetime) -> QuerySet[Crew]:
    """The active crews that work for one of these districts on that day."""
    shared = SharedCrew.objects.filter(in_force(at), crew=OuterRef("pk"), district__in=district_ids)
    return Crew.objects.filter(Q(district__in=district_ids) | Q(Exists(shared)), is_active=True)


def also_works_for(crew_ids: Iterable[UUID], *, at: datetime) -> dict[UUID, list[str]]:
    """Codes of the other districts by crew, in order; crews without any are left out. One query."""
    agreed = SharedCrew.objects.filter(in_force(at), crew__in=list(crew_ids))
    codes: dict[UUID, set[str]] = {}
    for crew_id, code in agreed.values_list("crew_id", "district__code"):
        codes.setdefault(crew_id, set()).add(code)
    return {crew_id: sorted(found) for crew_id, found in codes.items()}


def in_force(at: datetime, prefix: str = "") -> Q:
    """That an agreement, reached by `prefix`, holds on the city's day of that moment."""
    day = timezone.localdate(at)
    begun = Q(**{f"{prefix}starts_on__lte": day})
    return begun & (Q(**{f"{prefix}ends_on__isnull": True}) | Q(**{f"{prefix}ends_on__gte": day}))
