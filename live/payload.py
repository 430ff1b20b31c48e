"""What may stand in an event: ids, states, numbers, times. So erasing a person leaves the log whole."""

import math
import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

MAX_TEXT = 100
MAX_DEPTH = 3
MAX_ITEMS = 200

# Ids, states and times have neither blanks nor an @: free text and addresses do.
_WORD = re.compile(r"[A-Za-z0-9_.:+/|-]*")


class PayloadRefused(ValueError):
    """The event holds something that doesn't belong in the log; a fault of the caller's code."""

    def __init__(self, where: str, why: str) -> None:
        super().__init__(f"{where}: {why}")


def plain_payload(payload: Mapping[str, Any]) -> dict[str, Any]:
    """The payload as JSON values, with UUIDs and times as text. Raises PayloadRefused."""
    return _plain_mapping(payload, "payload", MAX_DEPTH)


def _plain_mapping(values: Mapping[str, Any], where: str, depth: int) -> dict[str, Any]:
    _require_room(values, where, depth)
    return {_plain_key(key, where): _plain(item, f"{where}.{key}", depth - 1) for key, item in values.items()}


def _require_room(values: Any, where: str, depth: int) -> None:
    if depth < 1:
        raise PayloadRefused(where, "nested too deeply")
    if len(values) > MAX_ITEMS:
        raise PayloadRefused(where, f"more than {MAX_ITEMS} items")


def _plain_key(key: Any, where: str) -> str:
    if not isinstance(key, str):
        raise PayloadRefused(where, "keys must be text")
    return _plain_text(key, where)


def _plain(value: Any, where: str, depth: int) -> Any:
    match value:
        case None | bool() | int():
            return value
        case float():
            return _plain_number(value, where)
        case str():
            return _plain_text(value, where)
        case UUID():
            return str(value)
        case datetime() | date():
            return value.isoformat()
        case Mapping():
            return _plain_mapping(value, where, depth)
        case list() | tuple():
            _require_room(value, where, depth)
            return [_plain(item, f"{where}[{place}]", depth - 1) for place, item in enumerate(value)]
    raise PayloadRefused(where, f"{type(value).__name__} is no id, state, number or time")


def _plain_number(value: float, where: str) -> float:
    if not math.isfinite(value):
        raise PayloadRefused(where, "not a finite number")
    return value


def _plain_text(value: str, where: str) -> str:
    if len(value) > MAX_TEXT or not _WORD.fullmatch(value):
        raise PayloadRefused(where, f"only ids, states and times, at most {MAX_TEXT} characters")
    return str.__str__(value)  # of an enumeration, the value
