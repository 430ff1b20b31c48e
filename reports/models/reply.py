"""Words that a desk writes often."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from reports.models.category import Category
from reports.placeholders import PLACEHOLDERS, unknown_placeholders

LONGEST_BODY = 1_500


class ReplyTemplate(models.Model):
    """A beginning of what residents read, with placeholders (`reports.placeholders`).

    `id` is made by the client. Without a district it serves the whole city, without a category every kind of
    problem. A retired one is offered no more. `version` rises with every change.
    """

    class Purpose(models.TextChoices):
        REPLY = "reply", _("public reply")
        QUESTION = "question", _("question to the resident")
        REFUSAL = "refusal", _("refusal")
        REFERRAL = "referral", _("referral outside")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    district = models.ForeignKey(
        "districts.District",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="reply_templates",
        verbose_name=_("district"),
        help_text=_("Empty: for all districts"),
    )
    category = models.ForeignKey(
        Category,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="reply_templates",
        verbose_name=_("category"),
        help_text=_("Empty: for every kind of problem"),
    )
    purpose = models.CharField(_("used for"), max_length=10, choices=Purpose.choices, default=Purpose.REPLY)
    language = models.CharField(_("language"), max_length=8)
    title = models.CharField(_("title"), max_length=80)
    body = models.TextField(_("words"), max_length=LONGEST_BODY)
    version = models.PositiveIntegerField(default=1, editable=False)
    retired_at = models.DateTimeField(_("retired at"), null=True, blank=True)

    class Meta:
        ordering = ("title", "id")
        verbose_name = _("reply template")
        verbose_name_plural = _("reply templates")
        constraints = [
            models.CheckConstraint(
                name="reply_purpose_known",
                condition=models.Q(purpose__in=["reply", "question", "refusal", "referral"]),
            )
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """The administration's form; `reports.services.replies` refuses the same."""
        faults: dict[str, Any] = {}
        if self.language not in dict(settings.LANGUAGES):
            faults["language"] = _("The city's pages don't come in this language.")
        if unknown := unknown_placeholders(self.body):
            faults["body"] = unknown_words(unknown)
        if faults:
            raise ValidationError(faults)


def unknown_words(unknown: list[str]) -> str:
    """What is wrong with the body."""
    said = _("There is no placeholder %(names)s. These can be used: %(known)s.")
    return said % {"names": _braced(unknown), "known": _braced(PLACEHOLDERS)}


def _braced(names: Iterable[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in names)
