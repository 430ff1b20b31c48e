"""What a crew's step comes to when others were there first: refused, kept, and told to both sides."""

from collections.abc import Callable
from uuid import UUID

from dispatch import news
from dispatch.models import PhotoPromise
from dispatch.services import promises, proofs
from dispatch.services.taking import (
    Ask,
    Conflict,
    Held,
    Standing,
    Taken,
    TransitionRefused,
    find_repeated,
    find_standing,
    hold_job,
    record,
    writing,
)
from dispatch.workflow import Step
from reports.models import Photo, PhotoRole

Act = Callable[[Held, Standing], Taken]


def carry_out(ask: Ask, act: Act) -> Taken:
    """Take a crew's step within one transaction, with the job held.

    A step that crosses what others did is kept before it is refused: the same command gets the same refusal
    again, its photos are kept without effect, and the desk is told. Raises what hold_job, find_repeated,
    find_standing and the act raise.
    """
    with writing():
        taken = _carry_out(ask, act)
    promises.meet(_named(ask), at=ask.at)
    if taken.refusal is not None:
        raise taken.refusal
    return taken


def _carry_out(ask: Ask, act: Act) -> Taken:
    held = hold_job(ask)
    if repeated := find_repeated(ask):
        return repeated
    try:
        standing = find_standing(ask, held)
    except (TransitionRefused, Conflict) as refusal:
        return _keep(ask, held, refusal)
    return act(held, standing)


def _keep(ask: Ask, held: Held, refusal: TransitionRefused | Conflict) -> Taken:
    record(ask, held.job, held.job.status, crew=held.job.crew, refused=refusal.code)
    _keep_photos(ask, held)
    news.tell_refused(held.job, held.report, ask.step, refusal.code, at=ask.at)
    return Taken(held.job, refusal=refusal)


def _keep_photos(ask: Ask, held: Held) -> None:
    """Those that are the person's own and free; what else was named can't be kept, and the refusal stands."""
    here, awaited = promises.split(_named(ask))
    own = Photo.objects.filter(pk__in=here, report=None, uploader=ask.actor).values_list("pk", flat=True)
    free = [photo_id for photo_id in here if photo_id in set(own)]
    known = set(PhotoPromise.objects.filter(pk__in=awaited).values_list("pk", flat=True))
    fresh = [photo_id for photo_id in awaited if photo_id not in known]
    if ask.step is Step.FINISH:
        proofs.claim(held, free, ask=ask, is_late=True)
        promises.note_promises(ask, held.job, fresh, PhotoPromise.Purpose.PROOF)
    else:
        proofs.attach(held, free, role=PhotoRole.OBSTACLE, ask=ask)
        promises.note_promises(ask, held.job, fresh, PhotoPromise.Purpose.OBSTACLE)


def _named(ask: Ask) -> list[UUID]:
    return [UUID(photo_id) for photo_id in ask.content.get("photos", ())]
