"""Repairs that should still hold where a report tells that the same thing broke: found, and noted once."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from districts.geometry import box_around, metres_between
from districts.spatial import within_bbox
from reports.models import Report
from reports.services.changing import announce, lock_reports

# The same thing at the same spot, as far as phones can tell places apart.
WITHIN_M = 30.0
_TRIES = 3


@dataclass(frozen=True, slots=True)
class Broken:
    """The report whose repair should hold, and how many metres away its pin (or a merged one's) is."""

    repair_id: int
    distance_m: float


def note_guarantee(*, code: str, at: datetime) -> bool:
    """Note whose repair a report says is broken again, or that it is none. Whether that was news.

    Idempotent; `report.guarantee` is told only when something changed, and the version stays. Two statements
    where nothing is found. Both reports are locked, in the order of their keys, before it is written.
    """
    for _try in range(_TRIES):
        report = Report.objects.filter(code=code).first()
        if report is None:
            return False
        found = find_broken_repair(report)
        if _is_noted(report, found):
            return False
        if _note(report.pk, found, at):
            return True
    return False  # it keeps changing: each change is an event, and looked at by itself


def note_guarantees_of(*, code: str, at: datetime) -> None:
    """The repair of this report was undone, or lies elsewhere: whoever referred to it is looked at again."""
    later = Report.objects.filter(guarantee_of__code=code).values_list("code", flat=True)
    for other in list(later):
        note_guarantee(code=other, at=at)


def find_broken_repair(report: Report) -> Broken | None:
    """The nearest repair of the same category within 30 metres, guaranteed on the day the report came in.

    The pins of reports merged into the repaired one count as its own. One query, by the spatial index.
    """
    lon, lat = report.point.coords
    rows = Report.objects.filter(_holds(report) | _holds(report, "duplicate_of__")).exclude(pk=report.pk)
    near = within_bbox(rows, "point", *box_around((lon, lat), WITHIN_M)).select_related("duplicate_of")
    found = [
        Broken(_repaired(row).pk, metres_between((lon, lat), (row.point.x, row.point.y))) for row in near
    ]
    within = [each for each in found if each.distance_m <= WITHIN_M]
    return min(within, key=lambda each: (each.distance_m, -each.repair_id), default=None)


def _holds(report: Report, prefix: str = "") -> Q:
    """Repaired before the report came in, and guaranteed then. What was reopened has no guarantee."""
    wanted = {
        "category": report.category_id,
        "resolved_at__lt": report.received_at,
        "guarantee_until__gte": timezone.localdate(report.received_at),
    }
    return Q(**{f"{prefix}{name}": value for name, value in wanted.items()})


def _repaired(row: Report) -> Report:
    return row.duplicate_of or row


def _is_noted(report: Report, found: Broken | None) -> bool:
    wanted = (found.repair_id, found.distance_m) if found else (None, None)
    return (report.guarantee_of_id, report.guarantee_m) == wanted


def _note(report_id: int, found: Broken | None, at: datetime) -> bool:
    """Write it, if with both rows locked it is still so, and still news."""
    with transaction.atomic():
        held = lock_reports({report_id, *([found.repair_id] if found else [])})
        report = held[report_id]
        if _is_noted(report, found) or find_broken_repair(report) != found:
            return False
        report.guarantee_of = held[found.repair_id] if found else None
        report.guarantee_m = found.distance_m if found else None
        report.save(update_fields=["guarantee_of", "guarantee_m"])
        announce(report, "report.guarantee", at=at)
    return True
