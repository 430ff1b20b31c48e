"""Acts on one job of a report."""

from datetime import datetime

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dispatch.acts.act import Act, Group, Subject
from dispatch.services.assign import cancel_job
from dispatch.workflow import Step, Taker, find_edge


def _may(subject: Subject, step: Step) -> bool:
    edge = find_edge(step, subject.job.status) if subject.job else None
    return subject.may_dispatch and edge is not None and Taker.DISPATCHER in edge.takers


def reason_field() -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("Why (the crew reads it)"), required=False, max_length=500, strip=True
    )


class Cancel(Act):
    """The job is called off: nobody goes."""

    name = "cancel"
    title = gettext_lazy("Call the job off")
    button = gettext_lazy("Call the job off")
    icon = "x"
    tone = "late"
    group = Group.CREWS
    reason = reason_field()

    @classmethod
    def is_offered(cls, subject: Subject) -> bool:
        return _may(subject, Step.CANCEL)

    def carry_out(self, at: datetime) -> str:
        assert self.subject.job is not None  # noqa: S101 - the address of a job's act names the job
        cancel_job(
            job_id=self.subject.job.pk,
            reason=self.cleaned_data["reason"],
            command_id=self.command_id,
            at=at,
            **self.by,
        )
        return _("Called off. The crew does not have this job any more.")
