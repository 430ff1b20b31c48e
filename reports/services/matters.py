"""Matters: raising what wants a decision of the desk, and settling it."""

from datetime import datetime
from uuid import UUID

from accounts.models import User
from reports.models import Matter, Report
from reports.services.acting import require_dispatcher
from reports.services.changing import announce, changing

# What no job is about.
BROKEN_PROMISES = frozenset({Matter.Kind.UNSEEN, Matter.Kind.OVERDUE})


def raise_matter(report: Report, kind: Matter.Kind, *, about: UUID, at: datetime, anew: bool = False) -> bool:
    """Put the report under "needs a decision". False when this very matter was raised before.

    With `anew` one that was settled is raised again: a person asks once more. The report's row is locked by
    the caller, whose own event tells the desk.
    """
    matter, is_new = Matter.objects.get_or_create(
        report=report, kind=kind, about=about, defaults={"raised_at": at}
    )
    if anew and matter.settled_at is not None:
        matter.raised_at, matter.settled_at, matter.settled_by, is_new = at, None, None, True
        matter.save(update_fields=["raised_at", "settled_at", "settled_by"])
    if is_new and report.undecided_since is None:
        _write(report, matter.raised_at)
    return is_new


def settle_matters(report: Report, *, actor: User | None, at: datetime, about: UUID | None = None) -> None:
    """Settle what waits; or of one job that moved on by itself what waits about it, but for a call for help.

    The report's row is locked by the caller.

    Nothing is asked of the database where no matter is open.
    """
    if report.undecided_since is None:
        return
    waiting = Matter.objects.filter(report=report, settled_at=None)
    concerned = waiting if about is None else waiting.filter(about=about).exclude(kind=Matter.Kind.HELP)
    if concerned.update(settled_at=at, settled_by=actor):
        _write(report, waiting.values_list("raised_at", flat=True).first())


def settle_broken_promises(report: Report, *, actor: User | None, at: datetime) -> None:
    """Settle that promised times are over: others are promised now. The caller has locked the report."""
    if report.undecided_since is None:
        return
    waiting = Matter.objects.filter(report=report, settled_at=None)
    if waiting.filter(kind__in=BROKEN_PROMISES).update(settled_at=at, settled_by=actor):
        _write(report, waiting.values_list("raised_at", flat=True).first())


def dismiss_matters(*, report_id: int, actor: User, at: datetime) -> Report:
    """The desk has seen what waits and leaves things as they are. Twice changes nothing.

    Raises NotFound and NotAllowed.
    """
    with changing(report_id) as report:
        require_dispatcher(actor, report)
        if report.undecided_since is not None:
            settle_matters(report, actor=actor, at=at)
            announce(report, "report.decided", at=at, to_public=False)
    return report


def list_matters(report: Report) -> list[Matter]:
    """What waits for a decision, the oldest first. No query where nothing does."""
    if report.undecided_since is None:
        return []
    return list(report.matters.filter(settled_at=None))


def _write(report: Report, since: datetime | None) -> None:
    report.undecided_since = since
    report.save(update_fields=["undecided_since"])
