"""Who sees which photo."""

from collections.abc import Callable, Iterable
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from accounts.errors import NotFound
from accounts.models import User
from reports.links import check_private_token
from reports.models import Photo, PhotoPolicy, PhotoRole, PhotoStatus
from reports.selectors.public import is_public
from reports.services.acting import is_involved

# What a resident sent; what a crew took is seen by the public, and so by the resident, once it is released.
_OWN = (PhotoRole.RESIDENT, PhotoRole.REOPENING)


# How it is (again), as a resident or a crew that came showed it.
BEFORE_ROLES = (PhotoRole.RESIDENT, PhotoRole.BEFORE, PhotoRole.REOPENING)


def leading_photo(photos: Iterable[Photo]) -> Photo | None:
    """The one to show where there is room for one: the first of those that were given together last."""
    return max(photos, key=lambda photo: (photo.position == 0, photo.uploaded_at), default=None)


def photo_for_reader(photo_id: UUID, user: User | AnonymousUser, token: str = "") -> Photo:
    """A photo with derivatives that this reader may see. Raises NotFound."""
    found = Photo.objects.filter(pk=photo_id, status=PhotoStatus.READY)
    photo = found.select_related("report__category", "report__district").first()
    if photo is None or not may_see_photo(user, photo, token):
        raise NotFound(_("There is no such photo."))
    return photo


def may_see_photo(user: User | AnonymousUser, photo: Photo, token: str = "") -> bool:
    """Everybody what is released; who sent it their own; staff and crews all photos of their reports."""
    if photo.report is None:
        return user.is_authenticated and photo.uploader_id == user.pk
    return is_released(photo) or _is_own(user, photo, token) or _may_staff_see(user, photo)


def is_released(photo: Photo) -> bool:
    """Whether everybody may see it."""
    report = photo.report
    return (
        report is not None
        and photo.released_at is not None
        and is_public(report)
        and report.category.photo_policy != PhotoPolicy.NEVER
    )


def _is_own(user: User | AnonymousUser, photo: Photo, token: str) -> bool:
    report = photo.report
    if report is None or (photo.role not in _OWN and photo.released_at is None):
        return False
    is_reporter = user.is_authenticated and report.reporter_id == user.pk
    return is_reporter or bool(token and check_private_token(report, token))


def _may_staff_see(user: User | AnonymousUser, photo: Photo) -> bool:
    """The districts concerned, and whom an app above names in PHOTO_READERS: crews."""
    if not isinstance(user, User) or not user.is_active or photo.report is None:
        return False
    if is_involved(user, photo.report):
        return True
    readers: list[Callable[[User, Photo], bool]] = [import_string(path) for path in settings.PHOTO_READERS]
    return any(may_see(user, photo) for may_see in readers)
