"""Reading bodies: no more than is allowed, no deeper than a report needs."""

from collections.abc import Iterator, Mapping
from io import BytesIO
from math import isfinite
from typing import IO, Any, cast

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.utils.translation import gettext as _
from rest_framework.parsers import BaseParser, DataAndFiles, JSONParser, MultiPartParser

from mobile_api.oversize import WatchedForm, open_json_field
from mobile_api.refusals import BodyTooLarge, Invalid, Unreadable

# The texts of a form that carries photos, with what surrounds each part.
FORM_SPARE_BYTES = 1_000_000
DEEPEST = 12

Context = Mapping[str, Any] | None


class _JSON(JSONParser):
    """Takes NaN, so that the refusal can name its field."""

    strict = False


class BoundedJSONParser(BaseParser):
    """One JSON object of at most DATA_UPLOAD_MAX_MEMORY_SIZE bytes, with numbers that are finite.

    No JSONParser: for those the framework reads the body itself, and refuses a large one without a look.
    """

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Context = None
    ) -> dict[str, Any]:
        most: int = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        body = stream.read(most + 1)
        if len(body) > most:
            raise BodyTooLarge(most, field=open_json_field(body))
        data = _parse_shallow(_JSON().parse, BytesIO(body), media_type, parser_context)
        if not isinstance(data, dict):
            raise Unreadable(_("A JSON object is needed: {…}."))
        for path in _infinite(data):
            raise Invalid({path: _("This is not a number.")})
        return data


class BoundedMultiPartParser(MultiPartParser):
    """A form whose announced length is within what a report with all its photos may weigh."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Context = None
    ) -> "DataAndFiles[Any, Any]":
        photos: int = settings.PHOTOS_PER_REPORT * settings.PHOTO_MAX_BYTES
        require_length(parser_context, photos + FORM_SPARE_BYTES)
        form = WatchedForm(stream)
        try:
            return super().parse(cast(IO[Any], form), media_type, parser_context)
        except RequestDataTooBig as error:
            raise BodyTooLarge(field=form.field) from error


def require_length(context: Context, most: int) -> None:
    """Raises BodyTooLarge by the announced length, before anything is read."""
    request = (context or {}).get("request")
    announced = str(request.META.get("CONTENT_LENGTH") or "0") if request else "0"
    if announced.isdecimal() and int(announced) > most:
        raise BodyTooLarge(most)


def _parse_shallow(parse: Any, *args: Any) -> Any:
    try:
        data = parse(*args)
    except RecursionError as error:
        raise _too_deep() from error
    if _depth(data) > DEEPEST:
        raise _too_deep()
    return data


def _depth(data: Any) -> int:
    """Levels of nesting, counted one past the deepest allowed and no further."""
    level, here = 0, [data]
    while here and level <= DEEPEST:
        level += 1
        here = [inner for outer in here for inner in _inside(outer)]
    return level


def _inside(data: Any) -> list[Any]:
    values = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    return [value for value in values if isinstance(value, dict | list)]


def _infinite(data: Any, path: str = "") -> Iterator[str]:
    """The dotted places of NaN and infinity in a document that is not deep."""
    if isinstance(data, float) and not isfinite(data):
        yield path
    inside = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for name, value in inside:
        yield from _infinite(value, f"{path}.{name}" if path else str(name))


def _too_deep() -> Unreadable:
    return Unreadable(_("The JSON is nested too deeply."))
