"""Forms of the desk's pages. What they let through, the services check again."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from dispatch.models import Crew
from districts.models import District


def _clock() -> forms.TimeInput:
    return forms.TimeInput(format="%H:%M", attrs={"type": "time"})


def _day() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class TimesForm(forms.Form):
    """When a shift begins and ends, and its breaks."""

    day = forms.DateField(label=_("Day"), widget=_day(), input_formats=["%Y-%m-%d"])
    starts = forms.TimeField(label=_("From"), widget=_clock(), input_formats=["%H:%M"])
    ends = forms.TimeField(label=_("Until"), widget=_clock(), input_formats=["%H:%M"])
    breaks = forms.CharField(
        label=_("Breaks"),
        required=False,
        max_length=200,
        help_text=_("Like 12:00-12:30, 15:00-15:15."),
    )


class ShiftForm(TimesForm):
    """A new shift; `id` makes sending it twice harmless."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    crew = forms.ModelChoiceField(Crew.objects.none(), label=_("Crew"))
    field_order = ("id", "crew", "day", "starts", "ends", "breaks")

    def __init__(self, *args: Any, crews: QuerySet[Crew], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["crew"].queryset = crews  # type: ignore[attr-defined]


class SharingForm(forms.Form):
    """An agreement by which another district may send a crew too."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    crew = forms.ModelChoiceField(Crew.objects.none(), label=_("Crew"))
    district = forms.ModelChoiceField(
        District.objects.none(), label=_("Also works for"), to_field_name="code"
    )
    starts_on = forms.DateField(label=_("First day"), widget=_day(), input_formats=["%Y-%m-%d"])
    ends_on = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=_day(),
        input_formats=["%Y-%m-%d"],
        help_text=_("Empty: until further notice."),
    )

    def __init__(self, *args: Any, crews: QuerySet[Crew], own: District, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["crew"].queryset = crews  # type: ignore[attr-defined]
        others = District.objects.exclude(pk=own.pk).order_by("position", "code")
        self.fields["district"].queryset = others  # type: ignore[attr-defined]
