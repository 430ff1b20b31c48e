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
    crew = forms.ModelChoiceField(Crew.objects.none(), label=_("Crew"), empty_label=_("choose"))
    field_order = ("id", "crew", "day", "starts", "ends", "breaks")

    def __init__(self, *args: Any, crews: QuerySet[Crew], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["crew"].queryset = crews  # type: ignore[attr-defined]


class SharingForm(forms.Form):
    """An agreement by which another district may send a crew too."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    crew = forms.ModelChoiceField(Crew.objects.none(), label=_("Crew"), empty_label=_("choose"))
    district = forms.ModelChoiceField(
        District.objects.none(), label=_("Also works for"), to_field_name="code", empty_label=_("choose")
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


class _PinInput(forms.PasswordInput):
    """Its value is never written back; as text, for a browser offers to keep what is called a password."""

    input_type = "text"


def _pin_input(**attributes: str) -> _PinInput:
    """Digits that a browser neither shows nor offers to keep: the phone is shared."""
    attrs = {"inputmode": "numeric", "autocomplete": "one-time-code", "class": "pin-input"}
    return _PinInput(attrs=attrs | attributes)


class EnrolForm(forms.Form):
    """`device` is the secret that the phone is to keep; the page makes it, so sending twice is harmless."""

    device = forms.CharField(widget=forms.HiddenInput, max_length=100)
    label = forms.CharField(
        label=_("What is this phone called?"),
        max_length=60,
        required=False,
        help_text=_("The desk finds it by this when it is lost: “red Samsung”, “second phone”."),
    )


class PinForm(forms.Form):
    """A member's PIN."""

    pin = forms.CharField(label=_("Your PIN"), max_length=12, widget=_pin_input(autofocus="autofocus"))


class NewPinForm(forms.Form):
    """The PIN that a member has, and twice the one that they choose."""

    pin = forms.CharField(
        label=_("Your PIN until now, or the starting PIN from your desk"), max_length=12, widget=_pin_input()
    )
    new = forms.CharField(label=_("Your own PIN, four to six digits"), max_length=12, widget=_pin_input())
    again = forms.CharField(label=_("Your own PIN once more"), max_length=12, widget=_pin_input())

    def clean(self) -> None:
        told = self.cleaned_data
        if "new" in told and "again" in told and told["new"] != told["again"]:
            self.add_error("again", _("These two are not the same. Please type both again."))
