"""Who sees what of the outbox: mails and pushes that nobody is configured to carry."""

from django.db.models import QuerySet

from accounts.models import OutboxItem
from districts.memberships import AnyUser, memberships_of
from districts.models import District, Role


def may_see_outbox(user: AnyUser) -> bool:
    """Administrators, and supervisors of a district."""
    own = memberships_of(user)
    return own.is_administrator or bool(own.districts(Role.SUPERVISOR))


def own_items(user: AnyUser) -> QuerySet[OutboxItem]:
    """Administrators see all, supervisors the pushes to the crews of their districts; the latest first."""
    own = memberships_of(user)
    if own.is_administrator:
        return OutboxItem.objects.all()
    codes = District.objects.filter(pk__in=own.districts(Role.SUPERVISOR)).values("code")
    return OutboxItem.objects.filter(kind=OutboxItem.Kind.PUSH, district__in=codes)
