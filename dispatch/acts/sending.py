"""Acts that send crews."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from dispatch.acts.act import Act, Group, Subject
from dispatch.selectors import Suggestion, suggestions
from dispatch.services.assign import NOTE_CHARACTERS, assign_job
from reports.workflow import is_open


def note_field() -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("Note to the crew"), required=False, max_length=NOTE_CHARACTERS, strip=True
    )


class Assign(Act):
    """One crew goes: the first, or one more."""

    name = "assign"
    title = gettext_lazy("Send a crew")
    button = pgettext_lazy("act", "Assign")
    icon = "motorbike"
    group = Group.CREWS
    template = "dispatch/acts/assign.html"
    crew = forms.UUIDField(
        widget=forms.HiddenInput, error_messages={"required": gettext_lazy("Which crew? Choose one.")}
    )
    note = note_field()

    def __init__(self, subject: Subject, **options: Any) -> None:
        super().__init__(subject, **options)
        self._crews: list[Suggestion] | None = None

    @classmethod
    def is_offered(cls, subject: Subject) -> bool:
        return subject.may_dispatch and is_open(subject.report.status)

    @property
    def crews(self) -> list[Suggestion]:
        """All of the district's crews that don't have it, the likeliest first."""
        if self._crews is None:
            self._crews = suggestions(self.subject.report, at=timezone.now(), most=None)
        return self._crews

    def carry_out(self, at: datetime) -> str:
        taken = assign_job(
            report_id=self.subject.report.pk,
            crew_id=self.cleaned_data["crew"],
            note=self.cleaned_data["note"],
            command_id=self.command_id,
            at=at,
            **self.by,
        )
        return _("Assigned to %(crew)s.") % {"crew": taken.job.crew}
