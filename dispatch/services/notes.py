"""What a crew tells the desk beside the steps of a job: words, photos, a call for help. At any time."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.models import User
from dispatch import news
from dispatch.models import PhotoPromise
from dispatch.services import promises
from dispatch.services.taking import Ask, Device, Held, Taken, find_repeated, hold_job, record, writing
from dispatch.workflow import Step
from reports.models import Matter
from reports.services.claiming import claim_photos
from reports.services.matters import raise_matter
from reports.services.reasons import read_words
from reports.services.words import keep_note

NOWHERE = Device()


class NothingSaid(DomainError):
    """A note without words and without photos."""

    code = "nothing_said"
    http_status = 422


def note_on_job(
    *,
    job_id: UUID,
    actor: User,
    at: datetime,
    command_id: UUID,
    note: str = "",
    photo_ids: Sequence[UUID] = (),
    of: UUID | None = None,
    device: Device = NOWHERE,
) -> Taken:
    """Keep words and photos on the report's internal timeline, whatever the job's state and whose it is now.

    For members of its crew, and those who once took a step of it. `of` is the refused command whose content
    is kept so. The job stays as it is. Photos may still be on their way. Idempotent by `command_id`. Raises
    NothingSaid, TextTooLong, NotFound, NotAllowed, PhotoNotFree, CommandReused.
    """
    return _tell(Step.NOTE, job_id, actor, at, command_id, note, photo_ids, of, device)


def call_for_help(
    *,
    job_id: UUID,
    actor: User,
    at: datetime,
    command_id: UUID,
    note: str = "",
    photo_ids: Sequence[UUID] = (),
    of: UUID | None = None,
    device: Device = NOWHERE,
) -> Taken:
    """As `note_on_job`, words or not, and the report needs a decision until somebody at the desk acts."""
    return _tell(Step.HELP, job_id, actor, at, command_id, note, photo_ids, of, device)


def _tell(
    step: Step,
    job_id: UUID,
    actor: User,
    at: datetime,
    command_id: UUID,
    note: str,
    photo_ids: Sequence[UUID],
    of: UUID | None,
    device: Device,
) -> Taken:
    words = read_words(note, field="note")
    if not words and not photo_ids and step is Step.NOTE:
        raise NothingSaid(_("Write a few words, or add a photo."), field="note")
    named = sorted(str(photo_id) for photo_id in photo_ids)
    content = {"photos": named, "of": None if of is None else str(of)}
    ask = Ask(step.value, step, job_id, actor, at, command_id, device=device, note=words, content=content)
    with writing():
        held = hold_job(ask)
        taken = find_repeated(ask) or _keep(ask, held, photo_ids)
    promises.meet(photo_ids, at=at)
    return taken


def _keep(ask: Ask, held: Held, photo_ids: Sequence[UUID]) -> Taken:
    record(ask, held.job, held.job.status, crew=held.job.crew)
    here, awaited = promises.split(photo_ids)
    claim_photos(held.report, here, actor=ask.actor)
    promises.note_promises(ask, held.job, awaited, PhotoPromise.Purpose.NOTE)
    crew = held.job.crew.name if held.job.crew else ""
    facts = {"job": str(held.job.pk), "crew": crew, "step": ask.step.value, **ask.content}
    keep_note(held.report, text=ask.note, actor=ask.actor, at=ask.at, data=facts)
    if ask.step is Step.HELP:
        raise_matter(held.report, Matter.Kind.HELP, about=held.job.pk, at=ask.at, anew=True)
    news.tell(held.job, held.report, ask.step, at=ask.at)
    return Taken(held.job)
