"""Keeping reply templates: a supervisor those of the own district, an administrator the city's as well."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import DomainError, NotAllowed, NotFound
from accounts.models import User
from districts.memberships import is_administrator, may_supervise
from districts.models import District
from districts.spatial import lock_rows
from reports.cleaning import clean_line, clean_text
from reports.models import Category, ReplyTemplate
from reports.models.reply import LONGEST_BODY, unknown_words
from reports.placeholders import unknown_placeholders
from reports.services.changing import Conflict

LONGEST_TITLE = 80


class TemplateRefused(DomainError):
    """Something is missing, too long, or means nothing."""

    code = "template_refused"
    http_status = 422


@dataclass(frozen=True)
class TemplateWords:
    """What a person writes. `category` None: every kind of problem."""

    title: str
    body: str
    language: str
    purpose: ReplyTemplate.Purpose = ReplyTemplate.Purpose.REPLY
    category: Category | None = None


def may_keep(user: User, district_id: int | None) -> bool:
    """Whether the person changes the templates of the district; None: those of the whole city."""
    return is_administrator(user) if district_id is None else may_supervise(user, district_id)


def add_template(
    *, template_id: UUID, district: District | None, words: TemplateWords, actor: User
) -> ReplyTemplate:
    """Keep a new template. The same id again changes nothing and returns what is kept.

    Raises TemplateRefused, NotAllowed, and NotFound for an id that is somebody else's template.
    """
    _require_keeper(actor, district.pk if district else None)
    checked = _check(words)
    kept, _is_new = ReplyTemplate.objects.get_or_create(
        id=template_id, defaults={"district": district, **checked}
    )
    if kept.district_id != (district.pk if district else None):
        raise _not_there()
    return kept


def change_template(*, template_id: UUID, words: TemplateWords, actor: User, version: int) -> ReplyTemplate:
    """Change the words. Raises TemplateRefused, NotAllowed, NotFound, and Conflict for another version."""
    checked = _check(words)
    with transaction.atomic():
        template = _locked(template_id, actor)
        if version != template.version:
            raise Conflict(
                _("Somebody changed this template meanwhile. Nothing was overwritten: look at it again."),
                field="version",
            )
        for field, value in checked.items():
            setattr(template, field, value)
        template.version += 1
        template.save(update_fields=[*checked, "version"])
    return template


def retire_template(*, template_id: UUID, actor: User, at: datetime, retired: bool = True) -> ReplyTemplate:
    """Offer it no more, or with `retired` False again; repeating it changes nothing.

    Raises NotAllowed, NotFound.
    """
    with transaction.atomic():
        template = _locked(template_id, actor)
        if (template.retired_at is not None) != retired:
            template.retired_at = at if retired else None
            template.version += 1
            template.save(update_fields=["retired_at", "version"])
    return template


def _locked(template_id: UUID, actor: User) -> ReplyTemplate:
    template = lock_rows(ReplyTemplate.objects.filter(pk=template_id)).first()
    if template is None:
        raise _not_there()
    _require_keeper(actor, template.district_id)
    return template


def _require_keeper(actor: User, district_id: int | None) -> None:
    if may_keep(actor, district_id):
        return
    if district_id is None:
        raise NotAllowed(_("Only a city administrator changes what serves all districts."))
    raise NotAllowed(_("Only a supervisor of the district changes its templates."))


def _check(words: TemplateWords) -> dict[str, object]:
    """The fields as they are kept. Raises TemplateRefused with the field at fault."""
    title, body = clean_line(words.title), clean_text(words.body)
    _require_length(title, LONGEST_TITLE, "title", _("Please give the template a title."))
    _require_length(body, LONGEST_BODY, "body", _("Please write what the resident is to read."))
    if unknown := unknown_placeholders(body):
        raise TemplateRefused(unknown_words(unknown), field="body")
    if words.language not in dict(settings.LANGUAGES):
        raise TemplateRefused(_("The city's pages don't come in this language."), field="language")
    return {
        "title": title,
        "body": body,
        "language": words.language,
        "purpose": words.purpose,
        "category": words.category,
    }


def _require_length(text: str, longest: int, field: str, missing: str) -> None:
    if not text:
        raise TemplateRefused(missing, field=field)
    if len(text) > longest:
        raise TemplateRefused(
            _("This text is too long: at most %(longest)d characters, please.") % {"longest": longest},
            field=field,
        )


def _not_there() -> NotFound:
    return NotFound(_("There is no such template, or it is not yours."))
