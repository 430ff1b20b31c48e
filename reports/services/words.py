"""What staff writes on a report."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from accounts.models import User
from districts.models import District
from reports.models import Report, Update
from reports.services.acting import require_staff, require_voice
from reports.services.changing import announce, changing, record, write
from reports.services.reasons import require_reason


def comment_on_report(
    *, report_id: int, text: str, actor: User, at: datetime, version: int | None = None
) -> Report:
    """A public line of the timeline; the resident hears of it, so two don't answer without knowing it.

    Raises NotFound, NotAllowed, Conflict, ReasonMissing, TextTooLong.
    """
    words = require_reason(text, field="text")
    with changing(report_id, version=version) as report:
        require_staff(actor, report)
        write(report, (), at=at)
        record(report, Update.Kind.COMMENT, at=at, actor=actor, text=words)
        announce(report, "report.comment", at=at)
    return report


def note_on_report(*, report_id: int, text: str, actor: User, at: datetime) -> Report:
    """A line that staff of every district concerned reads, and may write: so they talk to each other.

    `data["district"]` of the line is the code of the writer's side. Raises NotFound, NotAllowed,
    ReasonMissing, TextTooLong.
    """
    words = require_reason(text, field="text")
    with changing(report_id) as report:
        side = District.objects.get(pk=require_voice(actor, report))
        audience, data = Update.Audience.STAFF, {"district": side.code}
        record(report, Update.Kind.NOTE, at=at, actor=actor, audience=audience, text=words, data=data)
        announce(report, "report.note", at=at, to_public=False)
    return report


def keep_note(
    report: Report, *, text: str, actor: User | None, at: datetime, data: Mapping[str, Any]
) -> None:
    """A line for staff about what a crew told, with the facts of it.

    Within the transaction of the caller, who holds the report and has seen who may tell.
    """
    record(report, Update.Kind.NOTE, at=at, actor=actor, audience=Update.Audience.STAFF, text=text, data=data)
    announce(report, "report.note", at=at, to_public=False)
