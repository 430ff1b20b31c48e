"""Reading bodies: no more than is allowed, no deeper than a report needs."""

from collections.abc import Mapping
from io import BytesIO
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.parsers import DataAndFiles, JSONParser, MultiPartParser

from mobile_api.refusals import BodyTooLarge, Unreadable

# The texts of a form that carries photos, with what surrounds each part.
FORM_SPARE_BYTES = 1_000_000
DEEPEST = 12

Context = Mapping[str, Any] | None


class BoundedJSONParser(JSONParser):
    """One JSON object of at most DATA_UPLOAD_MAX_MEMORY_SIZE bytes."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Context = None
    ) -> dict[str, Any]:
        most: int = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        require_length(parser_context, most)
        body = stream.read(most + 1)
        if len(body) > most:
            raise BodyTooLarge(most)
        data = _parse_shallow(super().parse, BytesIO(body), media_type, parser_context)
        if not isinstance(data, dict):
            raise Unreadable(_("A JSON object is needed: {…}."))
        return data


class BoundedMultiPartParser(MultiPartParser):
    """A form whose announced length is within what a report with all its photos may weigh."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Context = None
    ) -> "DataAndFiles[Any, Any]":
        photos: int = settings.PHOTOS_PER_REPORT * settings.PHOTO_MAX_BYTES
        require_length(parser_context, photos + FORM_SPARE_BYTES)
        return super().parse(stream, media_type, parser_context)


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


def _too_deep() -> Unreadable:
    return Unreadable(_("The JSON is nested too deeply."))
