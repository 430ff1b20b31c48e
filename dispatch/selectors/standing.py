"""Why a row of the queue stands where it stands: its heading, the line under it, and how many stand there."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import Enum

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.templatetags.look import metres, short_time
from reports.models import Report, ReportStatus, Urgency
from reports.ranks import Standing, ranks, standing_of, urgency_of
from reports.selectors.queue import Share
from reports.workflow import OPEN, UNTOUCHED

SOON = timedelta(hours=4)


class Part(Enum):
    """The headings of a queue, in their order: what it is called, and what its order follows."""

    URGENT = gettext_lazy("Danger and urgent"), gettext_lazy("first, whatever the deadline")
    CALLED = gettext_lazy("A crew calls"), gettext_lazy("about a report that has ended")
    DECISION = (
        gettext_lazy("Needs a decision"),
        gettext_lazy("a crew is silent, declines or asks for help, or a promised time is over"),
    )
    CREW = gettext_lazy("Without a crew"), gettext_lazy("begun, and nobody is on it")
    BORDER = gettext_lazy("At the border"), gettext_lazy("whose is it?")
    LATE = gettext_lazy("Late"), gettext_lazy("longest overdue first")
    SOON = gettext_lazy("Due soon"), gettext_lazy("within four hours")
    IN_TIME = gettext_lazy("In time"), gettext_lazy("by deadline")
    WAITING = gettext_lazy("Waiting for the resident"), gettext_lazy("the clock stands still")
    TO_RELEASE = gettext_lazy("Photos to release"), gettext_lazy("nobody sees the repair yet")
    FINISHED = gettext_lazy("Finished"), gettext_lazy("the newest first")

    @property
    def words(self) -> str:
        return str(self.value[0])

    @property
    def rule(self) -> str:
        return str(self.value[1])


_PART_OF = {
    Standing.UNDECIDED: Part.DECISION,
    Standing.CREWLESS: Part.CREW,
    Standing.DOUBTFUL: Part.BORDER,
    Standing.PARKED: Part.WAITING,
}


def part_of(report: Report, *, at: datetime) -> Part:
    """The heading that an open report stands under; follows the order of the queue."""
    if report.urgency > Urgency.NORMAL:
        return Part.URGENT
    if known := _PART_OF.get(standing_of(report.queue_rank)):
        return known
    if report.due_at < at:
        return Part.LATE
    return Part.SOON if report.due_at < at + SOON else Part.IN_TIME


def is_in_doubt(report: Report) -> bool:
    """Whose it is has to be settled before anybody is sent."""
    return report.is_uncertain and report.status in UNTOUCHED


def count_parts(shares: Iterable[Share]) -> Counter[Part]:
    """How many of these open reports stand under each heading."""
    found: Counter[Part] = Counter()
    for share in shares:
        if urgency_of(share.rank) > Urgency.NORMAL:
            found[Part.URGENT] += share.whole
        elif part := _PART_OF.get(standing_of(share.rank)):
            found[part] += share.whole
        else:
            found[Part.LATE] += share.late
            found[Part.SOON] += share.soon - share.late
            found[Part.IN_TIME] += share.whole - share.soon
    return found


def reason_of(report: Report, *, at: datetime, districts: Mapping[str, str]) -> str:
    """The line of a row: how far the border is, since when it waits, or until when it is promised."""
    if report.status not in OPEN:
        return ""
    if is_in_doubt(report) and (near := _nearest(report, districts)):
        return near
    if report.waiting_since is not None:
        return _("asked %(when)s") % {"when": short_time(report.waiting_since, at)}
    when = {"when": short_time(report.due_at, at)}
    if report.acknowledged_at is None:
        return (_("to be seen by %(when)s") if report.due_at >= at else _("unseen, due %(when)s")) % when
    return (_("to be fixed by %(when)s") if report.due_at >= at else _("not fixed, due %(when)s")) % when


def _nearest(report: Report, districts: Mapping[str, str]) -> str:
    others = report.routing.get("alternatives") or []
    if not others:
        return ""
    other = min(others, key=lambda each: each.get("distance_m") or 0)
    name = districts.get(other["district"], other["district"])
    words = _("%(distance)s to %(district)s") % {"distance": metres(other["distance_m"]), "district": name}
    return f"{words} · ±{metres(report.accuracy_m)}" if report.accuracy_m else words


_DECIDE = (Standing.UNDECIDED, Standing.CREWLESS)
_HELD = (Standing.DOUBTFUL, Standing.PARKED)


def tone_counts(*, ended: bool, at: datetime) -> dict[str, Count]:
    """How many reports of a group have which colour, as `dispatch.selectors.desk.mark_of` gives it."""
    if ended:
        return {"fixed": Count("pk", filter=Q(status__in=(ReportStatus.RESOLVED, ReportStatus.CLOSED)))}
    held = Q(queue_rank__in=ranks(_HELD))
    is_late = (
        Q(queue_rank__in={*ranks(Standing, (Urgency.DANGER,)), *ranks(_DECIDE)})
        | Q(status=ReportStatus.REOPENED)
        | (Q(due_at__lt=at) & ~held)
    )
    return {
        "late": Count("pk", filter=is_late),
        "moving": Count("pk", filter=~is_late & (held | Q(status=ReportStatus.IN_PROGRESS))),
        "planned": Count("pk", filter=~is_late & ~held & Q(status=ReportStatus.PLANNED)),
    }
