"""Acts on one job of a report."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from dispatch.acts.act import Act, Group, Subject, words_field
from dispatch.acts.sending import CrewAct
from dispatch.models import Job, JobStatus
from dispatch.services.asking import ask_crew
from dispatch.services.assign import assign_draft, cancel_job, reassign_job, recall_job
from dispatch.workflow import Step, Taker, find_edge


def _may(subject: Subject, step: Step) -> bool:
    edge = find_edge(step, subject.job.status) if subject.job else None
    return subject.may_dispatch and edge is not None and Taker.DISPATCHER in edge.takers


def _job_of(act: Act) -> Job:
    assert act.subject.job is not None  # noqa: S101 - the address of a job's act names the job
    return act.subject.job


def reason_field() -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("Why (the crew reads it)"), required=False, max_length=500, strip=True
    )


class Send(CrewAct):
    """A crew for this draft."""

    name = "send"
    title = gettext_lazy("Choose a crew")
    button = pgettext_lazy("act", "Assign")
    icon = "motorbike"

    @classmethod
    def is_offered(cls, subject: Subject) -> bool:
        is_draft = subject.job is not None and subject.job.status == JobStatus.DRAFT
        return is_draft and _may(subject, Step.ASSIGN)

    def carry_out(self, at: datetime) -> str:
        return _("Assigned to %(crew)s.") % {"crew": _give(self, assign_draft, at)}


class Reassign(CrewAct):
    """Another crew goes."""

    name = "reassign"
    title = gettext_lazy("Give to another crew")
    button = pgettext_lazy("act", "Assign")
    icon = "arrows-exchange"
    help = gettext_lazy("The crew that has it is told. Without a new note the old one goes along.")

    @classmethod
    def is_offered(cls, subject: Subject) -> bool:
        return _may(subject, Step.HAND_OVER)

    def carry_out(self, at: datetime) -> str:
        return _("Given to %(crew)s.") % {"crew": _give(self, reassign_job, at)}


def _give(act: CrewAct, service: Any, at: datetime) -> str:
    note = act.cleaned_data["note"]
    said = {"note": note} if note else {}
    crew_id, command_id = act.cleaned_data["crew"], act.command_id
    taken = service(job_id=_job_of(act).pk, crew_id=crew_id, command_id=command_id, at=at, **said, **act.by)
    return str(taken.job.crew)


class Recall(Act):
    """The crew is called back; the job waits for another."""

    name = "recall"
    title = gettext_lazy("Call the crew back")
    button = gettext_lazy("Call the crew back")
    icon = "corner-up-left"
    group = Group.CREWS
    help = gettext_lazy("The job becomes a draft: somebody must still be sent.")
    reason = reason_field()

    @classmethod
    def is_offered(cls, subject: Subject) -> bool:
        return _may(subject, Step.HAND_OVER)

    def carry_out(self, at: datetime) -> str:
        _end(self, recall_job, at)
        return _("Called back. The job waits for a crew.")


class Cancel(Act):
    """The job is called off: nobody goes."""

    name = "cancel"
    title = gettext_lazy("Call the job off")
    button = gettext_lazy("Call the job off")
    icon = "x"
    tone = "late"
    group = Group.CREWS
    help = gettext_lazy("Nobody goes for it any more.")
    reason = reason_field()

    @classmethod
    def is_offered(cls, subject: Subject) -> bool:
        return _may(subject, Step.CANCEL)

    def carry_out(self, at: datetime) -> str:
        _end(self, cancel_job, at)
        return _("Called off. The crew does not have this job any more.")


def _end(act: Act, service: Any, at: datetime) -> None:
    reason = act.cleaned_data["reason"]
    service(job_id=_job_of(act).pk, reason=reason, command_id=act.command_id, at=at, **act.by)


class AskCrew(Act):
    """A question that the crew sees at its job."""

    name = "question"
    title = gettext_lazy("Ask the crew")
    button = pgettext_lazy("button", "Ask")
    icon = "help"
    group = Group.WORDS
    help = gettext_lazy("The question stands at the job on the crew's phone until it is answered.")
    text = words_field(gettext_lazy("Your question"), rows=2)

    @classmethod
    def is_offered(cls, subject: Subject) -> bool:
        return _may(subject, Step.HAND_OVER)

    def carry_out(self, at: datetime) -> str:
        job_id, text = _job_of(self).pk, self.cleaned_data["text"]
        ask_crew(job_id=job_id, text=text, command_id=self.command_id, at=at, **self.by)
        return _("Asked. The answer appears here.")
