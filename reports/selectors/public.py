"""What everybody may know of reports."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from accounts.errors import NotFound
from districts.spatial import nearest
from reports.codes import format_code, normalise_code
from reports.links import check_private_token, photo_path, public_path
from reports.masking import mask_private
from reports.models import Photo, PhotoPolicy, PhotoStatus, Report, ReportStatus, Update, Visibility
from reports.storage import SIZES
from reports.workflow import OPEN

LonLat = tuple[float, float]
NEAR_M = 100.0
NEARBY_AT_MOST = 20


def public_reports() -> QuerySet[Report]:
    """Every report that the public may see, with category and district."""
    return Report.objects.filter(visibility=Visibility.PUBLIC, category__is_private=False).select_related(
        "category", "district", "neighbourhood"
    )


def with_public_photos(reports: QuerySet[Report]) -> QuerySet[Report]:
    """Each with the released photos in `released_photos`: one more query for the whole set."""
    return reports.prefetch_related(Prefetch("photos", queryset=released_photos(), to_attr="released_photos"))


def released_photos() -> QuerySet[Photo]:
    return Photo.objects.filter(released_at__isnull=False, status=PhotoStatus.READY).exclude(
        report__category__photo_policy=PhotoPolicy.NEVER
    )


def is_public(report: Report) -> bool:
    return report.visibility == Visibility.PUBLIC and not report.category.is_private


def nearby(
    *, point: LonLat, radius_m: float = NEAR_M, limit: int = NEARBY_AT_MOST
) -> list[tuple[Report, float]]:
    """Open public reports around the point (lon, lat) with their distance in metres, nearest first."""
    around = with_public_photos(public_reports()).filter(status__in=OPEN)
    return nearest(around, "point", point, within_m=radius_m, limit=limit)


def report_for_public(code: str) -> Report:
    """The public report with this code, however it was typed. Raises NotFound for every other one."""
    found = with_public_photos(public_reports()).filter(code=normalise_code(code) or "").first()
    if found is None:
        raise unknown_report()
    return found


def report_for_token(code: str, token: str) -> Report:
    """The report whose private link this is, public or not. Raises NotFound."""
    found = find_by_token(normalise_code(code) or "", token)
    if found is None:
        raise unknown_report()
    return found


def find_by_token(code: str, token: str) -> Report | None:
    """The report with exactly this code, public or not, if the token is that of its private link."""
    reports = Report.objects.select_related("category", "district", "neighbourhood", "duplicate_of")
    found = with_public_photos(reports).filter(code=code).first()
    return found if found is not None and check_private_token(found, token) else None


def unknown_report() -> NotFound:
    return NotFound(_("There is no report with this code. Please look at it again."), field="code")


def timeline(report: Report, audience: Update.Audience = Update.Audience.PUBLIC) -> list[Update]:
    """What happened, oldest first: for the public, or for STAFF with what only staff reads.

    It begins with the report's coming in, which has a row only when staff took it in for somebody.
    """
    updates = report.updates.select_related("actor") if audience == Update.Audience.STAFF else report.updates
    rows = list(updates.filter(audience__in={Update.Audience.PUBLIC, audience}))
    if any(update.kind == Update.Kind.RECEIVED for update in rows):
        return rows
    return [_received(report), *rows]


def _received(report: Report) -> Update:
    """The first line of the timeline; not stored."""
    return Update(
        report=report, kind=Update.Kind.RECEIVED, status=ReportStatus.RECEIVED, at=report.received_at
    )


def public_facts(report: Report) -> dict[str, Any]:
    """What API, streams and pages tell everybody, names in the current language; nothing private.

    Without a query for reports of `public_reports` and `with_public_photos`.
    """
    return {
        "code": format_code(report.code),
        "url": public_path(report),
        "status": report.status,
        "status_name": report.get_status_display(),
        "closed_by": report.closed_by,
        "urgency": report.urgency,
        "category": {"code": report.category.code, "name": report.category.name},
        "district": {"code": report.district.code, "name": report.district.name},
        "lat": report.point.y,
        "lon": report.point.x,
        "address": mask_private(report.address),
        "description": mask_private(report.description),
        "voices": report.voices,
        "reopened": report.reopened_count,
        "version": report.version,
        **_times(report),
        "photos": photo_facts(released_photos_of(report)),
    }


_TIMES = (
    "received_at",
    "changed_at",
    "acknowledge_due_at",
    "resolve_due_at",
    "acknowledged_at",
    "resolved_at",
    "closed_at",
)


def _times(report: Report) -> dict[str, str | None]:
    moments = {name: getattr(report, name) for name in _TIMES}
    return {name: moment.isoformat() if moment else None for name, moment in moments.items()}


def released_photos_of(report: Report) -> Iterable[Photo]:
    """Those that the public sees; without a query for reports of `with_public_photos`."""
    prefetched: list[Photo] | None = getattr(report, "released_photos", None)
    return released_photos().filter(report=report) if prefetched is None else prefetched


def photo_facts(photos: Iterable[Photo]) -> list[dict[str, Any]]:
    """Ids, roles, sizes and addresses of photos that the reader may see."""
    return [
        {
            "id": str(photo.pk),
            "role": photo.role,
            "width": photo.width,
            "height": photo.height,
            **{size: photo_path(photo.pk, size) for size in SIZES},
        }
        for photo in photos
    ]
