"""The desk's queue as its page shows it: tabs, groups, the mark of each row, and the pins of the map."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.templatetags.look import tone
from dispatch.selectors.filters import Filters, Tab
from dispatch.selectors.jobs import open_jobs_by_report
from dispatch.selectors.numbers import district_numbers
from dispatch.selectors.standing import SOON, Part, count_parts, part_of, reason_of
from districts.models import District
from reports.codes import format_code
from reports.deadlines import is_warned
from reports.links import photo_path
from reports.models import Photo, PhotoPolicy, PhotoRole, Report, ReportStatus, Urgency
from reports.selectors import queue as reports_queue
from reports.selectors.queue import Group
from reports.workflow import ENDED, UNTOUCHED


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
    districts: Mapping[str, str]

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
    def part(self) -> Part:
        if self.report.status in ENDED:
            if self.needs_decision:
                return Part.CALLED
            return Part.TO_RELEASE if self.has_photo_to_release else Part.FINISHED
        return part_of(self.report, at=self.at)

    @property
    def why(self) -> str:
        """Why the row stands here, in a line."""
        return reason_of(self.report, at=self.at, districts=self.districts)

    @property
    def needs_decision(self) -> bool:
        """A crew is silent, has declined or calls for help, and nobody has said how it goes on."""
        return self.report.undecided_since is not None

    @property
    def is_under_guarantee(self) -> bool:
        """A repair that should still hold there broke again."""
        return self.report.guarantee_of_id is not None and self.report.status not in ENDED

    @property
    def has_photo_to_release(self) -> bool:
        """A repair that the public can't see yet."""
        if self.report.status not in ENDED or self.report.category.photo_policy == PhotoPolicy.NEVER:
            return False
        ready: list[Photo] = getattr(self.report, "ready_photos", [])
        return any(photo.role == PhotoRole.AFTER and photo.released_at is None for photo in ready)

    @property
    def lon(self) -> str:
        """In degrees, as a number is written for programs."""
        return f"{self.report.point.x:.6f}"

    @property
    def lat(self) -> str:
        return f"{self.report.point.y:.6f}"

    @property
    def photo(self) -> str:
        """The address of the first photo that is ready, or nothing."""
        ready: list[Photo] = getattr(self.report, "ready_photos", [])
        return photo_path(ready[0].pk, "thumb") if ready else ""


@dataclass(frozen=True)
class RowGroup:
    """Rows under a heading; `count` is how many the whole list has there, None where nobody counted."""

    part: Part
    rows: list[Row]
    count: int | None


@dataclass(frozen=True)
class TabCount:
    tab: Tab
    count: int


@dataclass(frozen=True)
class DeskQueue:
    """One page of the queue; `next` is the cursor of the following one, or empty.

    `border` counts the reports of both sides that wait for somebody to say whose they are.
    """

    tabs: list[TabCount]
    rows: list[Row]
    next: str
    counts: Mapping[Part, int]
    border: int

    @property
    def groups(self) -> list[RowGroup]:
        """The rows under their headings, each heading once, in the order in which they first appear."""
        found: dict[Part, list[Row]] = {}
        for row in self.rows:
            found.setdefault(row.part, []).append(row)
        return [RowGroup(part, rows, self.counts.get(part)) for part, rows in found.items()]

    @property
    def total(self) -> int:
        """How many reports the whole list has; -1 (as ARIA says it) where nobody counted."""
        return sum(self.counts.values()) if self.counts else -1


def desk_queue(
    district: District,
    *,
    filters: Filters,
    sees_contacts: bool,
    after: str,
    at: datetime,
    limit: int = reports_queue.PAGE,
) -> DeskQueue:
    """A page of what the district's queue holds of this view, with the numbers of its tabs and headings.

    Eight queries at most, whatever its length, and two more while a crew calls about a report that has
    ended. Raises CursorRefused.
    """
    asked = queue_asked(district, filters=filters, sees_contacts=sees_contacts, at=at)
    numbers = district_numbers(district, at=at)
    tabs = [TabCount(each, numbers.tabs[each]) for each in Tab]
    parts = _count_parts(asked, at=at) if filters.narrows else numbers.parts[filters.view]
    called = bool(parts.get(Part.CALLED))
    page = reports_queue.desk_queue(**asked, after=after, limit=limit, with_calls=called)
    return DeskQueue(tabs, rows_of(page.reports, at=at), page.next, parts, numbers.border)


def _count_parts(asked: dict[str, Any], *, at: datetime) -> Mapping[Part, int]:
    """The headings of a narrowed view; nobody counts what has ended."""
    if asked["group"] is Group.ENDED:
        return {}
    shares = reports_queue.count_shares(reports_queue.queued(**asked), late_at=at, soon_at=at + SOON)
    return count_parts(shares)


def queue_asked(district: District, *, filters: Filters, sees_contacts: bool, at: datetime) -> dict[str, Any]:
    """The view as reports.selectors.queue takes it."""
    return {
        "district_ids": [district.pk],
        "group": filters.view.group,
        "by": filters.narrowing(sees_contacts=sees_contacts),
        "among": filters.among(),
        "at": at,
    }


def rows_of(reports: Sequence[Report], *, at: datetime) -> list[Row]:
    """The reports as rows, in their order: two queries at most."""
    jobs = open_jobs_by_report([report.pk for report in reports])
    districts = _names_across_the_border(reports)
    return [Row(report, _crew_names(jobs.get(report.pk, [])), at, districts) for report in reports]


def _names_across_the_border(reports: Iterable[Report]) -> dict[str, str]:
    """The names, by code, of the districts that the uncertain ones could belong to."""
    codes = {
        other["district"]
        for report in reports
        if report.is_uncertain
        for other in report.routing.get("alternatives") or []
    }
    return {each.code: each.name for each in District.objects.filter(code__in=codes)} if codes else {}


def _crew_names(jobs: Iterable[dict[str, Any]]) -> str:
    return ", ".join(job["crew"]["name"] for job in jobs if job["crew"])


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
    if report.due_at < at:
        return Mark(late_in_words(at - report.due_at), "late")
    if is_warned(report):
        return Mark(_("due soon"), tone(report.status))
    return Mark(str(report.get_status_display()), tone(report.status))


def late_in_words(late: timedelta) -> str:
    """ "−2 h" below two days, else "−5 days"."""
    hours = int(late.total_seconds() // 3600)
    if hours < 48:
        return _("−%(hours)d h") % {"hours": max(1, hours)}
    days = hours // 24
    return ngettext("−%(days)d day", "−%(days)d days", days) % {"days": days}
