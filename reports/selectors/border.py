"""The border desk: reports of which it is not clear, or not agreed, whose they are."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from reports.models import BorderDecision, Involvement, Photo, PhotoStatus, Report, Update
from reports.workflow import OPEN, UNTOUCHED

AT_MOST = 100
_MOVES = (BorderDecision.Kind.HANDED_OVER, BorderDecision.Kind.TAKEN_OVER)


@dataclass(frozen=True)
class BorderReport:
    """A report with its history at the border and what both sides have written, oldest first."""

    report: Report
    decisions: list[BorderDecision]
    notes: list[Update]

    @property
    def moves(self) -> list[BorderDecision]:
        return [each for each in self.decisions if each.kind in _MOVES]

    @property
    def last_move(self) -> BorderDecision | None:
        return self.moves[-1] if self.moves else None

    @property
    def came_back(self) -> bool:
        """Whether it was given to another district and is again where it was before."""
        return any(move.from_district_id == self.report.district_id for move in self.moves)


def border_reports(district_id: int) -> list[BorderReport]:
    """What lies between the district and others: undecided first, then what was moved, the next due in front.

    Of both sides: the district's own and those that it could take over, or had. Six queries, whatever their
    number; at most a hundred.
    """
    moved = BorderDecision.objects.filter(report=OuterRef("pk"), kind__in=_MOVES)
    found = _concerning(district_id).filter(Q(_UNDECIDED) | Q(Exists(moved), status__in=OPEN))
    rows = found.select_related("category", "district").prefetch_related(*_details())
    return [_with_history(report) for report in rows.order_by("-is_uncertain", "due_at", "pk")[:AT_MOST]]


def undecided(district_id: int) -> QuerySet[Report]:
    """The reports that wait for somebody to say whose they are, on both sides of the district's border."""
    return _concerning(district_id).filter(_UNDECIDED)


_UNDECIDED = Q(is_uncertain=True, status__in=UNTOUCHED)


def _concerning(district_id: int) -> QuerySet[Report]:
    involved = Involvement.objects.filter(district=district_id).values("report_id")
    return Report.objects.filter(Q(district=district_id) | Q(pk__in=involved))


def _details() -> tuple[Any, ...]:
    decided = BorderDecision.objects.select_related("from_district", "to_district", "actor")
    notes = Update.objects.filter(kind=Update.Kind.NOTE, audience=Update.Audience.STAFF)
    return (
        Prefetch("photos", Photo.objects.filter(status=PhotoStatus.READY), to_attr="ready_photos"),
        Prefetch("involvements", Involvement.objects.select_related("district")),
        Prefetch("border_decisions", decided),
        Prefetch("updates", notes.select_related("actor"), to_attr="border_notes"),
    )


def _with_history(report: Report) -> BorderReport:
    notes: list[Update] = report.border_notes  # type: ignore[attr-defined]
    return BorderReport(report, list(report.border_decisions.all()), notes)
