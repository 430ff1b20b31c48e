"""Acts on reports of the same thing."""

from datetime import datetime
from functools import cached_property

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.errors import NotFound
from dispatch.acts.act import Act, Group, Subject
from reports.codes import format_code, normalise_code
from reports.models import Report, ReportStatus
from reports.selectors.near import Neighbour, near_reports
from reports.selectors.staff import reports_for_staff
from reports.services.duplicates import mark_duplicate, separate_report
from reports.workflow import OPEN, UNTOUCHED

WITHIN_M = 100.0


class Merge(Act):
    """This report joins another one; its people hear how that goes on."""

    name = "merge"
    title = gettext_lazy("Merge")
    button = pgettext_lazy("act", "Merge")
    icon = "git-merge"
    key = "m"
    group = Group.WHOSE
    template = "dispatch/acts/merge.html"
    help = gettext_lazy(
        "This report joins the one you choose: its voices are counted there, and who told of it or "
        "follows it hears the outcome. It can be undone."
    )
    of = forms.CharField(required=False, max_length=10, label=gettext_lazy("With"), widget=forms.RadioSelect)
    code = forms.CharField(
        label=gettext_lazy("Or another one, by its code"),
        required=False,
        max_length=10,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )

    @classmethod
    def is_offered(cls, subject: Subject) -> bool:
        return subject.may_dispatch and subject.report.status in UNTOUCHED

    @cached_property
    def candidates(self) -> list[Neighbour]:
        """What is open within 100 metres."""
        return near_reports(self.subject.report, self.subject.user, within_m=WITHIN_M, statuses=OPEN)

    @property
    def chosen(self) -> str:
        """The code of the candidate that was chosen before a refusal."""
        return str(self.data.get("of", ""))

    def clean(self) -> None:
        if not (self.cleaned_data.get("code") or self.cleaned_data.get("of")):
            self.add_error("code", _("Choose the report that this one joins, or write its code."))

    def carry_out(self, at: datetime) -> str:
        original = self._find()
        mark_duplicate(report_id=self.subject.report.pk, of_id=original.pk, at=at, **self.by)
        return _("Merged with %(code)s.") % {"code": format_code(original.code)}

    def _find(self) -> Report:
        code = normalise_code(self.cleaned_data["code"] or self.cleaned_data["of"]) or ""
        found = reports_for_staff(self.subject.user).filter(code=code).first()
        if found is None:
            raise NotFound(_("There is no report with this code. Please look at it again."), field="code")
        return found


class Separate(Act):
    """Undo a merge."""

    name = "separate"
    title = gettext_lazy("Separate again")
    button = gettext_lazy("Separate again")
    icon = "git-merge"
    group = Group.WHOSE
    help = gettext_lazy("The report stands for itself again, with its own voices and followers.")

    @classmethod
    def is_offered(cls, subject: Subject) -> bool:
        return subject.may_dispatch and subject.report.status == ReportStatus.DUPLICATE

    def carry_out(self, at: datetime) -> str:
        separate_report(report_id=self.subject.report.pk, at=at, **self.by)
        return _("Separated: it stands for itself again.")
