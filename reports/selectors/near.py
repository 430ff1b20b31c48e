"""What else was reported close to a report, for the staff who see it."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Prefetch

from accounts.models import User
from districts.memberships import memberships_of
from districts.spatial import nearest
from reports.codes import format_code
from reports.models import Photo, PhotoStatus, Report
from reports.selectors.staff import seen_by

AT_MOST = 12


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another report, how many metres away, and whether it is about the same."""

    report: Report
    distance_m: float
    is_alike: bool

    @property
    def code(self) -> str:
        return format_code(self.report.code)

    @property
    def photo(self) -> Photo | None:
        ready: list[Photo] = self.report.ready_photos  # type: ignore[attr-defined]
        return ready[0] if ready else None


def near_reports(
    report: Report, user: User, *, within_m: float, statuses: Collection[str], district_id: int | None = None
) -> list[Neighbour]:
    """Those that the person sees, the same category in front, then the nearest; at most twelve.

    With `district_id` only that district's. At most six queries: the box is widened twice.
    """
    seen = seen_by(memberships_of(user), Report.objects.exclude(pk=report.pk).filter(status__in=statuses))
    if district_id is not None:
        seen = seen.filter(district=district_id)
    ready = Prefetch("photos", Photo.objects.filter(status=PhotoStatus.READY), to_attr="ready_photos")
    rows = seen.select_related("category", "district").prefetch_related(ready)
    lon, lat = report.point.coords
    found = nearest(rows, "point", (lon, lat), within_m=within_m, limit=AT_MOST)
    near = [Neighbour(other, far, other.category_id == report.category_id) for other, far in found]
    return sorted(near, key=lambda each: (not each.is_alike, each.distance_m))
