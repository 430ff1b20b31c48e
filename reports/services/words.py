"""What staff writes on a report."""

from datetime import datetime

from accounts.models import User
from reports.models import Report, Update
from reports.services.acting import require_staff
from reports.services.changing import announce, changing, record
from reports.services.reasons import require_reason


def comment_on_report(*, report_id: int, text: str, actor: User, at: datetime) -> Report:
    """A public line of the timeline; the resident hears of it. Raises ReasonMissing, TextTooLong."""
    return _write_words(report_id, text, Update.Kind.COMMENT, Update.Audience.PUBLIC, actor=actor, at=at)


def note_on_report(*, report_id: int, text: str, actor: User, at: datetime) -> Report:
    """A line that only staff reads. Raises ReasonMissing, TextTooLong."""
    return _write_words(report_id, text, Update.Kind.NOTE, Update.Audience.STAFF, actor=actor, at=at)


def _write_words(
    report_id: int, text: str, kind: Update.Kind, audience: Update.Audience, *, actor: User, at: datetime
) -> Report:
    words = require_reason(text, field="text")
    with changing(report_id) as report:
        require_staff(actor, report)
        record(report, kind, at=at, actor=actor, audience=audience, text=words)
        is_public = audience is Update.Audience.PUBLIC
        announce(report, f"report.{kind.value}", at=at, to_public=is_public)
    return report
