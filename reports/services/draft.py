"""What a resident sends: read from a form or JSON, cleaned, every fault named by its field."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from accounts.errors import DomainError
from reports.cleaning import clean_line, clean_text

LONGEST_DESCRIPTION = 5_000
LONGEST_ADDRESS = 300
LONGEST_NAME = 120
LONGEST_PHONE = 40
LONGEST_EMAIL = 254
LONGEST_CODE = 50
LONGEST_NUMBER = 40
MOST_ANSWERS = 50
# Longer raw text is refused unread.
_LONGEST_RAW_FACTOR = 2
_NOTHING = (None, "")


class InvalidReport(DomainError):
    """Something in the report can't be taken. `field` is the first fault, `data["fields"]` holds them all."""

    code = "invalid_report"
    http_status = 422

    def __init__(self, fields: Mapping[str, str]) -> None:
        name, detail = next(iter(fields.items()))
        super().__init__(detail, field=name, fields=dict(fields))


@dataclass(frozen=True, slots=True)
class ContactDraft:
    name: str = ""
    email: str = ""
    phone: str = ""
    wants_updates: bool = True

    def __bool__(self) -> bool:
        return bool(self.name or self.email or self.phone)


@dataclass(frozen=True, slots=True)
class ReportDraft:
    """One report as it was sent. `lon`, `lat` in degrees, WGS 84; `category` is a code."""

    uuid: UUID
    lon: float
    lat: float
    category: str
    accuracy_m: float | None = None
    address: str = ""
    description: str = ""
    language: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)
    contact: ContactDraft = field(default_factory=ContactDraft)
    photo_ids: tuple[UUID, ...] = ()

    def fingerprint(self) -> str:
        """SHA-256 of all that was sent, in a fixed order."""
        sent = {name: getattr(self, name) for name in self.__slots__}
        sent["contact"] = [getattr(self.contact, name) for name in self.contact.__slots__]
        text = json.dumps(sent, sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()


def read_draft(raw: Mapping[str, Any]) -> ReportDraft:
    """A draft from the fields id, lat, lon, accuracy, address, category, description, language, answers,
    contact and photos, as JSON values or as the text of form fields.

    Raises InvalidReport, with all faults at once. Whether the category, the answers and the photos will do is
    seen when the report is created.
    """
    faults: dict[str, str] = {}
    with _gathering(faults, "id"):
        uuid = _read_uuid(raw.get("id"))
    lat, lon = _read_point(raw, faults)
    with _gathering(faults, "accuracy"):
        accuracy = _read_number(raw.get("accuracy"))
    texts = {name: _gathered(faults, name, read, raw) for name, read in _TEXTS.items()}
    with _gathering(faults, "answers"):
        answers = _read_answers(raw.get("answers"))
    contact = _read_contact(raw.get("contact"), faults)
    with _gathering(faults, "photos"):
        photo_ids = _read_photo_ids(raw.get("photos"))
    if faults:
        raise InvalidReport(faults)
    return ReportDraft(
        uuid=uuid,
        lon=lon,
        lat=lat,
        accuracy_m=accuracy,
        answers=answers,
        contact=contact,
        photo_ids=photo_ids,
        **texts,
    )


class _Fault(ValueError):
    """A sentence for the person who sent it."""


@contextmanager
def _gathering(faults: dict[str, str], name: str) -> Iterator[None]:
    try:
        yield
    except _Fault as fault:
        faults[name] = str(fault)


def _gathered(faults: dict[str, str], name: str, read: Callable[[Any], str], raw: Mapping[str, Any]) -> str:
    with _gathering(faults, name):
        return read(raw.get(name))
    return ""


def _read_uuid(value: Any) -> UUID:
    """Made by the client, so that sending twice is one report; one that sends none gets one."""
    if value in _NOTHING:
        return uuid4()
    try:
        return value if isinstance(value, UUID) else UUID(str(value)[:64])
    except ValueError:
        raise _Fault(_("This is not a UUID.")) from None


def _read_point(raw: Mapping[str, Any], faults: dict[str, str]) -> tuple[float, float]:
    """Latitude and longitude. A place that is missing is one fault, though it is two numbers."""
    lat = lon = 0.0
    with _gathering(faults, "lat"):
        lat = _read_number(raw.get("lat"), required=True) or 0.0
    if raw.get("lat") in _NOTHING and raw.get("lon") in _NOTHING:
        return lat, lon
    with _gathering(faults, "lon"):
        lon = _read_number(raw.get("lon"), required=True) or 0.0
    return lat, lon


def _read_number(value: Any, *, required: bool = False) -> float | None:
    if value in _NOTHING:
        if required:
            raise _Fault(_("Please say where it is: the place is missing."))
        return None
    try:
        if isinstance(value, bool) or (isinstance(value, str) and len(value) > LONGEST_NUMBER):
            raise ValueError
        return float(value.strip().replace(",", ".") if isinstance(value, str) else value)
    except (TypeError, ValueError, OverflowError):
        raise _Fault(_("This is not a number.")) from None


def _read_text(value: Any, longest: int, clean: Callable[[str], str]) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _Fault(_("This must be text."))
    if len(value) > longest * _LONGEST_RAW_FACTOR:
        raise _too_long(longest)
    text = clean(value)
    if len(text) > longest:
        raise _too_long(longest)
    return text


def _too_long(longest: int) -> _Fault:
    return _Fault(_("This text is too long: at most %(longest)d characters, please.") % {"longest": longest})


def _read_description(value: Any) -> str:
    return _read_text(value, LONGEST_DESCRIPTION, clean_text)


def _read_address(value: Any) -> str:
    return _read_text(value, LONGEST_ADDRESS, clean_line)


def _read_category(value: Any) -> str:
    code = _read_text(value, LONGEST_CODE, clean_line)
    if not code:
        raise _Fault(_("Please say what it is: the category is missing."))
    return code


def _read_language(value: Any) -> str:
    """One of the city's languages, else the city's own: a report in any language is taken."""
    code = _read_text(value, LONGEST_CODE, clean_line).split("-")[0].lower()
    return code if code in dict(settings.LANGUAGES) else ""


_TEXTS: dict[str, Callable[[Any], str]] = {
    "category": _read_category,
    "description": _read_description,
    "address": _read_address,
    "language": _read_language,
}


def _read_answers(value: Any) -> dict[str, Any]:
    """By question code; what they must hold is for reports.services.answers to say."""
    if value in _NOTHING:
        return {}
    parsed = _parsed(value)
    if not isinstance(parsed, Mapping) or len(parsed) > MOST_ANSWERS:
        raise _Fault(_("The answers must be given by the code of their question."))
    return {str(key)[:LONGEST_CODE]: answer for key, answer in parsed.items()}


def _read_contact(value: Any, faults: dict[str, str]) -> ContactDraft:
    with _gathering(faults, "contact"):
        raw = {} if value in _NOTHING else _parsed(value)
        if not isinstance(raw, Mapping):
            raise _Fault(_("The contact needs a name, an e-mail address or a phone number."))
        texts = {name: _gathered_contact(faults, name, read, raw) for name, read in _CONTACT_TEXTS.items()}
        wants_updates = raw.get("wants_updates", True) not in (False, "false", "0")
        return ContactDraft(**texts, wants_updates=wants_updates)
    return ContactDraft()


def _gathered_contact(
    faults: dict[str, str], name: str, read: Callable[[Any], str], raw: Mapping[str, Any]
) -> str:
    with _gathering(faults, f"contact.{name}"):
        return read(raw.get(name))
    return ""


def _read_name(value: Any) -> str:
    return _read_text(value, LONGEST_NAME, clean_line)


def _read_email(value: Any) -> str:
    text = _read_text(value, LONGEST_EMAIL, clean_line)
    try:
        if text:
            validate_email(text)
    except ValidationError:
        raise _Fault(_("This e-mail address is not complete. Please look at it again.")) from None
    return text


def _read_phone(value: Any) -> str:
    text = _read_text(value, LONGEST_PHONE, clean_line)
    if text and not any(character.isdigit() for character in text):
        raise _Fault(_("This phone number has no digits. Please look at it again."))
    return text


_CONTACT_TEXTS: dict[str, Callable[[Any], str]] = {
    "name": _read_name,
    "email": _read_email,
    "phone": _read_phone,
}


def _read_photo_ids(value: Any) -> tuple[UUID, ...]:
    if value in _NOTHING:
        return ()
    parsed = _parsed(value)
    if not isinstance(parsed, Sequence) or isinstance(parsed, str):
        raise _Fault(_("The photos must be a list of their ids."))
    if len(parsed) > settings.PHOTOS_PER_REPORT:
        raise _Fault(too_many_photos())
    try:
        return tuple(dict.fromkeys(UUID(str(photo)[:64]) for photo in parsed))
    except ValueError:
        raise _Fault(_("A photo's id is not a UUID.")) from None


def too_many_photos() -> str:
    return _("At most %(most)d photos, please.") % {"most": settings.PHOTOS_PER_REPORT}


def _parsed(value: Any) -> Any:
    """JSON in a form's text field, else the value itself."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        raise _Fault(_("This is not JSON.")) from None
