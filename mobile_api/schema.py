"""What drf-spectacular can't see by itself: our token, and the one shape of every refusal."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import OpenApiResponse

from mobile_api.serializers.refusals import RefusalSerializer

WORDS = {
    400: "The request can't be read.",
    401: "Not signed in, or the credentials don't fit.",
    403: "Not allowed.",
    404: "Not there, or not yours to see.",
    409: "The same id was sent before with other content.",
    412: "Another version of tus, or none.",
    413: "More than one request may carry.",
    415: "A body of another kind.",
    422: "A field can't be taken; it is named.",
    429: "Too often; `retry_after_s` says when to come back.",
    460: "The bytes are not those that were announced: begin again at 0.",
}


def refusals(*statuses: int) -> dict[int, Any]:
    """The refusals of an operation, for `extend_schema(responses=…)`."""
    return {status: OpenApiResponse(RefusalSerializer, WORDS[status]) for status in statuses}


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """`Authorization: Bearer <token>`."""

    target_class = "accounts.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}
