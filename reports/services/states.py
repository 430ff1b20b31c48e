"""What the district's staff does to a report's state, by hand.

All raise NotFound and NotAllowed (reports.services.acting), Conflict when `version` is no longer the
report's, and TransitionRefused off the workflow.
"""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from reports.models import Report, Update
from reports.models import ReportStatus as S
from reports.services.acting import require_dispatcher, require_resident, signed_in
from reports.services.changing import changing, record
from reports.services.moving import move
from reports.services.reasons import read_words, require_reason
from reports.workflow import Party, TransitionRefused

_DESK = frozenset({Party.DISPATCHER})


def acknowledge_report(*, report_id: int, actor: User, at: datetime, version: int | None = None) -> Report:
    """The district has seen it, or takes back a rejection or a referral (a merge: separate_report)."""
    with changing(report_id, version=version) as report:
        require_dispatcher(actor, report)
        if report.status == S.DUPLICATE:
            raise TransitionRefused(
                _("This report is merged with another one: separate them first."), status=report.status
            )
        move(report, S.ACKNOWLEDGED, parties=_DESK, actor=actor, at=at)
    return report


def reject_report(
    *, report_id: int, reason: str, actor: User, at: datetime, version: int | None = None
) -> Report:
    """Not taken on; the resident reads the reason, and may open it again. Raises ReasonMissing."""
    words = require_reason(reason)
    return _move_by_desk(report_id, S.REJECTED, reason=words, actor=actor, at=at, version=version)


def refer_report(
    *, report_id: int, body: str, reason: str, actor: User, at: datetime, version: int | None = None
) -> Report:
    """Passed to a body outside, named in `body`; the resident reads both. Raises ReasonMissing."""
    name = require_reason(body, field="body")
    words = f"{name}: {require_reason(reason)}"
    return _move_by_desk(
        report_id, S.REFERRED, reason=words, actor=actor, at=at, version=version, data={"body": name}
    )


def wait_for_resident(
    *, report_id: int, question: str, actor: User, at: datetime, version: int | None = None
) -> Report:
    """Ask the resident something; the clock stands still until the answer. Raises ReasonMissing."""
    words = require_reason(question, field="question")
    return _move_by_desk(report_id, S.WAITING, reason=words, actor=actor, at=at, version=version)


def resume_report(
    *,
    report_id: int,
    actor: User | None,
    at: datetime,
    token: str = "",
    answer: str = "",
    version: int | None = None,
) -> Report:
    """The resident answers, or staff needs no answer any more: the clock runs on, the pause is given back.

    By the private link's `token`, the reporter, or the district's staff. The answer is read by staff only.
    """
    words = read_words(answer, field="answer")
    with changing(report_id, version=version) as report:
        parties = require_resident(actor, report, token)
        if words:
            record(
                report,
                Update.Kind.COMMENT,
                at=at,
                actor=signed_in(actor),
                audience=Update.Audience.STAFF,
                text=words,
            )
        move(report, S.ACKNOWLEDGED, parties=parties, actor=signed_in(actor), at=at)
    return report


def _move_by_desk(
    report_id: int,
    end: S,
    *,
    reason: str,
    actor: User,
    at: datetime,
    version: int | None,
    data: Mapping[str, str] | None = None,
) -> Report:
    with changing(report_id, version=version) as report:
        require_dispatcher(actor, report)
        move(report, end, parties=_DESK, actor=actor, at=at, reason=reason, data=data)
    return report
