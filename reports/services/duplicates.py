"""Reports of the same thing, merged: one is worked on, and everybody who told of it hears the outcome."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.errors import DomainError, NotFound
from accounts.models import User
from districts.spatial import lock_rows
from live import log
from reports.models import Report
from reports.models import ReportStatus as S
from reports.services.acting import require_dispatcher, require_sight
from reports.services.changing import announce, changing, write
from reports.services.moving import move
from reports.workflow import Party

_DESK = frozenset({Party.DISPATCHER})


class DuplicateRefused(DomainError):
    """A report can't be merged with itself, nor with one that was merged away."""

    code = "duplicate_refused"
    http_status = 422


def mark_duplicate(
    *, report_id: int, of_id: int, actor: User, at: datetime, version: int | None = None
) -> Report:
    """Merge the report into the one with `of_id`: its voices, followers and own duplicates come along.

    Followers aren't copied: reports.notices writes to those of the duplicates as well, so a merge can be
    undone and an erased contact is gone. The actor must dispatch for the report's district and see the
    other one. Raises DuplicateRefused, and what reports.services.states raises.
    """
    with _locked(Q(pk__in=(report_id, of_id))), changing(report_id, version=version) as report:
        require_dispatcher(actor, report)
        original = _require_original(report, of_id, actor)
        _give_voices(original, report.voices, at)
        Report.objects.filter(duplicate_of=report).update(duplicate_of=original)
        data = {"of": original.code}
        move(report, S.DUPLICATE, parties=_DESK, actor=actor, at=at, data=data, duplicate_of=original)
    return report


def separate_report(*, report_id: int, actor: User, at: datetime, version: int | None = None) -> Report:
    """Undo a merge: the report is acknowledged again, and takes its voices back."""
    own = Report.objects.filter(pk=report_id)
    both = Q(pk=report_id) | Q(pk__in=own.values("duplicate_of"))
    with _locked(both), changing(report_id, version=version) as report:
        require_dispatcher(actor, report)
        if report.duplicate_of is None:
            raise DuplicateRefused(_("This report is not merged with another one."))
        _give_voices(report.duplicate_of, -report.voices, at)
        move(report, S.ACKNOWLEDGED, parties=_DESK, actor=actor, at=at)
    return report


@contextmanager
def _locked(which: Q) -> Iterator[None]:
    """A transaction with several reports locked, in the order of their keys: no two wait for each other.

    Its events are written together at its end.
    """
    with transaction.atomic(), log.gathered():
        list(lock_rows(Report.objects.filter(which).order_by("pk")).values_list("pk"))
        yield


def _require_original(report: Report, of_id: int, actor: User) -> Report:
    original = Report.objects.filter(pk=of_id).first()
    if original is None:
        raise NotFound(_("There is no such report."), field="of")
    require_sight(actor, original)
    if original.pk == report.pk:
        raise DuplicateRefused(_("A report can't be merged with itself."), field="of")
    if original.status == S.DUPLICATE:
        raise DuplicateRefused(
            _("That report is itself merged with another one: choose that one."), field="of"
        )
    return original


def _give_voices(original: Report, voices: int, at: datetime) -> None:
    original.voices += voices
    write(original, ["voices"], at=at)
    announce(original, "report.changed", at=at)
