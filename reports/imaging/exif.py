"""Reads a picture's own word on when, where and with what it was taken, unchecked. Runs in the child."""

import math
from typing import Any

from PIL import Image

EXIF_IFD, GPS_IFD = 0x8769, 0x8825
MAKE, MODEL, ORIENTATION = 0x010F, 0x0110, 0x0112
TIMES = ((0x9003, 0x9011), (0x9004, 0x9012))  # taken, digitised: each with its offset from UTC
LATITUDE, LONGITUDE = (1, 2), (3, 4)  # hemisphere, degrees
GPS_STATUS, GPS_ERROR = 9, 31


def read_facts(exif: Image.Exif) -> dict[str, Any]:
    """JSON-ready facts, unchecked: texts as they stand, degrees and metres as numbers, None where absent."""
    gps = exif.get_ifd(GPS_IFD)
    valid = _text(gps.get(GPS_STATUS)) != "V"
    taken, offset = _times(exif.get_ifd(EXIF_IFD))
    return {
        "taken": taken,
        "offset": offset,
        "lat": _degrees(gps, LATITUDE, {"N": 1, "S": -1}) if valid else None,
        "lon": _degrees(gps, LONGITUDE, {"E": 1, "W": -1}) if valid else None,
        "accuracy": _number(gps.get(GPS_ERROR)),
        "make": _text(exif.get(MAKE)),
        "model": _text(exif.get(MODEL)),
        "orientation": orientation_of(exif),
    }


def orientation_of(exif: Image.Exif) -> int:
    """1 to 8 as EXIF counts them; 1 (upright) when absent or nonsense."""
    value = exif.get(ORIENTATION)
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _times(tags: dict[int, Any]) -> tuple[str, str]:
    for time_tag, offset_tag in TIMES:
        if taken := _text(tags.get(time_tag)):
            return taken, _text(tags.get(offset_tag))
    return "", ""


def _degrees(gps: dict[int, Any], tags: tuple[int, int], signs: dict[str, int]) -> float | None:
    """Signed degrees from a letter and (degrees, minutes, seconds), none of them out of range."""
    hemisphere, parts = _text(gps.get(tags[0])).upper(), gps.get(tags[1])
    if hemisphere not in signs or not isinstance(parts, tuple) or len(parts) != 3:
        return None
    numbers = [n for part in parts if (n := _number(part)) is not None and n >= 0]
    if len(numbers) != 3 or max(numbers[1:]) > 60:
        return None
    return signs[hemisphere] * (numbers[0] + numbers[1] / 60 + numbers[2] / 3600)


def _number(value: Any) -> float | None:
    """A finite number, or None: a rational may have a zero denominator."""
    try:
        number = float(value)
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None
    return float(number) if math.isfinite(number) else None


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    return value.split("\0")[0].strip() if isinstance(value, str) else ""
