"""Whose crew somebody rides with."""

from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from accounts.models import User
from dispatch.models import Crew


def crews_of(user: User | AnonymousUser) -> QuerySet[Crew]:
    """The active crews that the person belongs to, the one joined first in front.

    On a phone that was enrolled for a crew it is that crew.
    """
    if not isinstance(user, User):
        return Crew.objects.none()
    own = Crew.objects.filter(memberships__user=user, is_active=True)
    if user.acts_only_for is not None:
        own = own.filter(pk=user.acts_only_for)
    return own.select_related("district").order_by("memberships__pk")


def crew_of(user: User | AnonymousUser) -> Crew | None:
    """The crew that the person rides with: the first of theirs."""
    return crews_of(user).first()


def read_crew_id(key: str) -> UUID | None:
    """The id in the name of a crew's stream; None when it is none."""
    try:
        return UUID(key)
    except ValueError:
        return None
