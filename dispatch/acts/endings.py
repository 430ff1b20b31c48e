"""Acts that end a report without a crew, or take such an end back."""

from datetime import datetime

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from dispatch.acts.act import Act, Group, Subject, words_field
from dispatch.acts.templated import TemplatedAct
from reports.models import ReplyTemplate, ReportStatus
from reports.selectors.bodies import bodies_referred_to
from reports.services.states import acknowledge_report, refer_report, reject_report
from reports.workflow import Party, may_move

_DESK = {Party.DISPATCHER}


def _may(subject: Subject, end: ReportStatus) -> bool:
    return subject.may_dispatch and may_move(subject.report.status, end, _DESK)


class Acknowledge(Act):
    """The district has seen it; it also takes back a refusal or a referral."""

    name = "acknowledge"
    title = gettext_lazy("Seen, stays with us")
    button = gettext_lazy("Seen, stays with us")
    icon = "eye"
    group = Group.END

    @classmethod
    def is_offered(cls, subject: Subject) -> bool:
        own = (ReportStatus.DUPLICATE, ReportStatus.WAITING)
        return _may(subject, ReportStatus.ACKNOWLEDGED) and subject.report.status not in own

    def carry_out(self, at: datetime) -> str:
        acknowledge_report(report_id=self.subject.report.pk, at=at, **self.by)
        return _("The resident is told that you have seen it.")


class Reject(TemplatedAct):
    """Not taken on, with a reason that the resident reads."""

    name = "reject"
    title = pgettext_lazy("act", "Refuse")
    button = pgettext_lazy("act", "Refuse")
    icon = "circle-x"
    tone = "late"
    group = Group.END
    help = gettext_lazy("The resident reads why, and may open the report again.")
    fields_of_service = {"reason": "text"}
    purpose = ReplyTemplate.Purpose.REFUSAL
    text = words_field(gettext_lazy("Why you don't take it on"))

    @classmethod
    def is_offered(cls, subject: Subject) -> bool:
        return _may(subject, ReportStatus.REJECTED)

    def carry_out(self, at: datetime) -> str:
        reject_report(report_id=self.subject.report.pk, reason=self.cleaned_data["text"], at=at, **self.by)
        return _("Refused. The resident reads why.")


class Refer(TemplatedAct):
    """Passed to a body outside, by name."""

    name = "refer"
    title = gettext_lazy("Refer outside")
    button = pgettext_lazy("act", "Refer")
    icon = "external-link"
    group = Group.WHOSE
    template = "dispatch/acts/refer.html"
    help = gettext_lazy(
        "For what no district may repair: a utility, the railway, a private owner. "
        "The resident reads whom you told."
    )
    fields_of_service = {"reason": "text"}
    purpose = ReplyTemplate.Purpose.REFERRAL
    body = forms.CharField(
        label=gettext_lazy("To whom"),
        max_length=200,
        widget=forms.TextInput(attrs={"list": "act-bodies", "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Please name the body that it goes to.")},
    )
    text = words_field(gettext_lazy("Why, and what happens there"))

    @classmethod
    def is_offered(cls, subject: Subject) -> bool:
        return _may(subject, ReportStatus.REFERRED)

    @property
    def bodies(self) -> list[str]:
        """Those that the district has referred to before."""
        return bodies_referred_to(self.subject.report.district_id)

    def carry_out(self, at: datetime) -> str:
        words = {"body": self.cleaned_data["body"], "reason": self.cleaned_data["text"]}
        refer_report(report_id=self.subject.report.pk, at=at, **words, **self.by)
        return _("Referred to %(body)s.") % {"body": words["body"]}
