"""Which field is to blame for a body that is too large, seen in the part of it that was read."""

import re
from typing import IO

# A member whose text has not ended yet. Possessive: a text is read once, however many quotes are in it.
_OPEN_TEXT = re.compile(rb'"([\w.-]{1,60})"\s*:\s*"(?:[^"\\]|\\.)*+\\?\Z', re.DOTALL)
_FORM_FIELD = re.compile(rb'form-data;[^\r\n]{0,100}?name="([\w.-]{1,60})"')
# A header may lie across two reads.
_LONGEST_HEADER = 200


def open_json_field(start: bytes) -> str | None:
    """The member in whose text the start of a JSON document breaks off."""
    found = _OPEN_TEXT.search(start)
    return found[1].decode() if found else None


class WatchedForm:
    """Reads like the stream of a form, and remembers the last field that began."""

    def __init__(self, source: IO[bytes]) -> None:
        self.source = source
        self.field: str | None = None
        self._tail = b""

    def read(self, size: int = -1) -> bytes:
        data = self.source.read(size)
        for found in _FORM_FIELD.finditer(self._tail + data):
            self.field = found[1].decode()
        self._tail = data[-_LONGEST_HEADER:]
        return data
