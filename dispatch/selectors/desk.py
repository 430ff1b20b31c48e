"""The desk's queue as its page shows it: tabs, groups, the mark of each row, and the pins of the map."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import TextChoices
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.templatetags.look import tone
from dispatch.selectors.jobs import open_jobs_by_report
from districts.models import District
from reports.codes import format_code
from reports.links import photo_path
from reports.models import Photo, PhotoPolicy, PhotoRole, PhotoStatus, Report, ReportStatus, Urgency
from reports.selectors import queue as reports_queue
from reports.selectors.queue import Group
from reports.workflow import ENDED, UNTOUCHED

SOON = timedelta(hours=4)


class Tab(TextChoices):
    WAITING = "waiting", gettext_lazy("Wait for a decision")
    ASSIGNED = "assigned", gettext_lazy("Assigned")
    ALL = "all", gettext_lazy("All open")
    FINISHED = "finished", gettext_lazy("Finished")


_GROUPS = {
    Tab.WAITING: Group.TODO,
    Tab.ASSIGNED: Group.MOVING,
    Tab.ALL: Group.OPEN,
    Tab.FINISHED: Group.ENDED,
}


@dataclass(frozen=True, slots=True)
class Mark:
    """Why a row stands where it stands, in a word and a colour."""

    word: str
    tone: str


@dataclass(frozen=True)
class Row:
    report: Report
    crew: str
    at: datetime

    @property
    def code(self) -> str:
        return format_code(self.report.code)

    @cached_property
    def mark(self) -> Mark:
        if self.needs_decision:
            return Mark(_("decide"), "late")
        if self.report.needs_crew:
            return Mark(_("needs a crew"), "late")
        if self.has_photo_to_release:
            return Mark(_("photo to release"), "moving")
        return mark_of(self.report, at=self.at)

    @cached_property
    def group(self) -> str:
        if self.needs_decision and self.report.urgency == Urgency.NORMAL:
            return _("Needs a decision")
        if self.report.needs_crew and self.report.urgency == Urgency.NORMAL:
            return _("Without a crew")
        if self.report.status in ENDED:
            return _("Photos to release") if self.has_photo_to_release else _("Finished")
        return group_of(self.report, at=self.at)

    @property
    def needs_decision(self) -> bool:
        """A crew is silent or has declined, and nobody has said how it goes on."""
        return self.report.undecided_since is not None and self.report.status not in ENDED

    @property
    def has_photo_to_release(self) -> bool:
        """A repair that the public can't see yet."""
        if self.report.status not in ENDED or self.report.category.photo_policy == PhotoPolicy.NEVER:
            return False
        ready: list[Photo] = getattr(self.report, "ready_photos", [])
        return any(photo.role == PhotoRole.AFTER and photo.released_at is None for photo in ready)

    @property
    def photo(self) -> str:
        """The address of the first photo that is ready, or nothing."""
        ready: list[Photo] = getattr(self.report, "ready_photos", [])
        return photo_path(ready[0].pk, "thumb") if ready else ""


@dataclass(frozen=True)
class RowGroup:
    name: str
    rows: list[Row]


@dataclass(frozen=True)
class TabCount:
    tab: Tab
    count: int


@dataclass(frozen=True)
class DeskQueue:
    """One page of the queue; `next` is the cursor of the following one, or empty."""

    tabs: list[TabCount]
    rows: list[Row]
    next: str

    @property
    def groups(self) -> list[RowGroup]:
        """The rows under their headings, each heading once, in the order in which they first appear."""
        found: dict[str, list[Row]] = {}
        for row in self.rows:
            found.setdefault(row.group, []).append(row)
        return [RowGroup(name, rows) for name, rows in found.items()]


def desk_queue(district: District, *, tab: Tab, text: str = "", after: str, at: datetime) -> DeskQueue:
    """A page of the district's queue, with `text` only what has these words or this code.

    Five queries, whatever its length. Raises CursorRefused.
    """
    page = reports_queue.desk_queue(district_ids=[district.pk], group=_GROUPS[tab], text=text, after=after)
    counts = {**reports_queue.queue_counts([district.pk]), Group.ENDED.value: _photos_to_release(district)}
    jobs = open_jobs_by_report([report.pk for report in page.reports])
    rows = [Row(report, _crew_names(jobs.get(report.pk, [])), at) for report in page.reports]
    tabs = [TabCount(each, counts[_GROUPS[each].value]) for each in Tab]
    return DeskQueue(tabs, rows, page.next)


def _photos_to_release(district: District) -> int:
    """How many finished reports have an after-photo that nobody has released yet."""
    photos = Photo.objects.filter(status=PhotoStatus.READY, released_at=None, role=PhotoRole.AFTER)
    waiting = photos.filter(report__district=district, report__status__in=ENDED)
    shown = waiting.exclude(report__category__photo_policy=PhotoPolicy.NEVER)
    return shown.values("report").distinct().count()


def _crew_names(jobs: Iterable[dict[str, Any]]) -> str:
    return ", ".join(job["crew"]["name"] for job in jobs if job["crew"])


def group_of(report: Report, *, at: datetime) -> str:
    """The heading that the row stands under; follows the order of the queue."""
    if report.urgency > Urgency.NORMAL:
        return _("Danger and urgent")
    if report.is_uncertain and report.status in UNTOUCHED:
        return _("At the border")
    if report.status == ReportStatus.WAITING:
        return _("Waiting for the resident")
    due_at: datetime = report.due_at  # type: ignore[attr-defined]
    if due_at < at:
        return _("Late")
    return _("Due soon") if due_at - at < SOON else _("In time")


def mark_of(report: Report, *, at: datetime) -> Mark:
    """What matters most about it: danger, doubt, lateness, else its state."""
    if report.status in ENDED:
        return Mark(str(report.get_status_display()), tone(report.status))
    if report.urgency == Urgency.DANGER:
        return Mark(_("danger"), "late")
    if report.is_uncertain and report.status in UNTOUCHED:
        return Mark(_("whose?"), "moving")
    if report.status == ReportStatus.WAITING:
        return Mark(report.get_status_display(), tone(report.status))
    due_at: datetime = report.due_at  # type: ignore[attr-defined]
    if due_at < at:
        return Mark(late_in_words(at - due_at), "late")
    return Mark(str(report.get_status_display()), tone(report.status))


def late_in_words(late: timedelta) -> str:
    """ "−2 h" below two days, else "−5 days"."""
    hours = int(late.total_seconds() // 3600)
    if hours < 48:
        return _("−%(hours)d h") % {"hours": max(1, hours)}
    days = hours // 24
    return ngettext("−%(days)d day", "−%(days)d days", days) % {"days": days}


def desk_points(rows: Iterable[Row]) -> dict[str, Any]:
    """The rows as GeoJSON points for the map."""
    return {"type": "FeatureCollection", "features": [_feature(row) for row in rows]}


def _feature(row: Row) -> dict[str, Any]:
    report = row.report
    facts = {
        "id": report.code,
        "tone": row.mark.tone,
        "label": f"{report.category.name} · {row.mark.word}",
        "href": reverse("dispatch:desk-report", kwargs={"code": row.code}),
    }
    geometry = {"type": "Point", "coordinates": [report.point.x, report.point.y]}
    return {"type": "Feature", "geometry": geometry, "properties": facts}
