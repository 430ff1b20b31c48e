"""The family of refusals that a person or a client can act on."""

from typing import Any


class DomainError(Exception):
    """Something that was asked can't be done; says what happened, what was kept and what to do next.

    `code` is for programs, `detail` (translated) for people, `field` names the input at fault, `data` holds
    facts such as the state as it stands.
    """

    code = "refused"
    http_status = 400

    def __init__(self, detail: str, *, field: str | None = None, **data: Any) -> None:
        super().__init__(detail)
        self.detail = str(detail)
        self.field = field
        self.data = data

    def as_json(self) -> dict[str, Any]:
        """The shape that the API, the socket and the pages share."""
        shared = {"code": self.code, "detail": self.detail}
        if self.field is not None:
            shared["field"] = self.field
        return {**shared, **self.data}


class NotFound(DomainError):
    """There is no such thing, or it is not this person's to see: both are told the same."""

    code = "not_found"
    http_status = 404


class NotAllowed(DomainError):
    """The person is known and sees the thing, but may not do this."""

    code = "not_allowed"
    http_status = 403
