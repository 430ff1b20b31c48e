"""The act that puts category, pin and urgency right."""

from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from dispatch.acts.act import Act, Group, Subject
from reports.models import Category, Urgency
from reports.services.correct import correct_report
from reports.workflow import is_open


class CommaFloat(forms.FloatField):
    """Degrees, with a point or a comma."""

    widget = forms.TextInput

    def to_python(self, value: Any) -> Any:
        plain = value.strip().replace(",", ".")[:40] if isinstance(value, str) else value
        return super().to_python(plain)


def _degrees(label: Any, most: int) -> CommaFloat:
    box = forms.TextInput(attrs={"inputmode": "decimal", "class": "numbers"})
    return CommaFloat(label=label, required=False, min_value=-most, max_value=most, widget=box)


class Correct(Act):
    """What is empty stays; the district may change with it."""

    name = "correct"
    title = gettext_lazy("Correct category, pin or urgency")
    button = pgettext_lazy("button", "Correct")
    icon = "edit"
    group = Group.WHOSE
    template = "dispatch/acts/correct.html"
    fields_of_service = {"point": "lat"}
    category = forms.ChoiceField(label=gettext_lazy("Category"), required=False)
    urgency = forms.TypedChoiceField(
        label=gettext_lazy("Urgency"), required=False, coerce=int, empty_value=None, choices=[]
    )
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        required=False,
        max_length=500,
        help_text=gettext_lazy("For another urgency."),
    )
    lat = _degrees(gettext_lazy("Latitude"), 90)
    lon = _degrees(gettext_lazy("Longitude"), 180)

    def __init__(self, subject: Subject, **options: Any) -> None:
        report = subject.report
        now = {
            "category": report.category.code,
            "urgency": report.urgency,
            "lat": f"{report.point.y:.6f}",
            "lon": f"{report.point.x:.6f}",
        }
        super().__init__(subject, initial={**now, **(options.pop("initial", None) or {})}, **options)
        offered = Category.objects.filter(Q(is_active=True) | Q(pk=report.category_id))
        categories: Any = self.fields["category"]
        categories.choices = [(each.code, each.name) for each in offered]
        urgencies: Any = self.fields["urgency"]
        urgencies.choices = [(value, capfirst(label)) for value, label in Urgency.choices]

    @classmethod
    def is_offered(cls, subject: Subject) -> bool:
        return subject.may_dispatch and is_open(subject.report.status)

    def carry_out(self, at: datetime) -> str:
        asked = self.cleaned_data
        lat, lon = asked["lat"], asked["lon"]
        before = self.subject.report.district_id
        corrected = correct_report(
            report_id=self.subject.report.pk,
            category=asked["category"] or None,
            point=None if lat is None or lon is None else (lon, lat),
            urgency=asked["urgency"],
            reason=asked["reason"],
            at=at,
            **self.by,
        )
        if corrected.district_id == before:
            return _("Corrected.")
        return _("Corrected. It is now with %(district)s.") % {"district": corrected.district.name}
