"""What the one who reported says of the repair, and what their silence means."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.models import User
from live.sweeping import sweep
from reports.models import ClosedBy, PhotoRole, Report, Update
from reports.models import ReportStatus as S
from reports.services.acting import Person, require_resident, signed_in
from reports.services.changing import changing, record
from reports.services.claiming import claim_photos
from reports.services.moving import move
from reports.services.reasons import ReasonMissing, read_words
from reports.workflow import Party

SILENCE = timedelta(days=14)
CLOSED_AT_ONCE = 500


class ReopeningRefused(DomainError):
    """The resident has confirmed the repair: what breaks again is a new report."""

    code = "reopening_refused"
    http_status = 409


def confirm_report(*, report_id: int, actor: Person, at: datetime, token: str = "") -> Report:
    """The repair holds: closed, by the resident's word. Confirming twice is confirming once.

    By the private link's `token`, the signed-in reporter, or an operator on their behalf.
    Raises NotFound, NotAllowed, TransitionRefused.
    """
    with changing(report_id) as report:
        parties = require_resident(actor, report, token)
        if report.status == S.CLOSED and report.closed_by == ClosedBy.RESIDENT:
            return report
        move(report, S.CLOSED, parties=parties, actor=signed_in(actor), at=at, closed_by=ClosedBy.RESIDENT)
    return report


def reopen_report(
    *,
    report_id: int,
    actor: Person,
    at: datetime,
    token: str = "",
    photo_ids: Sequence[UUID] = (),
    text: str = "",
) -> Report:
    """It is not fixed, or not gone: open again, with new deadlines.

    Needs a photo or some words, which staff reads.

    By whom `confirm_report` is for, and the district's dispatchers. Raises NotFound, NotAllowed,
    TransitionRefused, ReopeningRefused, ReasonMissing, PhotoNotFree.
    """
    words = read_words(text, field="text")
    with changing(report_id) as report:
        parties = require_resident(actor, report, token)
        if not words and not photo_ids:
            raise ReasonMissing(
                _("Please add a photo, or say in a few words what is still wrong."), field="text"
            )
        if report.status == S.CLOSED and report.closed_by == ClosedBy.RESIDENT:
            raise ReopeningRefused(_("This repair was confirmed. If it broke again, please report it anew."))
        photos = claim_photos(report, photo_ids, actor=signed_in(actor), role=PhotoRole.REOPENING)
        _record_words(report, words, signed_in(actor), at)
        data = {"photos": len(photos)}
        move(report, S.REOPENED, parties=parties, actor=signed_in(actor), at=at, data=data)
    return report


def close_silent_reports(*, at: datetime) -> int:
    """Close what has been resolved for fourteen days without a word, 500 a run. Returns how many."""
    resolved = Report.objects.filter(status=S.RESOLVED, resolved_at__lte=at - SILENCE)
    longest_first = resolved.order_by("resolved_at")
    close = partial(_close_silent, at=at)
    return sum(sweep("reports.silent_reports", longest_first, close, at=at, at_once=CLOSED_AT_ONCE))


def _close_silent(report_id: int, at: datetime) -> bool:
    with changing(report_id) as report:
        if report.status != S.RESOLVED or report.resolved_at is None or report.resolved_at > at - SILENCE:
            return False
        move(report, S.CLOSED, parties={Party.SYSTEM}, actor=None, at=at, closed_by=ClosedBy.SILENCE)
    return True


def _record_words(report: Report, words: str, actor: User | None, at: datetime) -> None:
    if words:
        audience = Update.Audience.STAFF
        record(report, Update.Kind.COMMENT, at=at, actor=actor, audience=audience, text=words)
