"""Frames of the socket: reading what a client sends, strictly, and writing what it gets."""

import json
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.dateparse import parse_datetime

MAX_FRAME = 64 * 1024
MAX_WORD = 100
BIGGEST_WHOLE = 2**53

Frame = dict[str, Any]


class FrameRefused(Exception):
    """The client sent something that can't be read; `field` names the part at fault."""

    def __init__(self, code: str, detail: str, *, field: str | None = None) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.field = field

    def as_frame(self) -> Frame:
        named = {} if self.field is None else {"field": self.field}
        return {"type": "error", "code": self.code, "detail": self.detail, **named}


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def decode(text: str | None) -> Frame:
    """The object in a text frame. Raises FrameRefused for anything else, NaN and Infinity included."""
    if text is None:
        raise FrameRefused("not_text", "Frames are text, not binary.")
    try:
        frame = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise FrameRefused("not_json", f"The frame is not JSON: {str(error)[:100]}") from error
    if not isinstance(frame, dict) or not isinstance(frame.get("type"), str):
        raise FrameRefused("not_a_frame", 'A frame is a JSON object with a "type".', field="type")
    return frame


def encode(frame: Mapping[str, Any]) -> str:
    """The frame as JSON; times, UUIDs and translated texts may stand in it."""
    return json.dumps(
        frame, cls=DjangoJSONEncoder, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def word(frame: Frame, field: str, *, default: str | None = None) -> str:
    """A text of 1 to 100 characters."""
    value = frame.get(field, default)
    if not isinstance(value, str) or not 0 < len(value) <= MAX_WORD:
        raise FrameRefused(
            "invalid", f"{field}: a text of 1 to {MAX_WORD} characters is needed.", field=field
        )
    return value


def optional_word(frame: Frame, field: str, *, most: int = MAX_WORD) -> str | None:
    value = frame.get(field)
    if value is None or (isinstance(value, str) and len(value) <= most):
        return value or None
    raise FrameRefused("invalid", f"{field}: a text of at most {most} characters, or null.", field=field)


def whole(frame: Frame, field: str) -> int:
    """A whole number, 0 or more."""
    value = frame.get(field)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < BIGGEST_WHOLE:
        return value
    raise FrameRefused("invalid", f"{field}: a whole number, 0 or more, is needed.", field=field)


def optional_whole(frame: Frame, field: str) -> int | None:
    return None if frame.get(field) is None else whole(frame, field)


def flag(frame: Frame, field: str) -> bool:
    """True or false; false when it is left out."""
    value = frame.get(field, False)
    if isinstance(value, bool):
        return value
    raise FrameRefused("invalid", f"{field}: true or false is needed.", field=field)


def number(frame: Frame, field: str, *, least: float, most: float) -> float:
    """A finite number within [least, most]."""
    value = frame.get(field)
    if isinstance(value, int | float) and not isinstance(value, bool) and _within(value, least, most):
        return float(value)
    raise FrameRefused("invalid", f"{field}: a number from {least:g} to {most:g} is needed.", field=field)


def _within(value: float, least: float, most: float) -> bool:
    return least <= value <= most and math.isfinite(value)


def optional_number(frame: Frame, field: str, *, least: float, most: float) -> float | None:
    return None if frame.get(field) is None else number(frame, field, least=least, most=most)


def identifier(frame: Frame, field: str) -> UUID:
    value = frame.get(field)
    if isinstance(value, str) and len(value) in (32, 36):
        try:
            return UUID(value)
        except ValueError:
            pass
    raise FrameRefused("invalid", f"{field}: a UUID is needed.", field=field)


def optional_identifier(frame: Frame, field: str) -> UUID | None:
    return None if frame.get(field) is None else identifier(frame, field)


def optional_moment(frame: Frame, field: str) -> datetime | None:
    """A time with its offset from UTC, as ISO 8601."""
    value = frame.get(field)
    if value is None:
        return None
    moment = _moment(value)
    if moment is None:
        detail = f"{field}: a time like 2026-05-04T09:30:00Z is needed."
        raise FrameRefused("invalid", detail, field=field)
    return moment


def _moment(value: object) -> datetime | None:
    if not isinstance(value, str) or len(value) > 40:
        return None
    try:
        moment = parse_datetime(value)
        return moment.astimezone(UTC) if moment is not None and moment.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None
