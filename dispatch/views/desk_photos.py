"""Releasing and withholding photos at the desk."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.errors import NotFound
from dispatch.views.chosen import chosen_report, go_back
from reports.services.photos import release_photo, withhold_photo


@require_POST
def show_photo(request: HttpRequest, code: str, photo_id: UUID, verb: str) -> HttpResponse:
    """Release the photo to the public, or withhold it again."""
    user, report = chosen_report(request, code)
    if not report.photos.filter(pk=photo_id).exists():
        raise NotFound(_("There is no such photo."))
    service = {"release": release_photo, "withhold": withhold_photo}[verb]
    service(photo_id=photo_id, actor=user, at=timezone.now())
    return go_back(request, report)
