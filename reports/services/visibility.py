"""Taking a report out of everything public, and giving it back."""

from datetime import datetime

from accounts.models import User
from reports.models import Report, Update, Visibility
from reports.services.acting import require_dispatcher
from reports.services.changing import announce, changing, record, write
from reports.services.reasons import require_reason


def hide_report(
    *, report_id: int, reason: str, actor: User, at: datetime, version: int | None = None
) -> Report:
    """Moderated: gone from everything public; the district goes on with it. Raises ReasonMissing."""
    return _show_as(Visibility.HIDDEN, report_id, require_reason(reason), actor=actor, at=at, version=version)


def make_private(
    *, report_id: int, reason: str = "", actor: User, at: datetime, version: int | None = None
) -> Report:
    """Nobody but the district and who holds the private link sees it."""
    return _show_as(Visibility.PRIVATE, report_id, reason, actor=actor, at=at, version=version)


def make_public(
    *, report_id: int, reason: str = "", actor: User, at: datetime, version: int | None = None
) -> Report:
    """Public again. A report of a private category stays unseen as long as its category is private."""
    return _show_as(Visibility.PUBLIC, report_id, reason, actor=actor, at=at, version=version)


def _show_as(
    visibility: Visibility,
    report_id: int,
    reason: str,
    *,
    actor: User,
    at: datetime,
    version: int | None,
) -> Report:
    with changing(report_id, version=version) as report:
        require_dispatcher(actor, report)
        before = report.visibility
        if before == visibility:
            return report
        report.visibility = visibility
        write(report, ["visibility"], at=at)
        data = {"visibility": {"from": before, "to": visibility.value}}
        audience = Update.Audience.STAFF
        record(report, Update.Kind.CORRECTED, at=at, actor=actor, audience=audience, text=reason, data=data)
        announce(report, "report.changed", at=at)
    return report
