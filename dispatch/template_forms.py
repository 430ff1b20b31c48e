"""The form of a reply template. What it lets through, the service checks again."""

from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from reports.models import Category, ReplyTemplate
from reports.models.reply import LONGEST_BODY
from reports.services.replies import LONGEST_TITLE, TemplateWords


class TemplateForm(forms.Form):
    """`id` makes sending a new one twice harmless; `version` is the state that is changed."""

    id = forms.UUIDField(required=False, widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)
    title = forms.CharField(
        label=_("Title"), max_length=LONGEST_TITLE, help_text=_("For the desk alone: how you find it again.")
    )
    purpose = forms.ChoiceField(label=_("Used for"), choices=ReplyTemplate.Purpose.choices)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    category = forms.ModelChoiceField(
        Category.objects.none(),
        label=_("Kind of problem"),
        required=False,
        to_field_name="code",
        empty_label=_("every kind"),
    )
    body = forms.CharField(
        label=_("What the resident reads"),
        max_length=LONGEST_BODY,
        widget=forms.Textarea(attrs={"rows": 7, "data-words": ""}),
    )
    is_citywide = forms.BooleanField(label=_("For all districts"), required=False)

    def __init__(
        self, *args: Any, may_be_citywide: bool = False, category_id: int | None = None, **options: Any
    ) -> None:
        """`category_id`: the template's own, which stays a choice when it is offered to residents no more."""
        super().__init__(*args, **{"auto_id": "template-%s", **options})
        categories = Category.objects.filter(Q(is_active=True) | Q(pk=category_id))
        self.fields["category"].queryset = categories  # type: ignore[attr-defined]
        if not may_be_citywide:
            del self.fields["is_citywide"]

    @property
    def words(self) -> TemplateWords:
        """What the service takes, once the form is valid."""
        told = self.cleaned_data
        purpose = ReplyTemplate.Purpose(told["purpose"])
        return TemplateWords(told["title"], told["body"], told["language"], purpose, told["category"])
