"""What broke again under guarantee, as the report's pane tells it: whose repair, and who is offered it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.templatetags.look import metres
from dispatch.guarantees import Guarantee, guarantee_on
from dispatch.selectors.suggestion_words import day
from dispatch.selectors.suggestions import Suggestion
from dispatch.sharing import crews_for
from reports.codes import format_code
from reports.models import Report
from reports.selectors.staff import reports_for_staff


@dataclass(frozen=True, slots=True)
class CameBack:
    """`offer` is the crew that repaired it, None where this desk can't send it: `hindrance` says why.

    `earlier_code` is empty where the person doesn't see the earlier report.
    """

    words: str
    hindrance: str
    offer: Suggestion | None
    earlier_code: str


def find_came_back(
    user: User, report: Report, crews: Sequence[Suggestion], *, at: datetime
) -> CameBack | None:
    """None where no repair should hold. `crews` are all that could be sent. At most three queries."""
    guarantee = guarantee_on(report)
    if guarantee is None:
        return None
    offer = next((each for each in crews if each.crew_id == guarantee.crew.pk), None)
    sees = reports_for_staff(user).filter(pk=guarantee.report.pk).exists()
    return CameBack(
        words=_words(guarantee, is_offered=offer is not None),
        hindrance="" if offer else _hindrance(guarantee, report, at),
        offer=offer,
        earlier_code=format_code(guarantee.report.code) if sees else "",
    )


def _words(guarantee: Guarantee, *, is_offered: bool) -> str:
    facts = {
        "crew": guarantee.crew.name,
        "day": day(guarantee.repaired_at),
        "until": day(guarantee.until),
        "distance": metres(guarantee.distance_m),
    }
    if is_offered:
        return (
            _(
                "Repaired by %(crew)s on %(day)s, guaranteed until %(until)s, "
                "%(distance)s from here: offered back to them."
            )
            % facts
        )
    return _("Repaired by %(crew)s on %(day)s, guaranteed until %(until)s, %(distance)s from here.") % facts


def _hindrance(guarantee: Guarantee, report: Report, at: datetime) -> str:
    """Why the crew is not among those that this desk can send. Nothing where it is on the way already."""
    crew = guarantee.crew
    if not crew.is_active:
        return _("This crew does not work any more: send another one.")
    if not crews_for(report.district_id, at=at).filter(pk=crew.pk).exists():
        return _(
            "It is a crew of %(district)s, which does not work for you: "
            "agree with their desk, or send another."
        ) % {"district": crew.district.name}
    return ""
