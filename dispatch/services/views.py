"""Keeping a view of the queue under a name, and forgetting it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.errors import DomainError, NotAllowed, NotFound
from accounts.models import User
from dispatch.models import SavedView
from dispatch.selectors.filters import Filters
from districts.memberships import may_supervise
from districts.models import District
from reports.cleaning import clean_line

VIEWS_AT_MOST = 30
LONGEST_NAME = 60


class ViewRefused(DomainError):
    """The name is missing or too long, or there are too many views already."""

    code = "view_refused"
    http_status = 422


def save_view(
    *,
    owner: User,
    district: District,
    name: str,
    filters: Filters,
    at: datetime,
    is_default: bool = False,
    is_shared: bool = False,
) -> SavedView:
    """Keep the view under the name; a view of the owner's with this name becomes the new one.

    Only a supervisor shares one with the desk. Raises ViewRefused, NotAllowed.
    """
    words = _read_name(name)
    if is_shared and not may_supervise(owner, district.pk):
        raise NotAllowed(_("Only a supervisor shares a view with the whole desk."), field="is_shared")
    own = SavedView.objects.filter(owner=owner, district=district)
    kept = {"filters": filters.as_facts(), "is_default": is_default, "is_shared": is_shared}
    with transaction.atomic():
        if own.exclude(name=words).count() >= VIEWS_AT_MOST:
            raise ViewRefused(_("You have many views already. Remove one first, please."), field="name")
        if is_default:
            own.filter(is_default=True).exclude(name=words).update(is_default=False)
        saved, _is_new = own.update_or_create(
            owner=owner,
            district=district,
            name=words,
            defaults=kept,
            create_defaults={**kept, "created_at": at},
        )
    return saved


def remove_view(*, view_id: UUID, actor: User) -> SavedView:
    """Forget a view: one's own, and for a supervisor any that the desk shares. Raises NotFound."""
    view = SavedView.objects.filter(pk=view_id).select_related("district").first()
    if view is None or not _may_remove(actor, view):
        raise NotFound(_("There is no such view, or it is not yours."))
    SavedView.objects.filter(pk=view_id).delete()
    return view


def list_views(user: User, district: District) -> QuerySet[SavedView]:
    """The person's own views of this desk and the shared ones, by name."""
    return SavedView.objects.filter(Q(owner=user) | Q(is_shared=True), district=district)


def _may_remove(actor: User, view: SavedView) -> bool:
    return view.owner_id == actor.pk or (view.is_shared and may_supervise(actor, view.district_id))


def _read_name(name: str) -> str:
    words = clean_line(name)
    if not words:
        raise ViewRefused(_("Please give the view a name."), field="name")
    if len(words) > LONGEST_NAME:
        raise ViewRefused(
            _("This name is too long: at most %(longest)d characters, please.") % {"longest": LONGEST_NAME},
            field="name",
        )
    return words
