"""The headers of tus 1.0: read strictly, told on every answer. https://tus.io/protocols/resumable-upload"""

import base64
import binascii
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.request import Request

from accounts.errors import DomainError
from mobile_api.refusals import Invalid

VERSION = "1.0.0"
EXTENSIONS = "creation,expiration"
CONTENT_TYPE = "application/offset+octet-stream"
METADATA_CHARACTERS = 4_000
LONGEST_NUMBER = 12


class OtherVersion(DomainError):
    """The client speaks no tus 1.0.0, or forgot to say so; the header Tus-Version names what is spoken."""

    code = "tus_version"
    http_status = 412


def require_version(request: Request) -> None:
    """Raises OtherVersion."""
    if request.headers.get("Tus-Resumable") != VERSION:
        raise OtherVersion(_("This address speaks tus %(version)s.") % {"version": VERSION}, version=VERSION)


def read_number(request: Request, header: str) -> int:
    """A whole number, 0 or more. Raises Invalid, naming the header."""
    raw = request.headers.get(header, "")
    if not raw.isascii() or not raw.isdecimal() or len(raw) > LONGEST_NUMBER:
        raise Invalid({header: _("A whole number is needed.")})
    return int(raw)


def read_metadata(request: Request) -> dict[str, str]:
    """The pairs of Upload-Metadata: names, and texts in base64. Raises Invalid, naming header or key."""
    raw = request.headers.get("Upload-Metadata", "")
    if len(raw) > METADATA_CHARACTERS:
        raise Invalid({"Upload-Metadata": _("This header is too long.")})
    return dict(_pair(part) for part in raw.split(",") if part.strip())


def _pair(part: str) -> tuple[str, str]:
    name, _space, coded = part.strip().partition(" ")
    try:
        return name, base64.b64decode(coded, validate=True).decode()
    except (binascii.Error, UnicodeError):
        raise Invalid({name[:40]: _("This is no text in base64.")}) from None


def told_by(data: dict[str, Any]) -> dict[str, str]:
    """The headers that go with a refusal's facts."""
    if "offset" in data:
        return {"Upload-Offset": str(data["offset"])}
    return {"Tus-Version": VERSION} if "version" in data else {}
