"""Acts in words: answers, notes, questions."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from dispatch.acts.act import Act, FrontAct, Group, Subject, words_field
from dispatch.acts.templated import TemplatedAct
from districts.memberships import memberships_of
from reports.models import ReplyTemplate, ReportStatus
from reports.services.acting import SPEAKING, parties_of, require_voice
from reports.services.states import resume_report, wait_for_resident
from reports.services.words import comment_on_report, note_on_report
from reports.workflow import UNTOUCHED


class Reply(TemplatedAct, FrontAct):
    """A public answer."""

    name = "comment"
    title = gettext_lazy("Reply in public")
    button = gettext_lazy("Send the reply")
    icon = "message-reply"
    key = "r"
    group = Group.WORDS
    help = gettext_lazy(
        "Everybody reads it on the report's page; whoever follows the report gets it by mail."
    )
    purpose = ReplyTemplate.Purpose.REPLY
    text = words_field(gettext_lazy("Your words"))

    @classmethod
    def is_offered(cls, subject: Subject) -> bool:
        return bool(parties_of(subject.user, subject.report))

    def carry_out(self, at: datetime) -> str:
        comment_on_report(report_id=self.subject.report.pk, text=self.cleaned_data["text"], at=at, **self.by)
        return _("Your reply is on the report's page.")


class Note(Act):
    """A line for staff."""

    name = "note"
    title = gettext_lazy("Internal note")
    button = gettext_lazy("Keep the note")
    icon = "lock"
    group = Group.WORDS
    help = gettext_lazy("Only staff reads it, of every district that sees the report.")
    text = words_field(gettext_lazy("Your words"))

    @classmethod
    def require_person(cls, subject: Subject) -> None:
        require_voice(subject.user, subject.report)

    @classmethod
    def is_offered(cls, subject: Subject) -> bool:
        own = memberships_of(subject.user)
        sides = [
            subject.report.district_id,
            *(each.district_id for each in subject.report.involvements.all()),
        ]
        return own.is_administrator or any(own.has_role(SPEAKING, side) for side in sides)

    def carry_out(self, at: datetime) -> str:
        report_id, text = self.subject.report.pk, self.cleaned_data["text"]
        note_on_report(report_id=report_id, text=text, actor=self.subject.user, at=at)
        return _("The note is kept.")


class AskResident(TemplatedAct):
    """The clock stands still until there is an answer."""

    name = "ask"
    title = gettext_lazy("Ask the resident")
    button = pgettext_lazy("button", "Ask")
    icon = "clock-pause"
    group = Group.WORDS
    help = gettext_lazy(
        "The clock stands still until the answer. The question is on the report's page, and sent by mail."
    )
    fields_of_service = {"question": "text"}
    purpose = ReplyTemplate.Purpose.QUESTION
    text = words_field(gettext_lazy("Your question"))

    @classmethod
    def is_offered(cls, subject: Subject) -> bool:
        status = subject.report.status
        return subject.may_dispatch and status in UNTOUCHED and status != ReportStatus.WAITING

    def carry_out(self, at: datetime) -> str:
        wait_for_resident(
            report_id=self.subject.report.pk, question=self.cleaned_data["text"], at=at, **self.by
        )
        return _("Asked. The clock stands still until the answer.")


class Resume(Act):
    """No answer is needed any more."""

    name = "resume"
    title = gettext_lazy("No answer needed any more")
    button = gettext_lazy("Go on without an answer")
    icon = "player-play"
    group = Group.WORDS
    help = gettext_lazy("The clock runs on; the time that it stood still is given back.")

    @classmethod
    def is_offered(cls, subject: Subject) -> bool:
        return subject.may_dispatch and subject.report.status == ReportStatus.WAITING

    def carry_out(self, at: datetime) -> str:
        resume_report(report_id=self.subject.report.pk, at=at, **self.by)
        return _("The clock runs again.")
