"""Whose a report is: said by the district that has it, or by one that could have it.

The deadlines stay as they were promised: a report that goes back and forth wins no time. All raise NotFound,
NotAllowed, Conflict when `version` is no longer the report's, and HandingRefused for what has ended.
"""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.errors import DomainError, NotAllowed, NotFound
from accounts.models import User
from districts.locating import locate
from districts.memberships import may_dispatch
from districts.models import District
from live import log
from reports.deadlines import next_look
from reports.models import BorderDecision, Involvement, Report, Update
from reports.models import ReportStatus as S
from reports.services.acting import require_dispatcher, require_sight
from reports.services.changing import announce, changing, record, write
from reports.services.moving import move
from reports.services.reasons import require_reason
from reports.services.routing import CrewsAtWork, decide, neighbourhood_of
from reports.workflow import UNDER_WAY, Party, is_open

_Kind = BorderDecision.Kind
_DESK = frozenset({Party.DISPATCHER})


class HandingRefused(DomainError):
    """The report has ended, or is with that district already."""

    code = "handing_refused"
    http_status = 409


def keep_report(*, report_id: int, actor: User, at: datetime, version: int | None = None) -> Report:
    """It is ours: no longer in doubt, and seen by the district. What is so already stays as it is."""
    with log.gathered(), changing(report_id, version=version) as report:
        require_dispatcher(actor, report)
        _require_open(report)
        if report.is_uncertain:
            decide(report, _Kind.KEPT, to=report.district, actor=actor, at=at)
            report.is_uncertain = False
            write(report, ["is_uncertain"], at=at)
            announce(report, "report.kept", at=at, to_public=False)
        _acknowledge(report, actor, at)
    return report


def hand_over_report(
    *, report_id: int, district: str, reason: str, actor: User, at: datetime, version: int | None = None
) -> Report:
    """It is yours: the report goes to the district with this code, which has still to say that it is theirs.

    The reason is read by staff of both sides. Raises ReasonMissing, and CrewsAtWork while crews are on it.
    """
    words = require_reason(reason)
    with log.gathered(), changing(report_id, version=version) as report:
        require_dispatcher(actor, report)
        to = _find_district(district)
        _require_movable(report, to)
        had = report.district
        _move(report, to, _Kind.HANDED_OVER, reason=words, actor=actor, at=at)
        _note(report, had, words, actor=actor, at=at)
        announce(report, "report.handed_over", at=at, before=had.code)
    return report


def take_over_report(
    *, report_id: int, district: str = "", actor: User, at: datetime, version: int | None = None
) -> Report:
    """It is ours, says another district that sees the report: it goes there, and is seen by it.

    `district` is the code of the taking district; without one, the first that the actor dispatches for.
    Raises CrewsAtWork while crews of the other district are on it.
    """
    with log.gathered(), changing(report_id, version=version) as report:
        require_sight(actor, report)
        to = _taking_district(report, district, actor)
        _require_movable(report, to)
        before = report.district.code
        _move(report, to, _Kind.TAKEN_OVER, reason="", actor=actor, at=at)
        announce(report, "report.taken_over", at=at, before=before)
        _acknowledge(report, actor, at)
    return report


def _move(
    report: Report, to: District, kind: BorderDecision.Kind, *, reason: str, actor: User, at: datetime
) -> None:
    had = report.district
    decide(report, kind, to=to, actor=actor, at=at, reason=reason)
    report.district = to
    report.routing = {"district": to.code, "from": had.code, "because": kind.value, "version": None}
    report.is_uncertain = kind is _Kind.HANDED_OVER
    _set_neighbourhood(report, at)
    report.look_at = next_look(report)
    others = Involvement.objects.filter(report=report)
    others.filter(district=to).delete()
    others.get_or_create(report=report, district=had, defaults={"relation": Involvement.Relation.PREVIOUS})
    write(report, ["district", "neighbourhood", "routing", "is_uncertain", "look_at"], at=at)
    data = {"from": had.code, "to": to.code, "to_names": to.names}
    record(report, Update.Kind.ROUTED, at=at, actor=actor, data=data)


def _set_neighbourhood(report: Report, at: datetime) -> None:
    """A neighbourhood lies in its own district: it is known only where the place does too."""
    lon, lat = report.point.coords
    found = locate(point=(lon, lat), category=report.category.code, accuracy_m=report.accuracy_m, at=at)
    own = found.found is not None and found.found.id == report.district.pk
    report.neighbourhood = neighbourhood_of(found) if own else None


def _note(report: Report, district: District, words: str, *, actor: User, at: datetime) -> None:
    """The reason opens the conversation of both sides."""
    data = {"district": district.code}
    audience = Update.Audience.STAFF
    record(report, Update.Kind.NOTE, at=at, actor=actor, audience=audience, text=words, data=data)


def _acknowledge(report: Report, actor: User, at: datetime) -> None:
    if report.status in (S.RECEIVED, S.REOPENED):
        move(report, S.ACKNOWLEDGED, parties=_DESK, actor=actor, at=at)


def _find_district(code: str) -> District:
    found = District.objects.filter(code=code).first()
    if found is None:
        raise NotFound(_("There is no such district."), field="district")
    return found


def _taking_district(report: Report, code: str, actor: User) -> District:
    involved = District.objects.filter(involvements__report=report).order_by("position", "code")
    named = list(involved.filter(code=code) if code else involved)
    own = [district for district in named if may_dispatch(actor, district.pk)]
    if not own:
        raise NotAllowed(_("Only a dispatcher of a district that it could belong to can take it over."))
    return own[0]


def _require_open(report: Report) -> None:
    if not is_open(report.status):
        words = _("This report is “%(state)s”: nobody has to take it on any more.")
        raise HandingRefused(words % {"state": report.get_status_display()}, status=report.status)


def _require_movable(report: Report, to: District) -> None:
    _require_open(report)
    if to.pk == report.district_id:
        raise HandingRefused(_("It is with %(district)s already.") % {"district": to.name}, field="district")
    if report.status in UNDER_WAY:
        words = _("Crews of %(district)s are on it. They have to be called back first.")
        raise CrewsAtWork(words % {"district": report.district.name}, district=report.district.code)
