"""Agreements by which a crew also works for another district."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import DomainError, NotFound
from accounts.models import User
from dispatch import news
from dispatch.models import Crew, SharedCrew
from districts.memberships import may_dispatch
from districts.models import District
from districts.spatial import lock_rows


class SharingRefused(DomainError):
    """The agreement can't be so; `field` names what is at fault."""

    code = "sharing_refused"
    http_status = 422


def share_crew(
    *,
    sharing_id: UUID,
    crew_id: UUID,
    district: str,
    starts_on: date,
    ends_on: date | None,
    actor: User,
    at: datetime,
) -> SharedCrew:
    """Let another district (by its code) send the crew, both days included; None: until further notice.

    By a dispatcher of the crew's own district. The same id twice is one agreement. Raises NotFound,
    SharingRefused.
    """
    if ends_on is not None and ends_on < starts_on:
        raise SharingRefused(_("The last day lies before the first."), field="ends_on")
    with transaction.atomic():
        crew = _lock_crew(crew_id, actor)
        known = SharedCrew.objects.filter(uuid=sharing_id).first()
        if known is not None:
            return known
        other = _other_district(crew, district)
        _require_new(crew, other, starts_on, ends_on)
        agreed = SharedCrew.objects.create(
            uuid=sharing_id,
            crew=crew,
            district=other,
            starts_on=starts_on,
            ends_on=ends_on,
            agreed_by=actor,
        )
        news.tell_sharing(crew, other.code, "crew.shared", at=at)
    return agreed


def end_sharing(*, sharing_id: UUID, actor: User, at: datetime) -> None:
    """The agreement ends with yesterday, or is gone when it has not begun; jobs that the crew has stay.

    By a dispatcher of either district. Ending it twice changes nothing. Raises NotFound.
    """
    with transaction.atomic():
        rows = lock_rows(SharedCrew.objects.filter(uuid=sharing_id))
        agreed = rows.select_related("crew__district", "district").first()
        if agreed is None or not _is_party(actor, agreed):
            raise NotFound(_("There is no such agreement, or it is not yours."))
        yesterday = timezone.localdate(at) - timedelta(days=1)
        if agreed.ends_on is not None and agreed.ends_on <= yesterday:
            return
        _end(agreed, yesterday)
        news.tell_sharing(agreed.crew, agreed.district.code, "crew.unshared", at=at)


def _end(agreed: SharedCrew, last_day: date) -> None:
    if agreed.starts_on > last_day:
        agreed.delete()
        return
    agreed.ends_on = last_day
    agreed.save(update_fields=["ends_on"])


def _is_party(actor: User, agreed: SharedCrew) -> bool:
    return may_dispatch(actor, agreed.crew.district_id) or may_dispatch(actor, agreed.district_id)


def _lock_crew(crew_id: UUID, actor: User) -> Crew:
    crews = Crew.objects.filter(pk=crew_id, is_active=True)
    crew = lock_rows(crews.select_related("district")).first()
    if crew is None or not may_dispatch(actor, crew.district_id):
        raise NotFound(_("There is no such crew, or it is not yours."), field="crew")
    return crew


def _other_district(crew: Crew, code: str) -> District:
    other = District.objects.filter(code=code).first()
    if other is None:
        raise NotFound(_("There is no such district."), field="district")
    if other.pk == crew.district_id:
        raise SharingRefused(_("This is the crew's own district."), field="district")
    return other


def _require_new(crew: Crew, other: District, starts_on: date, ends_on: date | None) -> None:
    known = SharedCrew.objects.filter(crew=crew, district=other)
    if any(_meets(each, starts_on, ends_on) for each in known):
        raise SharingRefused(_("The two have an agreement for some of these days."), field="starts_on")


def _meets(known: SharedCrew, starts_on: date, ends_on: date | None) -> bool:
    before = known.ends_on is not None and known.ends_on < starts_on
    after = ends_on is not None and ends_on < known.starts_on
    return not before and not after
