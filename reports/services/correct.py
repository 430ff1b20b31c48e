"""The desk corrects what a report is about, where it is, or how urgent; the rest follows from it."""

from datetime import datetime
from typing import Any

from django.contrib.gis.geos import Point
from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.models import User
from districts.locating import Responsibility, locate
from reports.deadlines import set_deadlines
from reports.models import BorderDecision, Category, Report, Update, Urgency, Visibility
from reports.models import ReportStatus as S
from reports.services.acting import require_dispatcher
from reports.services.changing import announce, changing, record, write
from reports.services.matters import settle_broken_promises
from reports.services.reasons import read_words, require_reason
from reports.services.routing import CrewsAtWork, decide, is_decided, require_inside, reroute

LonLat = tuple[float, float]


class InvalidCorrection(DomainError):
    """The new category or urgency is none."""

    code = "invalid_correction"
    http_status = 422


def correct_report(
    *,
    report_id: int,
    actor: User,
    at: datetime,
    category: str | None = None,
    point: LonLat | None = None,
    urgency: int | None = None,
    reason: str = "",
    version: int | None = None,
) -> Report:
    """Correct the category (a code), the pin (lon, lat) or the urgency; what is None stays.

    A new category or pin is located again and both deadlines are computed again; the old answers are kept
    in an Update for staff. Another urgency needs a reason. What changes nothing leaves no trace. Raises
    NotFound, NotAllowed, Conflict, ReasonMissing, InvalidCorrection, InvalidPoint, OutsideCity,
    CrewsAtWork.
    """
    with changing(report_id, version=version) as report:
        require_dispatcher(actor, report)
        before, stood = _facts(report), _standing(report)
        _set_urgency(report, urgency, reason)
        _relocate(report, category, point, at)
        changes = _changes(before, _facts(report))
        if not changes:
            return report
        write(report, _FIELDS, at=at)
        if changes.keys() & _PROMISES:
            settle_broken_promises(report, actor=actor, at=at)
        _record(report, changes, reason, actor=actor, at=at)
        if stood["district"] != report.district or stood["is_uncertain"] != report.is_uncertain:
            decide(report, _CORRECTED, to=report.district, actor=actor, at=at, before=stood)
        announce(report, "report.changed", at=at)
    return report


_CORRECTED = BorderDecision.Kind.CORRECTED
_FIELDS = (
    "category",
    "point",
    "urgency",
    "visibility",
    "district",
    "neighbourhood",
    "routing",
    "is_uncertain",
    "acknowledge_due_at",
    "resolve_due_at",
    "look_at",
)


_PROMISES = frozenset({"acknowledge_due_at", "resolve_due_at"})


def _facts(report: Report) -> dict[str, Any]:
    """What a correction may change, as an Update keeps it."""
    return {
        "category": report.category.code,
        "point": list(report.point.coords),
        "urgency": report.urgency,
        "district": report.district.code,
        "routing": report.routing,
        "acknowledge_due_at": report.acknowledge_due_at.isoformat(),
        "resolve_due_at": report.resolve_due_at.isoformat(),
    }


def _standing(report: Report) -> dict[str, Any]:
    """Whose it is, as a decision keeps it."""
    names = ("district", "routing", "is_uncertain")
    return {name: getattr(report, name) for name in names}


def _changes(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """Another routing alone (a boundary's new version) is no correction."""
    changed = {name: {"from": old, "to": after[name]} for name, old in before.items() if after[name] != old}
    return changed if changed.keys() - {"routing"} else {}


def _set_urgency(report: Report, urgency: int | None, reason: str) -> None:
    if urgency is None or urgency == report.urgency:
        return
    if urgency not in Urgency.values:
        raise InvalidCorrection(_("There is no such urgency."), field="urgency")
    require_reason(reason)
    report.urgency = urgency


def _relocate(report: Report, category: str | None, point: LonLat | None, at: datetime) -> None:
    """Set category and pin, and all that follows from them; saves only which other districts see it."""
    if category == report.category.code:
        category = None
    if point is not None and _is_same_place(report, point):
        point = None
    if category is None and point is None:
        return
    was = _locate(report, at)
    if category is not None:
        _set_category(report, category)
    if point is not None:
        _set_pin(report, point)
    found = _locate(report, at)
    require_inside(found)
    if point is None and is_decided(report.routing) and found.district_id == was.district_id:
        set_deadlines(report)  # the category says nothing new about whose it is: a person's word stands
        return
    if found.district_id != report.district_id and report.status in (S.PLANNED, S.IN_PROGRESS):
        raise CrewsAtWork(
            _("Then %(district)s would be responsible. Call your crews back first.")
            % {"district": found.name},
            district=found.district,
        )
    reroute(report, found)
    set_deadlines(report)


def _locate(report: Report, at: datetime) -> Responsibility:
    lon, lat = report.point.coords
    accuracy = report.accuracy_m
    return locate(point=(lon, lat), category=report.category.code, accuracy_m=accuracy, at=at)


def _is_same_place(report: Report, point: LonLat) -> bool:
    """Within a hundred-thousandth of a degree, about a metre: forms show no more."""
    return all(abs(old - new) < 1e-5 for old, new in zip(report.point.coords, point, strict=True))


def _set_category(report: Report, code: str) -> None:
    category = Category.objects.filter(code=code, is_active=True).first()
    if category is None:
        raise InvalidCorrection(_("There is no such category."), field="category")
    report.category = category
    if category.is_private:
        report.visibility = Visibility.PRIVATE


def _set_pin(report: Report, point: LonLat) -> None:
    """A pin that a person has put there is as exact as the place it shows."""
    if tuple(report.point.coords) != point:
        report.point = Point(*point, srid=4326)
        report.accuracy_m = None


def _record(report: Report, changes: dict[str, Any], reason: str, *, actor: User, at: datetime) -> None:
    record(
        report,
        Update.Kind.CORRECTED,
        at=at,
        actor=actor,
        audience=Update.Audience.STAFF,
        text=read_words(reason, field="reason"),
        data=changes,
    )
    if "district" in changes:
        data = {**changes["district"], "to_names": report.district.names}
        record(report, Update.Kind.ROUTED, at=at, actor=actor, data=data)
