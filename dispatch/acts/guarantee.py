"""Acts on whether a report is a case of guarantee: what is near a repair need not be the same thing."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from dispatch.acts.act import Act, Group, Subject, words_field
from reports.services.another_thing import call_another_thing, call_same_thing


class NotTheSame(Act):
    """The repair near it holds."""

    name = "not-the-same"
    title = gettext_lazy("Not the same thing")
    button = gettext_lazy("It is another thing")
    icon = "shield-off"
    key = "g"
    group = Group.CREWS
    help = gettext_lazy(
        "The report is then no case of guarantee: it is not offered back to who repaired it, "
        "and not counted as a repair that broke again."
    )
    fields_of_service = {"reason": "text"}
    text = words_field(pgettext_lazy("another thing", "Why (staff reads it)"), required=False, rows=2)

    @classmethod
    def is_offered(cls, subject: Subject) -> bool:
        return subject.may_dispatch and subject.report.guarantee_of_id is not None

    def carry_out(self, at: datetime) -> str:
        report_id, reason = self.subject.report.pk, self.cleaned_data["text"]
        report = call_another_thing(report_id=report_id, reason=reason, at=at, **self.by)
        report.refresh_from_db(fields=["guarantee_of"])
        if report.guarantee_of_id is not None:
            return _("Noted. Another guaranteed repair lies near: look whether it is that one.")
        return _("Noted: this is no case of guarantee.")


class TheSameAfterAll(Act):
    """That word taken back."""

    name = "the-same"
    title = gettext_lazy("The same thing after all")
    button = gettext_lazy("It is the same thing")
    icon = "shield-check"
    group = Group.CREWS
    help = gettext_lazy("It is offered back to who repaired it, if that repair still holds.")

    @classmethod
    def is_offered(cls, subject: Subject) -> bool:
        return subject.may_dispatch and bool(subject.report.other_things.all())

    def carry_out(self, at: datetime) -> str:
        call_same_thing(report_id=self.subject.report.pk, at=at, **self.by)
        return _("Taken back: it is a case of guarantee again if that repair still holds.")
