"""`/desk/border/`: what lies between two districts, and how often the routing was wrong."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import User
from dispatch.views.desks import find_desk, list_desks, require_desk
from districts.memberships import may_dispatch
from districts.models import District
from reports.codes import format_code
from reports.models import Photo, Update
from reports.selectors.border import BorderReport, border_reports
from reports.selectors.misrouting import Misrouting, misrouting
from reports.workflow import UNTOUCHED

PERIODS = (30, 90, 365)


@dataclass(frozen=True)
class BorderRow:
    """A report at the border, as the desk of `district` sees it."""

    found: BorderReport
    district: District
    may_decide: bool
    names: dict[str, str]

    @property
    def code(self) -> str:
        return format_code(self.found.report.code)

    @property
    def is_ours(self) -> bool:
        return self.found.report.district_id == self.district.pk

    @property
    def is_untouched(self) -> bool:
        """No crew is on it, so that it can still go to the other side."""
        return self.found.report.status in UNTOUCHED

    @property
    def photo(self) -> Photo | None:
        ready: list[Photo] = self.found.report.ready_photos  # type: ignore[attr-defined]
        return ready[0] if ready else None

    @property
    def notes(self) -> list[tuple[Update, str]]:
        """What was written, each with the name of the writer's district."""
        return [(note, self.names.get(note.data.get("district", ""), "")) for note in self.found.notes]

    @property
    def could_be(self) -> str:
        """The other districts that see it."""
        return ", ".join(each.district.name for each in self.found.report.involvements.all())


@require_safe
@never_cache
def border_page(request: HttpRequest) -> HttpResponse:
    """Both sides' reports, with the measure of the last `?days=`: 30, 90 or 365."""
    user = require_desk(request)
    district = find_desk(user, request.GET.get("district", ""))
    days = _period(request)
    may_decide = may_dispatch(user, district.pk)
    names = {each.code: each.name for each in District.objects.all()}
    rows = [BorderRow(found, district, may_decide, names) for found in border_reports(district.pk)]
    facts: dict[str, Any] = {
        "district": district,
        "desks": list_desks(user),
        "rows": rows,
        "undecided": [row for row in rows if row.found.report.is_uncertain],
        "moved": [row for row in rows if not row.found.report.is_uncertain],
        "measure": _measure(user, days),
        "days": days,
        "periods": PERIODS,
        "now": timezone.now(),
    }
    return render(request, "dispatch/border.html", facts | {"border_count": len(facts["undecided"])})


def _measure(user: User, days: int) -> list[Misrouting]:
    now = timezone.now()
    own = [district.pk for district in list_desks(user)]
    found = misrouting(start=now - timedelta(days=days), end=now, district_ids=own)
    return [each for each in found if each.all.routed]


def _period(request: HttpRequest) -> int:
    given = request.GET.get("days", "")
    return int(given) if given in {str(days) for days in PERIODS} else PERIODS[1]
