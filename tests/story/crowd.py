"""A crowded desk for the browser: many reports at once, and one more that arrives while somebody works."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from reports.codes import new_code
from reports.models import Channel, Report
from reports.services.create import create_report
from reports.services.draft import ReportDraft


def fill(count: int) -> None:
    """So many reports of the centre, each due a little later than the one before."""
    first = Report.objects.get(code=arrive("pothole")["code"])
    Report.objects.bulk_create(_another(first, number) for number in range(1, count))


def arrive(category: str) -> dict[str, Any]:
    """A new report of the centre, as residents send it. Returns its code."""
    draft = ReportDraft(uuid=uuid4(), lon=23.3219, lat=42.6977, category=category, address="By the school")
    at = timezone.now()
    report = create_report(draft=draft, channel=Channel.WEB, actor=AnonymousUser(), at=at).report
    return {"code": report.code}


def _another(first: Report, number: int) -> Report:
    report = Report.objects.get(pk=first.pk)
    report.pk, report._state.adding = None, True
    report.uuid, report.code = uuid4(), new_code()
    report.acknowledge_due_at = first.acknowledge_due_at + timedelta(seconds=number)
    report.address = f"Number {number}"
    return report
