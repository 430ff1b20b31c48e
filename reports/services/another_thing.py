"""The desk's word that a report tells of another thing than the repair near it, and that word taken back."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.models import User
from reports.models import AnotherThing, Report, Update
from reports.selectors.public import is_public
from reports.services.acting import require_dispatcher
from reports.services.changing import announce, changing, record, write
from reports.services.guarantees import note_guarantee
from reports.services.reasons import read_words


class NoGuarantee(DomainError):
    """No repair is noted that should still hold there."""

    code = "no_guarantee"
    http_status = 409


def call_another_thing(
    *, report_id: int, actor: User, at: datetime, reason: str = "", version: int | None = None
) -> Report:
    """The repair near it holds: this is another thing, offered back to nobody and counted for nobody.

    Where another guaranteed repair lies within reach, that one is noted instead. Said twice it is said once.
    Raises NotFound, NotAllowed, Conflict, TextTooLong, NoGuarantee.
    """
    with changing(report_id, version=version) as report:
        require_dispatcher(actor, report)
        words = read_words(reason, field="reason")
        repaired = report.guarantee_of
        if repaired is None:
            if report.other_things.exists():
                return report
            raise NoGuarantee(_("This report is no case of guarantee: there is nothing to take back."))
        told = {"reason": words, "actor": actor, "at": at}
        AnotherThing.objects.update_or_create(report=report, repaired=repaired, defaults=told)
        report.guarantee_of = report.guarantee_m = None
        _record(report, [repaired], is_case=False, words=words, actor=actor, at=at)
    note_guarantee(code=report.code, at=at)
    return report


def call_same_thing(*, report_id: int, actor: User, at: datetime, version: int | None = None) -> Report:
    """Take the word back: the repair is offered again if it still holds. Repeating it changes nothing.

    Raises NotFound, NotAllowed, Conflict.
    """
    with changing(report_id, version=version) as report:
        require_dispatcher(actor, report)
        taken_back = report.other_things.select_related("repaired")
        repaired = [each.repaired for each in taken_back]
        if not repaired:
            return report
        taken_back.delete()
        _record(report, repaired, is_case=True, words="", actor=actor, at=at)
    note_guarantee(code=report.code, at=at)
    return report


def _record(
    report: Report, repaired: list[Report], *, is_case: bool, words: str, actor: User, at: datetime
) -> None:
    """Everybody reads it who may read of the repair, and staff why; readers of the log look what is near."""
    write(report, ["guarantee_of", "guarantee_m"], at=at)
    audience = Update.Audience.PUBLIC if all(map(is_public, repaired)) else Update.Audience.STAFF
    data = {"is_case_of_guarantee": is_case, "repaired": [each.code for each in repaired]}
    record(report, Update.Kind.CORRECTED, at=at, actor=actor, audience=audience, data=data)
    if words:
        record(report, Update.Kind.NOTE, at=at, actor=actor, audience=Update.Audience.STAFF, text=words)
    announce(report, "report.guarantee", at=at)
