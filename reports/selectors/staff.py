"""What the staff of the districts see."""

from typing import Literal

from django.contrib.auth.models import AnonymousUser
from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.errors import NotAllowed
from accounts.models import User
from districts.memberships import MembershipSet, memberships_of
from reports.codes import normalise_code
from reports.models import AnotherThing, Involvement, Photo, Report
from reports.selectors.public import unknown_report
from reports.services.acting import parties_of


def reports_for_staff(user: User) -> QuerySet[Report]:
    """Every report that concerns a district of this person, now, before or possibly."""
    return seen_by(memberships_of(user), Report.objects.select_related("category", "district"))


def seen_by(own: MembershipSet, reports: QuerySet[Report]) -> QuerySet[Report]:
    if own.is_administrator:
        return reports
    districts = own.districts()
    involved = Involvement.objects.filter(district_id__in=districts).values("report_id")
    return reports.filter(Q(district_id__in=districts) | Q(pk__in=involved))


def report_for_staff(user: User | AnonymousUser, code: str, may: Literal["see", "act"] = "see") -> Report:
    """A report with all that the desk shows of it: photos, involved districts, neighbourhood, contact.

    Raises NotFound for people of no involved district; with `may="act"` NotAllowed for those who only see it.
    """
    if not isinstance(user, User):
        raise unknown_report()
    reports = _with_details(reports_for_staff(user))
    found = reports.filter(code=normalise_code(code) or "").first()
    if found is None:
        raise unknown_report()
    if may == "act" and not parties_of(user, found):
        raise NotAllowed(_("This report is with another district now: you can see it, but not change it."))
    return found


def _with_details(reports: QuerySet[Report]) -> QuerySet[Report]:
    return reports.select_related("neighbourhood", "duplicate_of", "contact").prefetch_related(
        Prefetch("photos", queryset=Photo.objects.select_related("origin")),
        Prefetch("involvements", queryset=Involvement.objects.select_related("district")),
        Prefetch("other_things", queryset=AnotherThing.objects.select_related("repaired", "actor")),
    )
