"""Crews going on and off duty."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import NotFound
from accounts.models import User
from dispatch import access, news, tracking
from dispatch.models import Crew
from districts.memberships import may_dispatch
from districts.spatial import lock_rows


def set_duty(*, crew_id: UUID, is_on_duty: bool, actor: User, at: datetime) -> Crew:
    """Sign the crew on or off, by one of its members or a dispatcher of its district.

    Off duty its last place is forgotten. Doing it twice changes nothing. Raises NotFound.
    """
    with transaction.atomic():
        crew = lock_rows(Crew.objects.filter(pk=crew_id).select_related("district")).first()
        if crew is None or not _may_sign(actor, crew):
            raise NotFound(_("There is no such crew, or it is not yours."))
        if crew.is_on_duty != is_on_duty:
            crew.is_on_duty = is_on_duty
            crew.save(update_fields=["is_on_duty"])
            if not is_on_duty:
                tracking.forget(crew.pk)
            news.tell_duty(crew, at=at)
    return crew


def _may_sign(actor: User, crew: Crew) -> bool:
    return access.is_member(actor, crew.pk) or may_dispatch(actor, crew.district_id)
