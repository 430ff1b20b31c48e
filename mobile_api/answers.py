"""What the one who reported is told."""

from django.conf import settings
from django.urls import reverse

from mobile_api.features import Facts
from mobile_api.intake import Taken
from reports.codes import format_code
from reports.links import private_address, public_path
from reports.models import Photo, Report
from reports.selectors.public import is_public


def created_facts(taken: Taken) -> Facts:
    """The answer to a report, the same for its repetitions but for what has changed since."""
    report = taken.created.report
    place = report.neighbourhood
    return {
        "id": str(report.uuid),
        "code": format_code(report.code),
        "status": report.status,
        "status_name": report.get_status_display(),
        "district": {"code": report.district.code, "name": report.district.name},
        "neighbourhood": None if place is None else {"code": place.code, "name": place.name},
        "is_uncertain": report.is_uncertain,
        "promised": {"acknowledge_by": report.acknowledge_due_at, "resolve_by": report.resolve_due_at},
        "links": _links(report),
        "photos": [_photo_facts(photo) for photo in taken.created.photos],
        "refused_photos": taken.refused_photos,
    }


def _links(report: Report) -> dict[str, str]:
    """Whole addresses; nothing public leads to a private report."""
    private = private_address(report)
    if not is_public(report):
        return {"public": "", "private": private, "api": ""}
    api = reverse("mobile_api:report", kwargs={"code": format_code(report.code)})
    public = f"{settings.BASE_URL}{public_path(report)}"
    return {"public": public, "private": private, "api": f"{settings.BASE_URL}{api}"}


def _photo_facts(photo: Photo) -> Facts:
    released = photo.released_at is not None
    return {"id": str(photo.pk), "name": photo.name, "status": photo.status, "released": released}
