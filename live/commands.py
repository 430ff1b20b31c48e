"""Carrying out a command, the same over the socket and over HTTP."""

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.utils.translation import gettext as _

from accounts.errors import DomainError, NotFound
from accounts.models import User
from live import frames
from live.registry import CommandCall, command_call

OWN_FIELDS = frozenset({"type", "id", "name", "job", "version", "at"})
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Command:
    """What a person asks for. `at` is the device's clock, `version` the state it acted on."""

    id: UUID
    name: str
    job: UUID | None
    version: int | None
    at: datetime | None
    data: dict[str, Any]

    @classmethod
    def read(cls, raw: frames.Frame) -> "Command":
        """Raises frames.FrameRefused, naming the field."""
        return cls(
            id=frames.identifier(raw, "id"),
            name=frames.word(raw, "name"),
            job=frames.optional_identifier(raw, "job"),
            version=frames.optional_whole(raw, "version"),
            at=frames.optional_moment(raw, "at"),
            data={field: value for field, value in raw.items() if field not in OWN_FIELDS},
        )


class UnknownCommand(DomainError):
    """No such command is known here."""

    code = "unknown_command"


class Unreadable(DomainError):
    """A field is missing or can't be read."""

    code = "invalid"
    http_status = 422


class Unavailable(DomainError):
    """A fault of ours; `retry` tells the client to send the same command again later."""

    code = "unavailable"
    http_status = 503


def carry_out(user: User, raw: frames.Frame, *, at: datetime) -> frames.Frame:
    """Carry out one command and return its result frame; never raises for what the client did.

    Idempotent by the command's id, in the service that it calls. A result whose error says `"retry": true` is
    no refusal: the same command with the same id is to be sent again.
    """
    named = raw.get("id") if isinstance(raw.get("id"), str) else None
    try:
        command, call = _understand(raw)
        return {"type": "result", "id": named, "ok": True, "job": call(user, command, at)}
    except DomainError as error:
        return _refused(named, error)
    except ObjectDoesNotExist:
        return _refused(named, NotFound(_("There is no such job, or it is not yours.")))
    except Exception:
        logger.exception("The command %s failed.", str(raw.get("name"))[:60])
        return _refused(named, _our_fault())


def _understand(raw: frames.Frame) -> tuple[Command, CommandCall]:
    try:
        command = Command.read(raw)
    except frames.FrameRefused as error:
        raise Unreadable(error.detail, field=error.field) from error
    call = command_call(command.name)
    if call is None:
        raise UnknownCommand(_("This server does not know that command. Update the app."), field="name")
    return command, call


def _our_fault() -> Unavailable:
    return Unavailable(_("The server could not do this now. It is kept; try again in a moment."), retry=True)


def _refused(named: object, error: DomainError) -> frames.Frame:
    return {"type": "result", "id": named, "ok": False, "error": error.as_json()}
