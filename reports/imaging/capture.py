"""When and where a picture says it was taken: private, unproven, and only ever a proposal."""

import re
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from io import UnsupportedOperation
from typing import IO, Any, NamedTuple

from django.utils.timezone import get_default_timezone

from reports.imaging.child import ChildFailed, ask
from reports.imaging.limits import LIMITS, Limits
from reports.imaging.refusals import failure
from reports.imaging.sniff import sniff

LONGEST_TEXT = 80
WORST_ACCURACY_M = 100_000.0
TAKEN = re.compile(r"(\d{4})[:-](\d{2})[:-](\d{2})[ T](\d{2}):(\d{2}):(\d{2})", re.ASCII)
OFFSET = re.compile(r"([+-])(\d{2}):(\d{2})", re.ASCII)


class Captured(NamedTuple):
    """A picture's own facts, None or "" where it has none or tells nonsense.

    `taken_at` knows its zone; where the file didn't say (`zone_known` is false) its clock is taken to show
    the city's time. `lon` and `lat` are WGS 84 degrees, both or neither; `accuracy_m` the radius in metres
    that the phone gave. `orientation` is EXIF's 1 to 8, as it was before the picture was turned upright.
    """

    taken_at: datetime | None = None
    zone_known: bool = False
    lon: float | None = None
    lat: float | None = None
    accuracy_m: float | None = None
    make: str = ""
    model: str = ""
    orientation: int = 1

    def is_recent(self, at: datetime, within: timedelta = timedelta(hours=24)) -> bool:
        """Whether it was taken in the time before `at`; a clock up to ten minutes fast is forgiven."""
        return self.taken_at is not None and timedelta(minutes=-10) <= at - self.taken_at <= within


def read_capture(source: IO[bytes], *, name: str = "", limits: Limits = LIMITS) -> Captured:
    """The facts in an open, seekable file, its position kept; no pixel is decoded.

    A child process reads them. Raises PhotoRefused as `sniff` does, ProcessingFailed when trying again may
    help.
    """
    sniffed = sniff(source, name=name, limits=limits)
    try:
        with _with_descriptor(source) as file:
            answer = ask("capture", file, photo_format=sniffed.format, limits=limits)
    except ChildFailed as error:
        raise failure(error.reason, name=name, limits=limits) from error
    return captured_from(answer.facts.get("captured"))


@contextmanager
def _with_descriptor(source: IO[bytes]) -> Iterator[IO[bytes]]:
    """The file itself, or a nameless copy on disk of one that is only in memory."""
    try:
        source.fileno()
    except (AttributeError, UnsupportedOperation):
        with tempfile.TemporaryFile() as copy:
            position = source.tell()
            source.seek(0)
            copy.write(source.read())
            copy.flush()
            source.seek(position)
            yield copy
    else:
        yield source


def captured_from(facts: Any) -> Captured:
    """Checks what a child told: nothing in it is trusted to be of any type or range."""
    if not isinstance(facts, dict):
        return Captured()
    taken_at, zone_known = _time(facts.get("taken"), facts.get("offset"))
    lon, lat = _point(facts.get("lon"), facts.get("lat"))
    accuracy = _number(facts.get("accuracy"), least=0.0, most=WORST_ACCURACY_M)
    orientation = facts.get("orientation")
    return Captured(
        taken_at=taken_at,
        zone_known=zone_known,
        lon=lon,
        lat=lat,
        accuracy_m=accuracy if lon is not None else None,
        make=_text(facts.get("make")),
        model=_text(facts.get("model")),
        orientation=orientation if isinstance(orientation, int) and 1 <= orientation <= 8 else 1,
    )


def _time(taken: Any, offset: Any) -> tuple[datetime | None, bool]:
    match = TAKEN.match(taken) if isinstance(taken, str) else None
    if match is None:
        return None, False
    zone = _zone(offset)
    year, month, day, hour, minute, second = (int(part) for part in match.groups())
    try:
        local = datetime(year, month, day, hour, minute, second, tzinfo=zone or get_default_timezone())
        return local.astimezone(UTC), zone is not None
    except (ValueError, OverflowError):
        return None, False


def _zone(offset: Any) -> tzinfo | None:
    if isinstance(offset, str) and offset == "Z":
        return UTC
    match = OFFSET.fullmatch(offset) if isinstance(offset, str) else None
    if match is None or int(match[2]) > 14 or int(match[3]) > 59:
        return None
    away = timedelta(hours=int(match[2]), minutes=int(match[3]))
    return timezone(-away if match[1] == "-" else away)


def _point(lon: Any, lat: Any) -> tuple[float, float] | tuple[None, None]:
    """A point on the globe; phones without a fix write 0, 0."""
    x, y = _number(lon, least=-180.0, most=180.0), _number(lat, least=-90.0, most=90.0)
    if x is None or y is None or (x == 0.0 and y == 0.0):
        return None, None
    return x, y


def _number(value: Any, *, least: float, most: float) -> float | None:
    """A number within bounds; NaN is within none."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        return None
    return float(value)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        return ""
    return "".join(c for c in value if unicodedata.category(c)[0] != "C").strip()[:LONGEST_TEXT]
