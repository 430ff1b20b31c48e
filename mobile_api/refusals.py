"""What the API itself refuses, before any service is asked."""

from collections.abc import Mapping

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.errors import DomainError


class Invalid(DomainError):
    """Input of the wrong kind. `field` is the first fault, `data["fields"]` holds them all."""

    code = "invalid"
    http_status = 422

    def __init__(self, fields: Mapping[str, str]) -> None:
        name, detail = next(iter(fields.items()))
        super().__init__(
            detail, field=name or None, fields={name: text for name, text in fields.items() if name}
        )


class Unreadable(DomainError):
    """The body is not what its content type says."""

    code = "unreadable"


class BodyTooLarge(DomainError):
    """More than one request may carry; nothing of it was read to its end."""

    code = "too_large"
    http_status = 413

    def __init__(self, most_bytes: int | None = None, *, field: str | None = None) -> None:
        most = most_bytes or settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        words = _("This is too much for one request: at most %(megabytes)g MB. Nothing was kept.")
        super().__init__(words % {"megabytes": most / 1_000_000}, field=field, most_bytes=most)


class Refused(DomainError):
    """A refusal of the framework, with its own code and status."""

    def __init__(self, code: str, http_status: int, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.http_status = http_status
