"""Every refusal of the API in one shape: {"code", "detail", "field"?, …}. Never a page, never a stack.

`code` is for programs and stays, `detail` is a sentence in the person's language, `field` names the input at
fault, and `fields` holds every fault by its field where there may be several.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import (
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
    ValidationError,
)
from django.http import Http404, UnreadablePostError
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from accounts.errors import DomainError, NotAllowed, NotFound
from accounts.limits import TooOften
from mobile_api.refusals import BodyTooLarge, Invalid, Refused, Unreadable

Facts = dict[str, Any]


def handle(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """DRF's exception handler. None for a fault of ours, which `failures` then tells."""
    refusal = as_refusal(error)
    if refusal is None:
        return None
    set_rollback()
    response = Response(refusal.as_json(), status=refusal.http_status)
    if "retry_after_s" in refusal.data:
        response["Retry-After"] = str(refusal.data["retry_after_s"])
    challenge = getattr(error, "auth_header", None)
    if challenge:
        response["WWW-Authenticate"] = challenge
    return response


def as_refusal(error: Exception) -> DomainError | None:
    """The refusal that an exception of DRF or Django stands for."""
    if isinstance(error, DomainError):
        return error
    if isinstance(error, exceptions.APIException):
        return _of_rest_framework(error)
    return _of_django(error)


def _of_rest_framework(error: exceptions.APIException) -> DomainError:
    match error:
        case exceptions.Throttled():
            return TooOften(int(getattr(error, "wait", 0) or 1))
        case exceptions.ValidationError():
            return Invalid(dict(_flat(error.detail)))
        case exceptions.NotFound():
            return nothing_here()
        case exceptions.ParseError():
            return Unreadable(_("The request can't be read: %(why)s") % {"why": str(error.detail)[:200]})
        case _:
            return Refused(_CODES.get(type(error), error.default_code), error.status_code, str(error.detail))


_CODES: dict[type[exceptions.APIException], str] = {
    exceptions.NotAuthenticated: "not_signed_in",
    exceptions.AuthenticationFailed: "token_refused",
    exceptions.PermissionDenied: "not_allowed",
    exceptions.MethodNotAllowed: "method_not_allowed",
    exceptions.NotAcceptable: "not_acceptable",
    exceptions.UnsupportedMediaType: "unsupported_media_type",
}


def _of_django(error: Exception) -> DomainError | None:
    match error:
        case Http404():
            return nothing_here()
        case PermissionDenied():
            return NotAllowed(_("This is not yours to do."))
        case ValidationError():
            return Invalid({"": " ".join(error.messages)})
        case RequestDataTooBig():
            return BodyTooLarge()
        case TooManyFilesSent():
            most = settings.PHOTOS_PER_REPORT
            return Invalid({"photos": _("At most %(most)d photos, please.") % {"most": most}})
        case TooManyFieldsSent():
            return BodyTooLarge()
        case SuspiciousOperation() | UnreadablePostError():
            return Unreadable(_("The request can't be read. Nothing was kept; please send it again."))
        case _:
            return None


def nothing_here() -> NotFound:
    return NotFound(_("There is nothing here, or it is not yours to see."))


def _flat(detail: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """DRF's nested faults by dotted field; only the first sentence of each field."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            own = "" if name == "non_field_errors" else str(name)
            yield from _flat(inner, ".".join(part for part in (path, own) if part))
    elif isinstance(detail, list):
        nested = [inner for inner in detail if isinstance(inner, Mapping | list) and inner]
        yield from _flat(nested[0], path) if nested else [(path, str(detail[0]))]
    else:
        yield path, str(detail)
