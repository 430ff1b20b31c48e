"""The desk asks a crew about a job, and the crew answers. Neither changes the job's state or version."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.errors import NotFound
from accounts.models import User
from dispatch import news
from dispatch.models import Job, JobStep
from dispatch.services.taking import (
    Ask,
    Device,
    Held,
    Taken,
    find_repeated,
    hold_job,
    record,
    refusal_of,
    writing,
)
from dispatch.workflow import Step
from reports.services.reasons import require_reason
from reports.services.words import keep_note

NOWHERE = Device()


def ask_crew(
    *, job_id: UUID, text: str, actor: User, at: datetime, command_id: UUID, version: int | None = None
) -> Taken:
    """Ask the crew that has the job; its phones show the question until it is answered.

    Idempotent by `command_id`, which is the question's id. A question overwrites nothing: `version` is not
    looked at. Raises NotFound, NotAllowed, ReasonMissing, TextTooLong, and TransitionRefused where no crew
    has it any more.
    """
    ask = Ask(
        "ask", Step.ASK, job_id, actor, at, command_id, version, note=require_reason(text, field="text")
    )
    with writing():
        held = hold_job(ask)
        if repeated := find_repeated(ask):
            return repeated
        if held.job.crew is None or not held.job.is_open:
            raise refusal_of(held)
        record(ask, held.job, held.job.status)
        news.tell(held.job, held.report, Step.ASK, at=at)
        return Taken(held.job)


def answer_desk(
    *,
    job_id: UUID,
    question: UUID,
    note: str,
    actor: User,
    at: datetime,
    command_id: UUID,
    device: Device = NOWHERE,
) -> Taken:
    """Answer a question, also when the job has ended or is another crew's meanwhile.

    The answer is kept on the report's internal timeline too. Idempotent by `command_id`; a second answer
    follows the first one. Raises NotFound, NotAllowed, ReasonMissing, TextTooLong, CommandReused.
    """
    words = require_reason(note, field="note")
    content = {"question": str(question)}
    ask = Ask(
        "answer", Step.ANSWER, job_id, actor, at, command_id, device=device, note=words, content=content
    )
    with writing():
        held = hold_job(ask)
        if repeated := find_repeated(ask):
            return repeated
        _require_question(held.job, question)
        record(ask, held.job, held.job.status, crew=held.job.crew)
        _keep(ask, held)
        news.tell(held.job, held.report, Step.ANSWER, at=at)
        return Taken(held.job)


def _require_question(job: Job, question: UUID) -> None:
    if not JobStep.objects.filter(job=job, command_id=question, name=Step.ASK).exists():
        raise NotFound(_("The desk asked no such question."), field="question")


def _keep(ask: Ask, held: Held) -> None:
    crew = held.job.crew.name if held.job.crew else ""
    facts = {"job": str(held.job.pk), "crew": crew, "step": ask.step.value, **ask.content}
    keep_note(held.report, text=ask.note, actor=ask.actor, at=ask.at, data=facts)
