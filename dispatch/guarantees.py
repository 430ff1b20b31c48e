"""A repair that should still hold where something broke again, and the crew that answers for it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from dispatch.models import Crew
from reports.models import Report

_GUARANTEE_OF: Any = Report._meta.get_field("guarantee_of")


@dataclass(frozen=True, slots=True)
class Guarantee:
    """`report` is the earlier one, `distance_m` metres away; repaired by `crew`, holds `until` then."""

    report: Report
    crew: Crew
    repaired_at: datetime
    until: date
    distance_m: float


def guarantee_on(report: Report) -> Guarantee | None:
    """None where no repair should hold, and where it was undone meanwhile: opened again, or sent back.

    No query where none was noted, or where `guarantee_of__repair__crew` was read along; else one.
    """
    if report.guarantee_of_id is None:
        return None
    if not _GUARANTEE_OF.is_cached(report):
        report.guarantee_of = Report.objects.select_related("repair__crew").get(pk=report.guarantee_of_id)
    earlier = report.guarantee_of
    repair = getattr(earlier, "repair", None)
    if earlier is None or repair is None or earlier.guarantee_until is None:
        return None
    return Guarantee(earlier, repair.crew, repair.at, earlier.guarantee_until, report.guarantee_m or 0.0)
