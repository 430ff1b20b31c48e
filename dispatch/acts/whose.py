"""Acts on whose a report is: keep it, hand it over, take it over."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.errors import NotAllowed
from accounts.templatetags.look import metres
from dispatch.acts.act import Act, Group, Subject, words_field
from districts.memberships import may_dispatch
from districts.models import District
from reports.models import Report
from reports.services.border import hand_over_report, keep_report, take_over_report
from reports.workflow import UNTOUCHED, is_open


class Keep(Act):
    """It is ours: the doubt is over."""

    name = "keep"
    title = gettext_lazy("It is ours")
    button = gettext_lazy("It is ours")
    icon = "home"
    group = Group.WHOSE
    help = gettext_lazy("The report is no longer in doubt, and the resident is told that you have seen it.")

    @classmethod
    def is_offered(cls, subject: Subject) -> bool:
        report = subject.report
        return subject.may_dispatch and report.is_uncertain and report.status in UNTOUCHED

    def carry_out(self, at: datetime) -> str:
        keep_report(report_id=self.subject.report.pk, at=at, **self.by)
        return _("Settled: it is yours.")


class HandOver(Act):
    """It is yours, with the reason."""

    name = "hand-over"
    title = gettext_lazy("Hand over")
    button = gettext_lazy("Hand over")
    icon = "arrows-exchange"
    key = "h"
    group = Group.WHOSE
    help = gettext_lazy("To another district. The promised times stay; you go on seeing the report.")
    fields_of_service = {"reason": "text"}
    district = forms.ChoiceField(
        label=pgettext_lazy("act", "To"),
        error_messages={"required": gettext_lazy("Please say to which district.")},
    )
    text = words_field(gettext_lazy("Why it is theirs (staff of both districts reads it)"), rows=3)

    def __init__(self, subject: Subject, **options: Any) -> None:
        super().__init__(subject, **options)
        choice: Any = self.fields["district"]
        choice.choices = _list_neighbours(subject.report)

    @classmethod
    def is_offered(cls, subject: Subject) -> bool:
        return subject.may_dispatch and subject.report.status in UNTOUCHED

    def carry_out(self, at: datetime) -> str:
        report = hand_over_report(
            report_id=self.subject.report.pk,
            district=self.cleaned_data["district"],
            reason=self.cleaned_data["text"],
            at=at,
            **self.by,
        )
        return _("Handed over to %(district)s.") % {"district": report.district.name}


class TakeOver(Act):
    """It is ours, says the other side."""

    name = "take-over"
    title = gettext_lazy("It is ours: take it over")
    button = gettext_lazy("Take it over")
    icon = "home"
    group = Group.WHOSE
    help = gettext_lazy("The report comes to your district; the promised times stay.")
    district = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)

    @classmethod
    def is_offered(cls, subject: Subject) -> bool:
        return is_open(subject.report.status) and may_take_over(subject)

    @classmethod
    def require_person(cls, subject: Subject) -> None:
        if not may_take_over(subject):
            raise NotAllowed(_("Only a dispatcher of a district that it could belong to can take it over."))

    def carry_out(self, at: datetime) -> str:
        district = self.cleaned_data["district"]
        report = take_over_report(report_id=self.subject.report.pk, district=district, at=at, **self.by)
        return _("Taken over: it is with %(district)s now.") % {"district": report.district.name}


def may_take_over(subject: Subject) -> bool:
    """Whether the person dispatches for another district that sees the report: its involvements are there."""
    others = subject.report.involvements.all()
    return any(may_dispatch(subject.user, other.district_id) for other in others)


def _list_neighbours(report: Report) -> list[tuple[str, str]]:
    """Those that it could belong to or had it in front, the nearest first; then all others by their order."""
    involved = sorted(
        report.involvements.all(), key=lambda each: (each.distance_m is None, each.distance_m or 0)
    )
    near = [(each.district.code, _named(each.district, each.distance_m)) for each in involved]
    known = {code for code, _name in near}
    others = District.objects.exclude(pk=report.district_id).order_by("position", "code")
    return [*near, *((each.code, each.name) for each in others if each.code not in known)]


def _named(district: District, distance_m: float | None) -> str:
    return district.name if distance_m is None else f"{district.name} · {metres(distance_m)}"
