"""Repairs that should still hold where a report tells that the same thing broke: found, and noted once."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.contrib.gis.geos import Point
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from districts.geometry import box_around, metres_between
from districts.spatial import within_bbox
from reports.models import AnotherThing, Report
from reports.services.changing import announce, lock_reports

# The same thing at the same spot, as far as phones can tell places apart.
WITHIN_M = 30.0
_TRIES = 3
# Of a report that a hundred people told of, enough to know the place.
_PINS = 20


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

    The pins of merged reports count as those of the one they were merged into, on both sides. Not what the
    desk has called another thing. One query for each pin, by the spatial index, and one where a repair lies.
    """
    around = [each for pin in _pins(report) for each in _repairs_around(pin, report)]
    others = _others(report) if around else set()
    found = [each for each in around if each.repair_id not in others]
    return min(found, key=lambda each: (each.distance_m, -each.repair_id), default=None)


def _others(report: Report) -> set[int]:
    return set(AnotherThing.objects.filter(report=report).values_list("repaired", flat=True))


def _pins(report: Report) -> list[Point]:
    """Its own, and those of what was merged into it. No query for a report that one person told of."""
    if report.voices == 1:
        return [report.point]
    merged = Report.objects.filter(duplicate_of=report).order_by("pk").values_list("point", flat=True)
    return [report.point, *merged[:_PINS]]


def _repairs_around(pin: Point, report: Report) -> Iterator[Broken]:
    rows = Report.objects.filter(_holds(report) | _holds(report, "duplicate_of__")).exclude(pk=report.pk)
    box = box_around((pin.x, pin.y), WITHIN_M)
    for row in within_bbox(rows, "point", *box).select_related("duplicate_of"):
        distance_m = metres_between((pin.x, pin.y), (row.point.x, row.point.y))
        if distance_m <= WITHIN_M:
            yield Broken(_repaired(row).pk, distance_m)


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
