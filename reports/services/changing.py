"""What every change of a report shares: the lock, the version, the timeline and the log."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.errors import DomainError, NotFound
from accounts.models import User
from districts.models import District
from districts.spatial import lock_rows
from live import log
from reports.models import Involvement, Report, Update


class Conflict(DomainError):
    """Somebody else was there first. `data["report"]` holds the report's state as it is now."""

    code = "conflict"
    http_status = 409


@contextmanager
def changing(report_id: int, *, version: int | None = None) -> Iterator[Report]:
    """A transaction with the report's row locked and read again, with its category and district.

    Raises NotFound, and Conflict when `version` is given and no longer the report's.
    """
    with transaction.atomic():
        report = lock_report(report_id)
        if version is not None and version != report.version:
            raise Conflict(
                _("Somebody changed this report meanwhile. Nothing was overwritten: look at it again."),
                field="version",
                report=state_of(report),
            )
        yield report


def lock_report(report_id: int) -> Report:
    """The report, its row locked until the transaction ends. Raises NotFound."""
    found = lock_rows(Report.objects.filter(pk=report_id)).first()
    if found is None:
        raise NotFound(_("There is no such report."))
    return found


def lock_reports(report_ids: Iterable[int]) -> dict[int, Report]:
    """The reports by id, locked in the order of their keys: no two wait for each other. Raises NotFound."""
    wanted = set(report_ids)
    rows = lock_rows(Report.objects.filter(pk__in=wanted).order_by("pk"))
    found = {report.pk: report for report in rows}
    if len(found) < len(wanted):
        raise NotFound(_("There is no such report."))
    return found


def state_of(report: Report) -> dict[str, Any]:
    """The state as a program needs it after a conflict: codes and numbers."""
    return {"code": report.code, "status": report.status, "version": report.version}


def write(report: Report, fields: Iterable[str], *, at: datetime) -> None:
    """Save these fields as one change: the version rises."""
    report.version += 1
    report.changed_at = at
    report.save(update_fields=[*fields, "version", "changed_at"])


def record(
    report: Report,
    kind: Update.Kind,
    *,
    at: datetime,
    actor: User | None,
    audience: Update.Audience = Update.Audience.PUBLIC,
    text: str = "",
    data: Mapping[str, Any] | None = None,
) -> Update:
    """Write a line of the report's timeline, with the state it is in now."""
    return Update.objects.create(
        report=report,
        kind=kind,
        audience=audience,
        status=report.status,
        version=report.version,
        text=text,
        data=dict(data or {}),
        actor=actor,
        at=at,
    )


def announce(report: Report, kind: str, *, at: datetime, to_public: bool = True, **facts: Any) -> None:
    """Append the event to the streams of every district that sees the report, and to the report's own.

    The last statement of a transaction. Without `to_public` only the districts hear of it.
    """
    others = Involvement.objects.filter(report=report).values("district_id")
    concerned = District.objects.filter(Q(pk=report.district_id) | Q(pk__in=others))
    streams = [f"district:{code}" for code in concerned.values_list("code", flat=True)]
    tell([*streams, *([report.stream] if to_public else [])], report, kind, at=at, **facts)


def tell(streams: list[str], report: Report, kind: str, *, at: datetime, **facts: Any) -> None:
    """Append the event to these streams: ids, states and times of the report as it stands."""
    log.append(streams, kind, {**event_facts(report), **facts}, at=at)


def event_facts(report: Report) -> dict[str, Any]:
    return {
        "report": report.code,
        "version": report.version,
        "status": report.status,
        "urgency": report.urgency,
        "visibility": report.visibility,
        "uncertain": report.is_uncertain,
    }
