"""`/photos/<id>/<size>.jpg`: a derivative, for those who may see it; originals have no address."""

from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.core.files.storage import default_storage
from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.errors import NotFound
from reports.models import Photo
from reports.selectors.photos import is_released, photo_for_reader
from reports.views.sending import reader_of

_PUBLIC_S = 3600
_PRIVATE_S = 300


@require_safe
@login_not_required
def photo_file(request: HttpRequest, photo_id: UUID, size: str) -> HttpResponseBase:
    """The JPEG. What the reader may not see, and what does not exist (yet), is a 404 alike."""
    photo = photo_for_reader(photo_id, reader_of(request), request.GET.get("key", ""))
    return _served(photo, str(getattr(photo, size)))


def _served(photo: Photo, name: str) -> FileResponse:
    try:
        file = default_storage.open(name)
    except (FileNotFoundError, ValueError) as error:
        raise NotFound(_("This photo is still being prepared.")) from error
    response = FileResponse(file, content_type="image/jpeg")
    # A released photo can be withheld again, so even the public copy is not kept for long.
    response["Cache-Control"] = (
        f"public, max-age={_PUBLIC_S}" if is_released(photo) else f"private, max-age={_PRIVATE_S}"
    )
    return response
