"""The crew's side of a job. Every step may come twice, late, or from two phones at once.

All of them: idempotent by `command_id`, which the phone makes; `version` is the job's version that the phone
showed, and stale only by what the desk changed since; the device's clock and place are kept and never
trusted. They raise NotFound, NotAllowed, TransitionRefused, Conflict and CommandReused. Taking a step that
another phone of the crew took before is no fault: the answer says `already`.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.models import User
from dispatch import news
from dispatch.models import DeclineReason, ObstacleReason
from dispatch.services import promises, proofs
from dispatch.services.crossings import carry_out
from dispatch.services.finishing import finish, promise_proof
from dispatch.services.promises import Purpose
from dispatch.services.taking import (
    Ask,
    Device,
    Held,
    Standing,
    Taken,
    find_repeated,
    hold_job,
    record,
    record_already,
    take,
    writing,
)
from dispatch.workflow import Step
from reports.models import Outcome, PhotoRole
from reports.services.reasons import read_words

NOWHERE = Device()


class UnknownReason(DomainError):
    """The reason is none of those on offer, or "other" without words."""

    code = "unknown_reason"
    http_status = 422


class UnknownOutcome(DomainError):
    """The outcome is none of those that a job can have."""

    code = "unknown_outcome"
    http_status = 422


def mark_seen(
    *, job_id: UUID, actor: User, at: datetime, command_id: UUID, device: Device = NOWHERE
) -> Taken:
    """A person of the crew has looked at the job; the first look counts, and the version stays."""
    ask = Ask("see", Step.SEE, job_id, actor, at, command_id, device=device)
    with writing():
        held = hold_job(ask)
        if repeated := find_repeated(ask):
            return repeated
        if held.job.seen_at is not None or not held.job.is_open:
            return Taken(held.job, already=True)
        _write_seen(held, at)
        record(ask, held.job, held.job.status, crew=held.job.crew)
        news.tell(held.job, held.report, Step.SEE, at=at)
        return Taken(held.job)


def accept_job(
    *,
    job_id: UUID,
    actor: User,
    at: datetime,
    command_id: UUID,
    version: int | None = None,
    device: Device = NOWHERE,
) -> Taken:
    """The crew takes the job on."""
    return _take_plain(Ask("accept", Step.ACCEPT, job_id, actor, at, command_id, version, device=device))


def start_job(
    *,
    job_id: UUID,
    actor: User,
    at: datetime,
    command_id: UUID,
    version: int | None = None,
    device: Device = NOWHERE,
) -> Taken:
    """The crew is on the way; who starts has accepted."""
    return _take_plain(Ask("start", Step.START, job_id, actor, at, command_id, version, device=device))


def arrive(
    *,
    job_id: UUID,
    actor: User,
    at: datetime,
    command_id: UUID,
    version: int | None = None,
    device: Device = NOWHERE,
) -> Taken:
    """The crew is on site."""
    return _take_plain(Ask("arrive", Step.ARRIVE, job_id, actor, at, command_id, version, device=device))


def decline_job(
    *,
    job_id: UUID,
    actor: User,
    at: datetime,
    command_id: UUID,
    reason: str,
    note: str = "",
    version: int | None = None,
    device: Device = NOWHERE,
) -> Taken:
    """The crew can't take the job on. `reason` is a DeclineReason; "other" needs a `note`.

    Raises UnknownReason.
    """
    words = _read_reason(reason, note, DeclineReason.values)
    asked = Ask("decline", Step.DECLINE, job_id, actor, at, command_id, version, device=device)
    return _take_plain(replace(asked, note=words, content={"reason": reason}))


def obstruct_job(
    *,
    job_id: UUID,
    actor: User,
    at: datetime,
    command_id: UUID,
    reason: str,
    note: str = "",
    photo_ids: Sequence[UUID] = (),
    version: int | None = None,
    device: Device = NOWHERE,
) -> Taken:
    """Something is in the way. `reason` is an ObstacleReason; "other" needs a `note`; photos help, none is
    needed.

    Raises UnknownReason, PhotoNotFree.
    """
    words = _read_reason(reason, note, ObstacleReason.values)
    content = {"reason": reason, "photos": _named(photo_ids)}
    ask = Ask(
        "obstruct",
        Step.OBSTRUCT,
        job_id,
        actor,
        at,
        command_id,
        version,
        device=device,
        note=words,
        content=content,
    )

    def act(held: Held, standing: Standing) -> Taken:
        here, awaited = promises.split(photo_ids)
        proofs.attach(held, here, role=PhotoRole.OBSTACLE, ask=ask)
        promises.note_promises(ask, held.job, awaited, Purpose.OBSTACLE)
        return take(ask, held) if standing is Standing.DUE else record_already(ask, held)

    return carry_out(ask, act)


def finish_job(
    *,
    job_id: UUID,
    actor: User,
    at: datetime,
    command_id: UUID,
    outcome: str,
    photo_ids: Sequence[UUID],
    note: str = "",
    version: int | None = None,
    device: Device = NOWHERE,
) -> Taken:
    """Finish the job with its after-photos; for "nothing_found" they show the spot. `outcome` is an Outcome.

    The photos are the person's own. While one is still on its way the job is proof pending with its outcome,
    and done when the last is here. "made_safe" opens a draft for the rest of the work. When another phone has
    finished it, the photos are kept as further proofs and the answer is the job as it is. Raises ProofMissing
    without a photo, PhotoNotFree, UnknownOutcome.
    """
    if outcome not in Outcome.values:
        raise UnknownOutcome(_("Say what came of it: fixed, made safe, or nothing found."), field="outcome")
    words = read_words(note, field="note")
    content = {"outcome": outcome, "photos": _named(photo_ids)}
    ask = Ask(
        "finish",
        Step.FINISH,
        job_id,
        actor,
        at,
        command_id,
        version,
        device=device,
        note=words,
        content=content,
    )
    proofs.require_photos(photo_ids)

    def act(held: Held, standing: Standing) -> Taken:
        here, awaited = promises.split(photo_ids)
        proofs.claim(held, here, ask=ask)
        promises.note_promises(ask, held.job, awaited, Purpose.PROOF)
        if standing is Standing.BEHIND:
            return record_already(ask, held)
        end = promise_proof if awaited else finish
        return end(ask, held, Outcome(outcome))

    return carry_out(ask, act)


def _take_plain(ask: Ask) -> Taken:
    def act(held: Held, standing: Standing) -> Taken:
        return record_already(ask, held) if standing is Standing.BEHIND else take(ask, held)

    return carry_out(ask, act)


def _write_seen(held: Held, at: datetime) -> None:
    held.job.seen_at = at
    held.job.delivered_at = held.job.delivered_at or at
    held.job.save(update_fields=["seen_at", "delivered_at"])


def _read_reason(reason: str, note: str, known: Sequence[str]) -> str:
    """The cleaned note; with the reason "other" there must be one."""
    if reason not in known:
        raise UnknownReason(_("Choose one of the reasons."), field="reason")
    words = read_words(note, field="note")
    if reason == "other" and not words:
        raise UnknownReason(_("Say in a few words what the reason is."), field="note")
    return words


def _named(photo_ids: Sequence[UUID]) -> list[str]:
    return sorted(str(photo_id) for photo_id in photo_ids)
