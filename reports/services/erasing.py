"""Private things go when their time has come."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from districts.spatial import lock_rows
from reports import storage
from reports.models import Contact, Follow, Photo
from reports.services.moving import CONTACT_KEPT
from reports.workflow import OPEN

CLAIM_WITHIN = timedelta(hours=24)
# A crew's phone may be without a network for days.
CLAIM_WITHIN_SIGNED_IN = timedelta(days=14)
DROPPED_AT_ONCE = 500


def erase_due_contacts(*, at: datetime) -> int:
    """Erase contacts and followers whose time has come; an open report keeps its own until it has ended."""
    ended = ~Q(report__status__in=OPEN)
    contacts = Contact.objects.filter(ended, erase_on__lte=timezone.localdate(at))
    follows = Follow.objects.filter(ended, report__changed_at__lte=at - CONTACT_KEPT)
    return contacts.delete()[0] + follows.delete()[0]


def drop_unclaimed_photos(*, at: datetime) -> int:
    """Delete photos that nothing has claimed in time, with their files. Returns how many."""
    is_late = Q(uploaded_at__lte=at - CLAIM_WITHIN_SIGNED_IN)
    is_late |= Q(uploader=None, uploaded_at__lte=at - CLAIM_WITHIN)
    with transaction.atomic():
        waiting = Photo.objects.filter(is_late, report=None).order_by("pk").select_related("origin")
        photos = list(lock_rows(waiting)[:DROPPED_AT_ONCE])
        names = [name for photo in photos for name in _files_of(photo)]
        Photo.objects.filter(pk__in=[photo.pk for photo in photos]).delete()
        transaction.on_commit(lambda: storage.forget(names))
    return len(photos)


def _files_of(photo: Photo) -> list[str]:
    return [photo.origin.path, photo.large, photo.small, photo.thumb]
