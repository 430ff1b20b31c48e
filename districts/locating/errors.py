"""Refusals of positions, each naming the field at fault."""

from math import isfinite

from django.utils.translation import gettext as _

from accounts.errors import DomainError


class InvalidPoint(DomainError):
    """Coordinates that aren't a position, or are one with its two numbers exchanged."""

    code = "invalid_point"
    http_status = 422


class OutsideCity(DomainError):
    """A position that no district answers for."""

    code = "outside_city"
    http_status = 422


def swapped(field: str = "lat") -> InvalidPoint:
    return InvalidPoint(
        _("Outside the city, but inside it with the two exchanged: did you swap latitude and longitude?"),
        field=field,
    )


def check_point(lon: float, lat: float, accuracy_m: float | None = None) -> None:
    """Raise InvalidPoint unless the numbers are finite, in range, and the accuracy is not negative."""
    for field, value, limit in (("lat", lat, 90), ("lon", lon, 180)):
        if not isfinite(value):
            raise InvalidPoint(_("This is not a number of degrees."), field=field)
        if abs(value) > limit:
            raise _out_of_range(field, limit, lon, lat)
    if accuracy_m is not None and not (isfinite(accuracy_m) and accuracy_m >= 0):
        raise InvalidPoint(_("The accuracy is not a number of metres."), field="accuracy")


def _out_of_range(field: str, limit: int, lon: float, lat: float) -> InvalidPoint:
    text = _("This lies beyond ±%(limit)d degrees.") % {"limit": limit}
    if field == "lat" and abs(lat) <= 180 and abs(lon) <= 90:
        text += " " + _("Did you swap latitude and longitude?")
    return InvalidPoint(text, field=field)
