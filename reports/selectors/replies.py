"""Reply templates: those of a district, and those that fit a report, with their placeholders filled in."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _

from accounts.languages import localized
from districts.models import District
from reports.codes import format_code
from reports.links import public_address
from reports.models import ReplyTemplate, Report, ReportStatus
from reports.placeholders import fill_placeholders
from reports.selectors.public import is_public
from reports.timeline_words import day_and_hour
from reports.workflow import is_open


@dataclass(frozen=True)
class FilledTemplate:
    """A template as the resident would read it."""

    id: UUID
    title: str
    text: str
    language: str


def templates_of(district: District) -> QuerySet[ReplyTemplate]:
    """The district's own and the city's, retired ones too."""
    return _of(district.pk).select_related("category")


def templates_for(
    report: Report, purpose: ReplyTemplate.Purpose, *, at: datetime, crew: str = ""
) -> list[FilledTemplate]:
    """Those that fit the report, its own category's and its district's first. One query.

    In the language of the report, or where it has none in the city's. One that names what the report does
    not have (a crew, a deadline ahead, a public page) is left out. `crew`: the name of who has it.
    """
    fitting = _of(report.district_id).filter(
        Q(category=None) | Q(category=report.category_id),
        purpose=purpose,
        retired_at=None,
        language__in={report.language, settings.LANGUAGE_CODE},
    )
    found = sorted(fitting, key=_closest_first)
    own = [template for template in found if template.language == report.language]
    filled = (_fill(template, report, at=at, crew=crew) for template in own or found)
    return [each for each in filled if each is not None]


def _of(district_id: int) -> QuerySet[ReplyTemplate]:
    return ReplyTemplate.objects.filter(Q(district=None) | Q(district=district_id))


def _closest_first(template: ReplyTemplate) -> tuple[bool, bool, str]:
    return template.category_id is None, template.district_id is None, template.title


def _fill(template: ReplyTemplate, report: Report, *, at: datetime, crew: str) -> FilledTemplate | None:
    with translation.override(template.language):
        text = fill_placeholders(template.body, _values(report, at=at, crew=crew))
    return None if text is None else FilledTemplate(template.pk, template.title, text, template.language)


def _values(report: Report, *, at: datetime, crew: str) -> dict[str, str]:
    """In the language that is active; what the report has not is empty."""
    received = timezone.localtime(report.received_at)
    return {
        "code": format_code(report.code),
        "category": localized(report.category.names) or report.category.code,
        "place": _place(report),
        "district": localized(report.district.names) or report.district.code,
        "received": formats.date_format(received, "DATE_FORMAT"),
        "due": day_and_hour(report.resolve_due_at) if _has_deadline(report, at) else "",
        "crew": crew,
        # Never the private link: a reply is read by everybody.
        "link": public_address(report) if is_public(report) else "",
    }


def _place(report: Report) -> str:
    if report.address:
        return report.address
    return report.neighbourhood.name if report.neighbourhood else _("the place on the map")


def _has_deadline(report: Report, at: datetime) -> bool:
    """What is over, or stands still, is no promise."""
    runs = is_open(report.status) and report.status != ReportStatus.WAITING
    return runs and report.resolve_due_at > at
