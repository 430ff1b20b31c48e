"""How many: one statement for all that is open now, four for what came in and what became of it."""

from collections import Counter
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from dispatch.models import Job, JobStatus
from dispatch.stats.scope import Scope
from reports.models import ClosedBy, Outcome, Report, Update
from reports.models import ReportStatus as S
from reports.selectors.narrowing import is_late
from reports.selectors.queue import Group, in_group
from reports.workflow import OPEN

Counts = dict[Any, Counter[str]]
Reports = QuerySet[Report]
Rows = QuerySet[Report, dict[str, Any]]

_FIXED = (S.RESOLVED, S.CLOSED)


class Fate(StrEnum):
    """What became of a report so far. Each has exactly one."""

    FIXED = "fixed"
    REJECTED = "rejected"
    NOTHING_FOUND = "nothing_found"
    MERGED = "merged"
    REFERRED = "referred"
    WAITING = "waiting"
    OPEN = "open"


_FATES = {
    S.RESOLVED: Fate.FIXED,
    S.CLOSED: Fate.FIXED,
    S.REJECTED: Fate.REJECTED,
    S.DUPLICATE: Fate.MERGED,
    S.REFERRED: Fate.REFERRED,
    S.WAITING: Fate.WAITING,
}


def count_open(scope: Scope, *, at: datetime) -> Counts:
    """Of all that is open at `at`, whenever it came in, by line.

    `passed` are those that wait for their resident and whose promised time went by meanwhile: the clock
    stands still for them, so they are never `late`.
    """
    counts = {
        "open": Count("pk"),
        "todo": Count("pk", filter=in_group(Group.TODO)),
        "moving": Count("pk", filter=in_group(Group.MOVING)),
        "waiting": Count("pk", filter=Q(status=S.WAITING)),
        "passed": Count("pk", filter=_has_passed(at)),
        "late": Count("pk", filter=is_late(at)),
        "reopened": Count("pk", filter=Q(reopened_count__gt=0)),
    }
    rows = scope.reports().filter(status__in=OPEN).values(line=scope.key).annotate(**counts)
    return {row.pop("line"): Counter(row) for row in rows}


def count_received(scope: Scope, *, at: datetime) -> Counts:
    """Of all that came in in the period, by line: `received`, each fate, and each fate with `_late`.

    Late is what was fixed, refused, merged or passed on after the promised time, what is open and late, and
    what waits for its resident while that time went by. What was merged is late too while the one that it
    was merged into is open, or was fixed, after the time that this one's resident was promised. Four
    statements.
    """
    came = scope.reports().filter(received_at__gte=scope.start, received_at__lt=scope.end)
    found: Counts = {}
    for row in _by_status(came, scope, at):
        fate = _FATES.get(row["status"], Fate.OPEN)
        counts = {"received": row["whole"], fate.value: row["whole"], f"{fate.value}_late": row["late"]}
        more = {name: row[name] for name in ("reopened", "confirmed")}
        found.setdefault(row["line"], Counter()).update(counts | more)
    # A report that changed its line after the first statement has one there the next time.
    for row in [*_refused_late(came, scope), *_merged_late(came, scope, at)]:
        if row["line"] in found:
            found[row["line"]][f"{_FATES[row['status']]}_late"] += row["late"]
    for row in _nothing_found(came, scope):
        if row["line"] in found:
            _tell_apart(found[row["line"]], row)
    for counts in found.values():
        counts["late"] = sum(counts[f"{fate}_late"] for fate in Fate)
    return found


def _tell_apart(counts: Counter[str], nothing: dict[str, Any]) -> None:
    """Of those that were refused, these were because a crew found nothing."""
    counts[Fate.REJECTED.value] -= nothing["whole"]
    counts[f"{Fate.REJECTED}_late"] -= nothing["late"]
    counts[Fate.NOTHING_FOUND.value] += nothing["whole"]
    counts[f"{Fate.NOTHING_FOUND}_late"] += nothing["late"]


def _by_status(came: Reports, scope: Scope, at: datetime) -> Rows:
    late = Q(status__in=_FIXED, resolved_at__gt=F("resolve_due_at")) | is_late(at) | _has_passed(at)
    counted: Rows = came.values("status", line=scope.key).annotate(
        whole=Count("pk"),
        late=Count("pk", filter=late),
        reopened=Count("pk", filter=Q(reopened_count__gt=0)),
        confirmed=Count("pk", filter=Q(closed_by=ClosedBy.RESIDENT)),
    )
    return counted


def _refused_late(came: Reports, scope: Scope) -> Rows:
    refused = came.filter(status__in=(S.REJECTED, S.REFERRED)).filter(_ended_late())
    return _count(refused, scope)


def _merged_late(came: Reports, scope: Scope, at: datetime) -> Rows:
    original = Q(duplicate_of__status__in=OPEN, resolve_due_at__lt=at) | Q(
        duplicate_of__resolved_at__gt=F("resolve_due_at")
    )
    return _count(came.filter(original | _ended_late(), status=S.DUPLICATE), scope)


def _ended_late() -> Q:
    """By the timeline; a report changes with its end, so that most are known to be in time without it."""
    end = Update.objects.filter(
        report=OuterRef("pk"),
        kind=Update.Kind.STATUS,
        status=OuterRef("status"),
        at__gt=OuterRef("resolve_due_at"),
    )
    return Q(changed_at__gt=F("resolve_due_at")) & Q(Exists(end))


def _count(reports: Reports, scope: Scope) -> Rows:
    counted: Rows = reports.values("status", line=scope.key).annotate(late=Count("pk"))
    return counted


def _nothing_found(came: Reports, scope: Scope) -> Rows:
    """Refused because a crew was there and found nothing, since the report was last reopened."""
    jobs = Job.objects.filter(status=JobStatus.DONE, outcome=Outcome.NOTHING_FOUND)
    since = Q(reopened_at=None) | Q(jobs__ended_at__gt=F("reopened_at"))
    refused = came.filter(since, status=S.REJECTED, jobs__in=jobs)
    counted: Rows = refused.values(line=scope.key).annotate(
        whole=Count("pk", distinct=True),
        late=Count("pk", distinct=True, filter=Q(jobs__ended_at__gt=F("resolve_due_at"))),
    )
    return counted


def _has_passed(at: datetime) -> Q:
    return Q(status=S.WAITING, resolve_due_at__lt=at)
