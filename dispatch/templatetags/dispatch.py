"""Tags of the crew's and the desk's pages: steps in words, due times, the photo that stands for a job."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django import template
from django.conf import settings
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.languages import localized
from accounts.templatetags.look import short_time
from dispatch.facts import Facts
from dispatch.selectors.outbox import may_see_outbox
from districts.memberships import memberships_of
from districts.models import District, Role
from reports.models import Report
from reports.placeholders import split_at_placeholders
from reports.selectors.misrouting import Share

register = template.Library()

_OUTCOME_ICONS = {"fixed": "circle-check", "made_safe": "shield-check", "nothing_found": "eye-off"}


@register.filter
def step_word(step: str) -> str:
    """What the button of the next step says."""
    words = {
        "accept": pgettext("crew's step", "Accept"),
        "start": pgettext("crew's step", "On the way"),
        "arrive": pgettext("crew's step", "I'm there"),
    }
    return words[step]


@register.filter
def outcome_icon(outcome: str) -> str:
    return _OUTCOME_ICONS.get(outcome, "circle-dot")


@register.filter
def due_in_words(deadline: datetime | None) -> str:
    """The hour for today, else the day; what is past says so."""
    if deadline is None:
        return ""
    now = timezone.now()
    words = short_time(deadline, now)
    return (
        _("late, since %(when)s") % {"when": words} if deadline < now else _("by %(when)s") % {"when": words}
    )


@register.simple_tag
def before_photo(job: Facts) -> dict[str, Any] | None:
    """The photo of how it is, once one is ready."""
    return next((photo for photo in job["report"]["photos"] if photo["leads"]), None)


@register.simple_tag
def job_thumb(job: Facts) -> str:
    photo = before_photo(job)
    return photo["thumb"] if photo else ""


@register.simple_tag(takes_context=True)
def outbox_is_shown(context: dict[str, Any]) -> bool:
    """Whether mails or pushes are kept here in place of being sent, and the reader may see them."""
    keeps = settings.FCM_CREDENTIALS is None or settings.EMAIL_BACKEND.startswith("accounts.")
    return keeps and may_see_outbox(context["request"].user)


@register.simple_tag(takes_context=True)
def templates_are_shown(context: dict[str, Any]) -> bool:
    """Whether the reader keeps the reply templates of some desk."""
    own = memberships_of(context["request"].user)
    return own.is_administrator or bool(own.districts(Role.SUPERVISOR))


@register.filter
def marked_placeholders(body: str) -> SafeString:
    """The words of a template, its placeholders marked."""
    parts = (
        format_html("<mark>{}</mark>", part) if is_one else part
        for part, is_one in split_at_placeholders(body)
    )
    return format_html_join("", "{}", ((part,) for part in parts))


@register.simple_tag
def new_id() -> str:
    """The id of a command that a form sends: the same form sent twice is one command."""
    return str(uuid4())


@register.filter
def answered(report: Report) -> list[tuple[str, Any]]:
    """The answers to the category's questions, as (question, answer) in the person's language."""
    questions = {question["code"]: question for question in report.category.questions}
    return [
        (_question_name(questions.get(code, {}), code), _answer_name(questions.get(code, {}), answer))
        for code, answer in report.answers.items()
    ]


def _question_name(question: dict[str, Any], code: str) -> str:
    return localized(question.get("description")) or code


def _answer_name(question: dict[str, Any], answer: Any) -> Any:
    names = {value["key"]: localized(value.get("name")) for value in question.get("values", [])}
    return names.get(answer, answer) if isinstance(answer, str) else answer


@register.simple_tag
def border_return(district: District) -> SafeString:
    """Hidden fields that lead back to the border desk of the district."""
    return format_html(
        '<input type="hidden" name="from" value="border"><input type="hidden" name="at" value="{}">',
        district.code,
    )


@register.filter
def share(counted: Share) -> str:
    """A share in percent with one decimal; a dash where nothing was counted."""
    if counted.rate is None:
        return "–"
    return _("%(percent)s %%") % {"percent": number_format(counted.rate * 100, 1)}


@register.simple_tag
def desk_words() -> dict[str, str]:
    """What the desk's JavaScript says."""
    return {
        "refused": _("Not done: {reason}"),
        "unreachable": _("The server does not answer. Nothing was changed."),
        "movePin": _("Move the map under the pin, then press Correct."),
        "above": _("{count} new above"),
        "picked": _("{count} chosen"),
        "dueSoon": _("{code}: its promised time is near"),
        "overdue": _("{code}: its promised time is over"),
        "promises": _("{count} promised times are near or over"),
        "show": _("Show"),
        "keys": _("Keys"),
        "looks": _("{names} has this open."),
        "look": _("{names} have this open."),
        "writes": _("{names} is writing."),
        "write": _("{names} are writing."),
    }
