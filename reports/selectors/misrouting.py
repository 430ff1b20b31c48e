"""How often a report came to the wrong district, measured by what people corrected afterwards."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from districts.models import District
from reports.models import BorderDecision, Report


@dataclass(frozen=True, slots=True)
class Share:
    """Of `routed` reports, `moved` are with another district in the end; `returned` came back from one."""

    routed: int = 0
    moved: int = 0
    returned: int = 0

    @property
    def rate(self) -> float | None:
        """The share that was corrected, 0 to 1; None where nothing was routed."""
        return self.moved / self.routed if self.routed else None


@dataclass(frozen=True, slots=True)
class Misrouting:
    """What the routing first gave to the district: where it was certain, and where it was not."""

    district: District
    certain: Share
    uncertain: Share

    @property
    def all(self) -> Share:
        both = (self.certain, self.uncertain)
        return Share(
            sum(share.routed for share in both),
            sum(share.moved for share in both),
            sum(share.returned for share in both),
        )


def misrouting(*, start: datetime, end: datetime, district_ids: Collection[int]) -> list[Misrouting]:
    """For reports received in [start, end), by the district that they first came to. Two queries.

    The first decision at the border keeps whose a report was and whether that was in doubt; a report without
    one is where it was routed to.
    """
    found: dict[tuple[int, bool], Share] = {}
    for row in _counted(_first_routed(start, end), district_ids):
        shares = Share(row["routed"], row["moved"], row["returned"])
        found[row["first_district"], bool(row["doubtful"])] = shares
    districts = District.objects.filter(pk__in=district_ids).order_by("position", "code")
    return [
        Misrouting(each, found.get((each.pk, False), Share()), found.get((each.pk, True), Share()))
        for each in districts
    ]


def _first_routed(start: datetime, end: datetime) -> QuerySet[Any]:
    first = BorderDecision.objects.filter(report=OuterRef("pk")).order_by("at", "id")
    moves = first.exclude(from_district=F("to_district"))
    received = Report.objects.filter(received_at__gte=start, received_at__lt=end)
    return received.annotate(
        first_district=Coalesce(
            Subquery(first.values("from_district_id")[:1]),
            F("district_id"),
            output_field=BigIntegerField(),
        ),
        doubtful=Coalesce(Subquery(first.values("was_uncertain")[:1]), F("is_uncertain")),
        was_moved=Exists(moves),
    )


def _counted(reports: QuerySet[Any], district_ids: Collection[int]) -> QuerySet[Any, Any]:
    elsewhere = ~Q(first_district=F("district"))
    of_these = reports.filter(first_district__in=district_ids)
    counts = {
        "routed": Count("pk"),
        "moved": Count(Case(When(elsewhere, then=Value(1)))),
        "returned": Count(Case(When(Q(was_moved=True) & ~elsewhere, then=Value(1)))),
    }
    found: QuerySet[Any, Any] = of_these.order_by().values("first_district", "doubtful").annotate(**counts)
    return found
