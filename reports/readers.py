"""What reports does when it reads the log."""

from django.utils import timezone

from live.events import EventFacts
from reports.models import ReportStatus
from reports.services.guarantees import note_guarantee, note_guarantees_of

_PLACED = frozenset({"report.received", "report.changed", "report.guarantee"})


class BrokenRepairs:
    """Whether a guaranteed repair should still hold there: asked when a report comes in or is corrected.

    And after the desk's word that it is another thing: a process may be killed before it has looked what else
    lies near. Not while it is taken in: nobody who reports waits for it.
    """

    name = "reports.broken_repairs"
    streams = "report"

    def handle(self, events: list[EventFacts]) -> None:
        """Seeing an event twice notes nothing twice."""
        for event in events:
            code = event.payload["report"]
            if event.kind in _PLACED:
                note_guarantee(code=code, at=timezone.now())
            if event.kind == "report.changed" or _is_undone(event):
                note_guarantees_of(code=code, at=timezone.now())


def _is_undone(event: EventFacts) -> bool:
    """A repair that counts no more: opened again by its resident, or sent back by the desk."""
    had = event.payload.get("before")
    return had in (ReportStatus.RESOLVED, ReportStatus.CLOSED) and event.payload["status"] not in (
        ReportStatus.RESOLVED,
        ReportStatus.CLOSED,
    )
