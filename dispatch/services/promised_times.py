"""Promised times: the desk is warned while there is time, and told when it is over. Each once.

The report's row says when to look (`Report.look_at`); a sweep finds those that are due.
"""

from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import Exists, OuterRef

from dispatch.models import PromiseNote
from districts.spatial import lock_rows
from live import log
from live.sweeping import AT_ONCE, sweep
from reports.deadlines import RUNNING, Promise, PromiseKind, next_look, running_promises
from reports.models import Matter, Report
from reports.services.changing import announce
from reports.services.matters import raise_matter

BATCHES = 5
# So many a run: what is left waits for the next, a minute later.
AT_MOST = AT_ONCE * BATCHES
WATCHED_AT_ONCE = 5_000
Stage = PromiseNote.Stage
_MATTERS = {PromiseKind.SEEN: Matter.Kind.UNSEEN, PromiseKind.FIXED: Matter.Kind.OVERDUE}
_KINDS = {Stage.NEAR: "report.due_soon", Stage.OVER: "report.overdue"}


def look_at_due_reports(*, at: datetime, quietly: bool = False) -> int:
    """Look at the reports whose look is due, 1,000 at most. Returns how many were looked at.

    One query where none is due. Two runs at once look at each once: a row that another one holds is left to
    it. One at which the look fails is put off and keeps no other waiting. With `quietly` what is over is
    noted for the supervisors' letter, and the desk decides nothing: for what was late before anybody watched.
    """
    looked = 0
    for _batch in range(BATCHES):
        due = Report.objects.filter(look_at__lte=at).order_by("look_at", "pk")
        found = sweep("dispatch.promised_times", due, partial(_look, at=at, quietly=quietly), at=at)
        looked += sum(found)
        if not any(found):
            break
    return looked


def watch_unwatched_reports(*, at: datetime) -> int:
    """Have the reports looked at that have a promise to keep and no time to look; returns how many.

    Rows that were restored or loaded beside the services may have none. What was looked at for the last time
    has a note that its repair is late. A report that is being changed is left to whoever changes it.
    """
    noted = PromiseNote.objects.filter(
        report=OuterRef("pk"),
        promise=PromiseKind.FIXED.value,
        stage=Stage.OVER,
        due_at=OuterRef("resolve_due_at"),
    )
    running = Report.objects.filter(look_at=None, status__in=RUNNING)
    with transaction.atomic():
        found = lock_rows(running.filter(~Exists(noted)).order_by("pk"), skip_locked=True)
        ids = list(found.values_list("pk", flat=True)[:WATCHED_AT_ONCE])
        return Report.objects.filter(pk__in=ids).update(look_at=at)


def _look(report_id: int, at: datetime, quietly: bool) -> bool:
    """All of it or nothing. False when another process looks, or the report has changed meanwhile."""
    with transaction.atomic(), log.gathered():
        wanted = Report.objects.filter(pk=report_id, look_at__lte=at).select_related("category", "district")
        report = lock_rows(wanted, skip_locked=True).first()
        if report is None:
            return False
        for promise in running_promises(report):
            _look_at_promise(report, promise, at, quietly)
        report.look_at = next_look(report, after=at)
        report.save(update_fields=["look_at"])
    return True


def _look_at_promise(report: Report, promise: Promise, at: datetime, quietly: bool) -> None:
    stage = stage_of(promise, at)
    if stage is None:
        return
    note, is_new = PromiseNote.objects.get_or_create(
        report=report, promise=promise.kind.value, stage=stage, due_at=promise.due_at, defaults={"at": at}
    )
    if not is_new or quietly:
        return
    if stage is Stage.OVER:
        raise_matter(report, _MATTERS[promise.kind], about=note.pk, at=at)
    facts = {"promise": promise.kind.value, "due_at": promise.due_at}
    announce(report, _KINDS[stage], at=at, to_public=False, **facts)


def stage_of(promise: Promise, at: datetime) -> Stage | None:
    """Over, near, or neither. What is over needs no warning any more. Pure."""
    if promise.due_at <= at:
        return Stage.OVER
    return Stage.NEAR if promise.warn_at is not None and promise.warn_at <= at else None
