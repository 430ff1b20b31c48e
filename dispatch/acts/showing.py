"""Acts on who sees a report."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dispatch.acts.act import Act, Group, Subject, words_field
from reports.models import Visibility
from reports.services.visibility import hide_report, make_private, make_public


class MakePrivate(Act):
    name = "make-private"
    title = gettext_lazy("Make private")
    button = gettext_lazy("Make private")
    icon = "lock"
    group = Group.SHOWN
    help = gettext_lazy("Only the districts concerned and who reported it see it then.")
    fields_of_service = {"reason": "text"}
    text = words_field(gettext_lazy("Why (staff reads it)"), required=False, rows=2)

    @classmethod
    def is_offered(cls, subject: Subject) -> bool:
        return subject.may_dispatch and subject.report.visibility == Visibility.PUBLIC

    def carry_out(self, at: datetime) -> str:
        make_private(report_id=self.subject.report.pk, reason=self.cleaned_data["text"], at=at, **self.by)
        return _("Private now.")


class Hide(Act):
    name = "hide"
    title = gettext_lazy("Hide from the public")
    button = gettext_lazy("Hide from the public")
    icon = "eye-off"
    tone = "late"
    group = Group.SHOWN
    help = gettext_lazy(
        "Gone from every public page, for what offends or harms; the district goes on with it."
    )
    fields_of_service = {"reason": "text"}
    text = words_field(gettext_lazy("Why (staff reads it)"), rows=2)

    @classmethod
    def is_offered(cls, subject: Subject) -> bool:
        return subject.may_dispatch and subject.report.visibility != Visibility.HIDDEN

    def carry_out(self, at: datetime) -> str:
        hide_report(report_id=self.subject.report.pk, reason=self.cleaned_data["text"], at=at, **self.by)
        return _("Hidden from the public.")


class MakePublic(Act):
    name = "make-public"
    title = gettext_lazy("Make public")
    button = gettext_lazy("Make public")
    icon = "eye"
    group = Group.SHOWN
    help = gettext_lazy("Everybody sees it, unless its category is private. Look at words and photos first.")
    fields_of_service = {"reason": "text"}
    text = words_field(gettext_lazy("Why (staff reads it)"), required=False, rows=2)

    @classmethod
    def is_offered(cls, subject: Subject) -> bool:
        return subject.may_dispatch and subject.report.visibility != Visibility.PUBLIC

    def carry_out(self, at: datetime) -> str:
        make_public(report_id=self.subject.report.pk, reason=self.cleaned_data["text"], at=at, **self.by)
        return _("Public again.")
