"""Tokens with which a tracking app sends a crew's position."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.errors import NotAllowed
from accounts.models import User
from dispatch.models import Crew, TrackerToken
from districts.memberships import may_dispatch


def issue_tracker_token(*, crew: Crew, actor: User, at: datetime) -> str:
    """A new secret for the crew's tracking app; the one before it is worth nothing any more.

    The secret can't be read again. Raises NotAllowed.
    """
    _require_dispatcher(crew, actor)
    secret = TrackerToken.new_secret()
    facts = {"digest": TrackerToken.digest_of(secret), "created_by": actor, "created_at": at}
    TrackerToken.objects.update_or_create(crew=crew, defaults=facts)
    return secret


def revoke_tracker_token(*, crew: Crew, actor: User) -> None:
    """The crew's tracking app may send nothing any more; twice is no fault. Raises NotAllowed."""
    _require_dispatcher(crew, actor)
    TrackerToken.objects.filter(crew=crew).delete()


def crew_for_tracker(secret: str) -> Crew | None:
    """The active crew whose tracking app this is, with its district."""
    token = TrackerToken.objects.filter(digest=TrackerToken.digest_of(secret), crew__is_active=True)
    found = token.select_related("crew__district").first()
    return found.crew if found else None


def _require_dispatcher(crew: Crew, actor: User) -> None:
    if not may_dispatch(actor, crew.district_id):
        raise NotAllowed(_("Only the crew's own district gives and takes this."))
