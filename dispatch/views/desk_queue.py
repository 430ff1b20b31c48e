"""The desk's list and map: what a view of the queue holds, page by page and on a grid."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.errors import DomainError
from accounts.models import User
from dispatch.selectors.clusters import Viewport, map_features
from dispatch.selectors.desk import desk_queue
from dispatch.selectors.filters import Filters
from dispatch.views.desk_views import shown_views
from dispatch.views.desks import find_desk, list_desks, require_desk
from districts.memberships import may_dispatch
from districts.models import District
from reports.selectors.queue import PAGE

ROWS_AT_MOST = 200


class RowsUnreadable(DomainError):
    """The number of rows that was asked for is none, or too large."""

    code = "invalid"
    http_status = 422


def queue_facts(request: HttpRequest, user: User, district: District) -> dict[str, Any]:
    """What the queue's pane shows: tabs, headings with their numbers, and a page of rows."""
    at = timezone.now()
    filters = Filters.read(request.GET.dict())
    after = request.GET.get("after", "")
    queue = desk_queue(
        district,
        filters=filters,
        sees_contacts=may_dispatch(user, district.pk),
        after=after,
        at=at,
        limit=_rows(request),
    )
    return {
        "desks": list_desks(user),
        "queue": queue,
        "border_count": queue.border,
        "filters": filters,
        "tab": filters.view,
        "address": filters.address(district.code),
        "views": shown_views(user, district, filters),
        "is_first_page": not after,
        "may_act": may_dispatch(user, district.pk),
        "now": at,
    }


@require_safe
@never_cache
def desk_points(request: HttpRequest) -> HttpResponse:
    """The view on the map: `bbox` is west,south,east,north in degrees, `zoom` MapLibre's."""
    user = require_desk(request)
    district = find_desk(user, request.GET.get("district", ""))
    found = map_features(
        district,
        filters=Filters.read(request.GET.dict()),
        sees_contacts=may_dispatch(user, district.pk),
        viewport=Viewport.read(request.GET.get("bbox", ""), request.GET.get("zoom", "")),
        at=timezone.now(),
    )
    return JsonResponse(found)


def _rows(request: HttpRequest) -> int:
    raw = request.GET.get("rows", "")
    if not raw:
        return PAGE
    if not raw.isdecimal() or not 1 <= int(raw[:9]) <= ROWS_AT_MOST:
        raise RowsUnreadable(_("At most %(most)d rows at a time.") % {"most": ROWS_AT_MOST}, field="rows")
    return int(raw)
