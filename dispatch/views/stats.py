"""`/desk/stats/`: a district's numbers for its supervisor, and each table of it as CSV."""

import csv
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.errors import NotAllowed, NotFound
from accounts.models import User
from dispatch.stats.figures import count_figures
from dispatch.stats.page import Choices, Page
from dispatch.stats.scope import PERIODS, By, Scope
from dispatch.views.desks import list_desks
from districts.memberships import may_supervise
from districts.models import District, Neighbourhood
from reports.models import Category


@require_safe
@never_cache
def stats_page(request: HttpRequest) -> HttpResponse:
    """`?days=` or `?from=&to=`, `?by=` category, neighbourhood or day, `?category=`, `?neighbourhood=`."""
    desks = _require_own(request)
    page = _read_page(request, desks)
    scope, address = page.scope, page.district.code
    facts: dict[str, Any] = {
        "district": page.district,
        "desks": desks,
        "scope": scope,
        "choices": page.choices,
        "figures": page.figures,
        "headline": page.headline(),
        "tables": page.tables(),
        "address": scope.address(address),
        "periods": [
            (days, scope == scope.of_last(days), scope.of_last(days).address(address)) for days in PERIODS
        ],
        "ways": [(by, scope.told_apart_by(by).address(address)) for by in By],
        "now": page.figures.counted_at,
    }
    return render(request, "dispatch/stats.html", facts)


@require_safe
@never_cache
def stats_csv(request: HttpRequest, table: str) -> HttpResponse:
    """A table of the page for the same address. Raises NotFound."""
    page = _read_page(request, _require_own(request))
    found = page.tables().get(table)
    if found is None:
        raise NotFound(_("There is no such table."))
    name = f"{page.district.code}-{table}-{page.scope.first}-{page.scope.last}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    # With a mark at its beginning, by which spreadsheets know UTF-8.
    answer = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8", headers=headers)
    csv.writer(answer).writerows(found.lines())
    return answer


def _require_own(request: HttpRequest) -> list[District]:
    """The districts that the person supervises. Raises NotAllowed."""
    user = request.user
    own = list_desks(user) if isinstance(user, User) else []
    found = [district for district in own if may_supervise(user, district.pk)]
    if not found:
        raise NotAllowed(_("The statistics are for supervisors and administrators."))
    return found


def _read_page(request: HttpRequest, own: list[District]) -> Page:
    code = request.GET.get("district", "") or own[0].code
    district = next((each for each in own if each.code == code), None)
    if district is None:
        raise NotFound(_("There is no such district, or its statistics are not yours."))
    at = timezone.now()
    scope = Scope.read(request.GET.dict(), district_id=district.pk, at=at)
    choices = Choices(
        list(Category.objects.all()), list(Neighbourhood.objects.filter(district=district).defer("polygon"))
    )
    scope.require_known(
        categories={each.code for each in choices.categories},
        neighbourhoods={each.slug for each in choices.neighbourhoods},
    )
    return Page(district, scope, count_figures(district, scope, at=at), choices)
