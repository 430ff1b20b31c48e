"""Another photo instead of one that was promised."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import User
from dispatch.models import PhotoPromise
from dispatch.services import promises
from dispatch.services.taking import Ask, Device, Held, Taken, find_repeated, hold_job, record, writing
from dispatch.workflow import Step
from reports.services.claiming import PhotoNotFree

NOWHERE = Device()
Ending = PhotoPromise.Ending


def replace_photo(
    *,
    job_id: UUID,
    actor: User,
    at: datetime,
    command_id: UUID,
    photo_id: UUID,
    by: UUID,
    device: Device = NOWHERE,
) -> Taken:
    """The crew names another photo for one that it promised: lost, or no picture. The new one may be to come.

    Should the first have come already, or come still, both are kept. For the job's crew, at any time.
    Idempotent by `command_id`. Raises NotFound, NotAllowed, CommandReused, and PhotoNotFree: `photo` was not
    promised for this job, or `by` belongs to something else.
    """
    content = {"photo": str(photo_id), "by": str(by)}
    ask = Ask("replace_photo", Step.REPLACE, job_id, actor, at, command_id, device=device, content=content)
    with writing():
        held = hold_job(ask)
        taken = find_repeated(ask) or _replace(ask, held, photo_id, by)
    promises.meet([by], at=at)
    return taken


def _replace(ask: Ask, held: Held, photo_id: UUID, by: UUID) -> Taken:
    promise = held.job.promises.filter(pk=photo_id).first()
    if promise is None:
        raise PhotoNotFree(_("This job does not wait for such a photo."), field="photo")
    record(ask, held.job, held.job.status, crew=held.job.crew)
    promises.note_promises(ask, held.job, [by], PhotoPromise.Purpose(promise.purpose))
    promises.end_promise(photo_id, Ending.REPLACED, ask.at, replaced_by=by)
    return Taken(held.job)
