"""What a crew's phone may command, over the socket and over HTTP: each is one call of a service.

A result is the job as it stands (dispatch.facts), with `already` true when somebody had taken the step
before.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.models import User
from dispatch.facts import Facts, job_facts
from dispatch.selectors import get_job
from dispatch.services import asking, notes, replacing, steps
from dispatch.services.taking import Device, Taken
from dispatch.workflow import Taker
from live import frames
from live.commands import Command

PHOTOS_AT_MOST = 10
NOTE_CHARACTERS = 2_000
Service = Callable[..., Taken]


class InvalidField(DomainError):
    """A field of the command can't be read; `field` names it."""

    code = "invalid"
    http_status = 422


def seen(user: User, command: Command, at: datetime) -> Facts:
    """`job.seen`: a person has looked at the job."""
    return _answer(steps.mark_seen(**_who(user, command, at), device=_device(command)))


def accept(user: User, command: Command, at: datetime) -> Facts:
    """`job.accept`"""
    return _carry_out(steps.accept_job, user, command, at)


def decline(user: User, command: Command, at: datetime) -> Facts:
    """`job.decline` with `reason` (a code) and, for "other", `note`."""
    return _carry_out(
        steps.decline_job, user, command, at, reason=_word(command, "reason"), note=_note(command)
    )


def start(user: User, command: Command, at: datetime) -> Facts:
    """`job.start`: on the way."""
    return _carry_out(steps.start_job, user, command, at)


def arrive(user: User, command: Command, at: datetime) -> Facts:
    """`job.arrive`: on site."""
    return _carry_out(steps.arrive, user, command, at)


def finish(user: User, command: Command, at: datetime) -> Facts:
    """`job.finish` with `outcome`, `photos` (ids of uploaded photos) and perhaps `note`."""
    said = {"outcome": _word(command, "outcome"), "photo_ids": _photos(command), "note": _note(command)}
    return _carry_out(steps.finish_job, user, command, at, **said)


def obstruct(user: User, command: Command, at: datetime) -> Facts:
    """`job.obstruct` with `reason` (a code) and perhaps `photos` and `note`."""
    said = {"reason": _word(command, "reason"), "photo_ids": _photos(command), "note": _note(command)}
    return _carry_out(steps.obstruct_job, user, command, at, **said)


def note(user: User, command: Command, at: datetime) -> Facts:
    """`job.note` with `note`, `photos` and `of`, the refused command whose content it keeps."""
    return _answer(notes.note_on_job(**_told(user, command, at)))


def call_for_help(user: User, command: Command, at: datetime) -> Facts:
    """`job.help`, with the same."""
    return _answer(notes.call_for_help(**_told(user, command, at)))


def answer(user: User, command: Command, at: datetime) -> Facts:
    """`job.answer` with `question`, the id of what the desk asked, and `note`."""
    said: dict[str, Any] = {"question": _identifier(command, "question"), "note": _note(command)}
    return _answer(asking.answer_desk(**_who(user, command, at), device=_device(command), **said))


def replace_photo(user: User, command: Command, at: datetime) -> Facts:
    """`job.replace_photo` with `photo`, which was promised, and `by`, the one that comes instead."""
    who = _who(user, command, at)
    lost, by = _identifier(command, "photo"), _identifier(command, "by")
    return _answer(replacing.replace_photo(**who, device=_device(command), photo_id=lost, by=by))


def _told(user: User, command: Command, at: datetime) -> dict[str, Any]:
    said = {"note": _note(command), "photo_ids": _photos(command), "of": _optional_identifier(command, "of")}
    return {**_who(user, command, at), "device": _device(command), **said}


def _carry_out(service: Service, user: User, command: Command, at: datetime, **said: Any) -> Facts:
    who = _who(user, command, at)
    return _answer(service(**who, version=command.version, device=_device(command), **said))


def _who(user: User, command: Command, at: datetime) -> dict[str, Any]:
    if command.job is None:
        raise InvalidField(_("Which job? Its id is missing."), field="job")
    return {"job_id": command.job, "actor": user, "at": at, "command_id": command.id}


def _answer(taken: Taken) -> Facts:
    job = get_job(taken.job.pk)
    return {**job_facts(job, {Taker.CREW}), "already": taken.already}


def _device(command: Command) -> Device:
    lat = _number(command, "lat", 90)
    lon = _number(command, "lon", 180)
    accuracy = _number(command, "accuracy", 1e6, least=0)
    point = None if lat is None or lon is None else (lon, lat)
    return Device(at=command.at, point=point, accuracy_m=accuracy if point else None)


def _number(command: Command, field: str, most: float, *, least: float | None = None) -> float | None:
    lowest = -most if least is None else least
    try:
        return frames.optional_number(command.data, field, least=lowest, most=most)
    except frames.FrameRefused as error:
        raise InvalidField(error.detail, field=error.field) from error


def _word(command: Command, field: str) -> str:
    try:
        return frames.word(command.data, field)
    except frames.FrameRefused as error:
        raise InvalidField(error.detail, field=error.field) from error


def _note(command: Command) -> str:
    try:
        return frames.optional_word(command.data, "note", most=NOTE_CHARACTERS) or ""
    except frames.FrameRefused as error:
        raise InvalidField(error.detail, field=error.field) from error


def _photos(command: Command) -> list[UUID]:
    named = command.data.get("photos") or []
    if not isinstance(named, list) or len(named) > PHOTOS_AT_MOST:
        detail = _("At most %(most)d photos, as a list of their ids.") % {"most": PHOTOS_AT_MOST}
        raise InvalidField(detail, field="photos")
    return [_photo_id(photo_id) for photo_id in named]


def _photo_id(photo_id: object) -> UUID:
    return _identifier_in({"photos": photo_id}, "photos")


def _identifier(command: Command, field: str) -> UUID:
    return _identifier_in(command.data, field)


def _optional_identifier(command: Command, field: str) -> UUID | None:
    return None if command.data.get(field) is None else _identifier(command, field)


def _identifier_in(data: dict[str, Any], field: str) -> UUID:
    try:
        return frames.identifier(data, field)
    except frames.FrameRefused as error:
        raise InvalidField(error.detail, field=error.field) from error
