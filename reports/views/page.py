"""What a report's page shows: the state in words, who acts next and by when, photos, and how it went."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.languages import localized
from reports.codes import format_code
from reports.links import public_path
from reports.masking import mask_private
from reports.models import ClosedBy, Photo, PhotoPolicy, PhotoRole, PhotoStatus, Report, ReportStatus
from reports.selectors.photos import BEFORE_ROLES, leading_photo
from reports.selectors.public import is_public, released_photos_of, timeline
from reports.timeline_words import day_and_hour
from reports.workflow import is_open

_FORWARD = [ReportStatus.RECEIVED, ReportStatus.PLANNED, ReportStatus.IN_PROGRESS, ReportStatus.RESOLVED]
_REACHED = {
    ReportStatus.RECEIVED: 0,
    ReportStatus.ACKNOWLEDGED: 0,
    ReportStatus.WAITING: 0,
    ReportStatus.REOPENED: 0,
    ReportStatus.PLANNED: 1,
    ReportStatus.IN_PROGRESS: 2,
    ReportStatus.RESOLVED: 3,
    ReportStatus.CLOSED: 4,
}
OWN = {PhotoRole.RESIDENT, PhotoRole.REOPENING}


@dataclass(frozen=True)
class Pictures:
    """The photos a reader may see: the newest before and after as a pair, and all of them in order."""

    before: Photo | None
    after: Photo | None
    shown: list[Photo]
    waiting: int
    pending: int = 0

    @property
    def listed(self) -> list[Photo]:
        """Those that do not stand in the pair; without a pair all, an after-photo alone too."""
        pair = {self.before, self.after} if self.before and self.after else set()
        return [photo for photo in self.shown if photo not in pair]


def page_facts(report: Report, *, all_photos: bool) -> dict[str, Any]:
    """The template's context. `all_photos` also shows what is not released: for the one who sent it."""
    return {
        "report": report,
        "code": format_code(report.code),
        "address": mask_private(report.address),
        "description": mask_private(report.description),
        "district_name": localized(report.district.names),
        "sentence": state_sentence(report),
        "steps": progress_steps(report),
        "pictures": pictures_of(report, all_photos=all_photos),
        "updates": timeline(report),
        "promised": promised_until(report),
        "is_over": report.status in {ReportStatus.CLOSED, ReportStatus.REJECTED, ReportStatus.DUPLICATE},
        "original": _original(report),
        "repaired_before": _repaired_before(report),
    }


def pictures_of(report: Report, *, all_photos: bool) -> Pictures:
    """For everyone what is released; with `all_photos` also the sender's own that are ready."""
    released = released_photos_of(report)
    own = [photo for photo in report.photos.all() if photo.status == PhotoStatus.READY and photo.role in OWN]
    shown = list({photo.pk: photo for photo in (*released, *(own if all_photos else ()))}.values())
    before = [photo for photo in shown if photo.role in BEFORE_ROLES]
    after = [photo for photo in shown if photo.role == PhotoRole.AFTER]
    coming = [photo for photo in report.photos.all() if photo.status != PhotoStatus.FAILED]
    pending = [photo for photo in coming if photo.status == PhotoStatus.PENDING and photo.role in OWN]
    return Pictures(
        pending=len(pending) if all_photos else 0,
        before=leading_photo(before),
        after=leading_photo(after),
        shown=shown,
        waiting=0 if report.category.photo_policy == PhotoPolicy.NEVER else len(coming) - len(shown),
    )


def progress_steps(report: Report) -> list[str]:
    """Four steps: received, planned, in progress, fixed; each "done", "now" or ""."""
    reached = _REACHED.get(ReportStatus(report.status))
    if reached is None:
        return []
    return ["done" if step < reached else "now" if step == reached else "" for step in range(len(_FORWARD))]


def promised_until(report: Report) -> datetime | None:
    """The promise that counts now; nothing once the report has come to an end or waits for its resident."""
    if report.status in {ReportStatus.RECEIVED, ReportStatus.REOPENED}:
        return report.acknowledge_due_at
    if report.status in {ReportStatus.ACKNOWLEDGED, ReportStatus.PLANNED, ReportStatus.IN_PROGRESS}:
        return report.resolve_due_at
    return None


def state_sentence(report: Report) -> str:
    """Where it stands, who acts next and by when."""
    facts = {
        "district": localized(report.district.names),
        "seen_by": day_and_hour(report.acknowledge_due_at),
        "fixed_by": day_and_hour(report.resolve_due_at),
        "fixed_at": day_and_hour(report.resolved_at) if report.resolved_at else "",
        "reason": report.reason,
    }
    return _sentence(report) % facts


def _sentence(report: Report) -> str:
    if report.status == ReportStatus.CLOSED and report.closed_by == ClosedBy.SILENCE:
        return _("Fixed %(fixed_at)s. Nobody has said otherwise for fourteen days, so it is closed.")
    sentences: dict[str, str] = {
        ReportStatus.RECEIVED: _("%(district)s has it and looks at it by %(seen_by)s."),
        ReportStatus.ACKNOWLEDGED: _("%(district)s has seen it and fixes it by %(fixed_by)s."),
        ReportStatus.PLANNED: _("A crew of %(district)s has it. To be fixed by %(fixed_by)s."),
        ReportStatus.IN_PROGRESS: _("The crew is on its way or at work. To be fixed by %(fixed_by)s."),
        ReportStatus.RESOLVED: _("The crew says it is fixed, %(fixed_at)s. Now it is your turn: is it?"),
        ReportStatus.CLOSED: _("Fixed %(fixed_at)s and confirmed by the one who reported it. Thank you."),
        ReportStatus.REJECTED: _("%(district)s does not take this on: %(reason)s"),
        ReportStatus.DUPLICATE: _("This was already reported. What happens is told there."),
        ReportStatus.REFERRED: _("This is for another body, and it has been told: %(reason)s"),
        ReportStatus.WAITING: _("%(district)s asks you something: %(reason)s"),
        ReportStatus.REOPENED: _("It is open again. %(district)s looks at it by %(seen_by)s."),
    }
    return sentences[report.status]


def _repaired_before(report: Report) -> Report | None:
    """The public report whose repair should still hold here, while something is to be done."""
    if report.guarantee_of is None or not is_open(report.status):
        return None
    holds = report.guarantee_of.guarantee_until is not None and is_public(report.guarantee_of)
    return report.guarantee_of if holds else None


def _original(report: Report) -> dict[str, str] | None:
    original = report.duplicate_of
    if original is None or not is_public(original):
        return None
    return {"code": format_code(original.code), "url": public_path(original)}
