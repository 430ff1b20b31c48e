"""Several reports at once: one call of a service for each, and what came of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid5

from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.models import User
from dispatch.services import taking
from dispatch.services.assign import assign_job
from reports.models import PhotoStatus, Report
from reports.selectors.staff import reports_for_staff
from reports.services.changing import Conflict
from reports.services.correct import correct_report
from reports.services.photos import release_photo
from reports.services.states import acknowledge_report, reject_report

AT_MOST = 100


class TooMany(DomainError):
    """More reports than one form takes, or none."""

    code = "too_many"
    http_status = 422


class Came(StrEnum):
    """What came of one report."""

    DONE = "done"
    CHANGED = "changed"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Pick:
    """A report as the person saw it."""

    code: str
    version: int


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be done, and the words and choices that belong to it. `command_id` is made by the form."""

    act: str
    command_id: UUID
    crew_id: UUID | None = None
    urgency: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    code: str
    came: Came
    words: str = ""


@dataclass(frozen=True, slots=True)
class _Turn:
    report: Report
    pick: Pick
    wish: Wish
    said: dict[str, Any] = field(default_factory=dict)


def act_on_several(*, picks: Sequence[Pick], wish: Wish, actor: User, at: datetime) -> list[Outcome]:
    """Do it to each report, in the order given; each is done or refused by itself, in its own transaction.

    A report that somebody changed after the person saw it is left as it is. The same form sent twice assigns
    nobody twice. Raises TooMany.
    """
    if not 0 < len(picks) <= AT_MOST:
        raise TooMany(_("Choose between one and %(most)d reports.") % {"most": AT_MOST}, field="pick")
    codes = [pick.code for pick in picks]
    known = {report.code: report for report in reports_for_staff(actor).filter(code__in=codes)}
    return [_act_on_one(known.get(pick.code), pick, wish, actor, at) for pick in picks]


def _act_on_one(report: Report | None, pick: Pick, wish: Wish, actor: User, at: datetime) -> Outcome:
    if report is None:
        return Outcome(pick.code, Came.REFUSED, _("There is no such report."))
    try:
        ACTS[wish.act](_Turn(report, pick, wish, {"actor": actor, "at": at}))
    except (Conflict, taking.Conflict):
        return Outcome(pick.code, Came.CHANGED)
    except DomainError as refusal:
        return Outcome(pick.code, Came.REFUSED, refusal.detail)
    return Outcome(pick.code, Came.DONE)


def _assign(turn: _Turn) -> None:
    if turn.wish.crew_id is None:
        raise TooMany(_("Choose a crew, please."), field="crew")
    assign_job(
        report_id=turn.report.pk,
        crew_id=turn.wish.crew_id,
        command_id=uuid5(turn.wish.command_id, turn.report.code),
        version=turn.pick.version,
        **turn.said,
    )


def _acknowledge(turn: _Turn) -> None:
    acknowledge_report(report_id=turn.report.pk, version=turn.pick.version, **turn.said)


def _set_urgency(turn: _Turn) -> None:
    wish = turn.wish
    correct_report(
        report_id=turn.report.pk,
        urgency=wish.urgency,
        reason=wish.reason,
        version=turn.pick.version,
        **turn.said,
    )


def _release(turn: _Turn) -> None:
    """All its photos that are ready. Releasing changes nothing that anybody could overwrite: no version."""
    for photo in turn.report.photos.filter(status=PhotoStatus.READY, released_at=None):
        release_photo(photo_id=photo.pk, **turn.said)


def _reject(turn: _Turn) -> None:
    reject_report(report_id=turn.report.pk, reason=turn.wish.reason, version=turn.pick.version, **turn.said)


ACTS: dict[str, Callable[[_Turn], None]] = {
    "assign": _assign,
    "acknowledge": _acknowledge,
    "urgency": _set_urgency,
    "release": _release,
    "reject": _reject,
}
