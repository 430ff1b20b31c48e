"""How many guaranteed repairs broke again: facts of districts and categories, never of a person."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from accounts.languages import localized
from dispatch.models import Repair
from reports.models import Report, ReportStatus

# What came to nothing, or tells the same again, is no repair that broke.
_NOTHING = (ReportStatus.REJECTED, ReportStatus.DUPLICATE, ReportStatus.REFERRED)


@dataclass(frozen=True, slots=True)
class Kept:
    """`came_back` of the `repairs` broke again. `of`: the code of the category."""

    of: str
    name: str
    repairs: int
    came_back: int


def kept_by_category(reports: QuerySet[Report], *, since: datetime, until: datetime) -> list[Kept]:
    """Guaranteed repairs of these reports, made from `since` on and before `until`, by category.

    A repair counts once, however many reports tell of it. One query; in the order of the names.
    """
    rows = _counted(_made(reports, since, until), "report__category__code", "report__category__names")
    return _sorted(Kept(code, localized(names) or code, made, back) for code, names, made, back in rows)


def _made(reports: QuerySet[Report], since: datetime, until: datetime) -> QuerySet[Repair]:
    """What was reopened or sent back has no guarantee, and counts as no repair."""
    made = Repair.objects.filter(at__gte=since, at__lt=until, report__guarantee_until__isnull=False)
    return made.filter(report__in=reports)


def _counted(repairs: QuerySet[Repair], *by: str) -> QuerySet[Repair, Any]:
    again = Report.objects.filter(guarantee_of=OuterRef("report")).exclude(status__in=_NOTHING)
    marked = repairs.annotate(broke=Exists(again)).order_by()
    counted = marked.values(*by).annotate(made=Count("pk"), back=Count("pk", filter=Q(broke=True)))
    return counted.values_list(*by, "made", "back")


def _sorted(rows: Iterable[Kept]) -> list[Kept]:
    return sorted(rows, key=lambda each: (each.name, each.of))
