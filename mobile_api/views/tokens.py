"""Tokens of native clients."""

from django.contrib.auth import authenticate
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import second_factor
from accounts.errors import DomainError, NotFound
from accounts.limits import ReadLimit, SignInLimit, limit_account
from accounts.models import ApiToken, User
from mobile_api.permissions import Anyone, SignedIn
from mobile_api.schema import refusals
from mobile_api.serializers.tokens import SignInSerializer, TokenSerializer


class SignInRefused(DomainError):
    """E-mail and password do not belong together; an unknown person is told the same."""

    code = "sign_in_refused"
    http_status = 401


class CodeNeeded(DomainError):
    """The password is right; the second factor is missing."""

    code = "code_needed"
    http_status = 401


class PhoneNeeded(DomainError):
    """The person must set up a second factor first, on the page that `data["url"]` names."""

    code = "second_factor_missing"
    http_status = 403


class Tokens(APIView):
    """Sign in a native client."""

    authentication_classes = ()
    permission_classes = (Anyone,)
    throttle_classes = (SignInLimit,)

    @extend_schema(
        request=SignInSerializer,
        responses={201: TokenSerializer, **refusals(400, 401, 403, 413, 422, 429)},
        tags=["tokens"],
    )
    def post(self, request: Request) -> Response:
        """A token for this device, valid for 90 days. It is told only now."""
        form = SignInSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        given: dict[str, str] = form.validated_data
        limit_account(given["email"])
        user = authenticate(request._request, username=given["email"], password=given["password"])
        if not isinstance(user, User):
            raise SignInRefused(_("This e-mail and password do not belong together."))
        _require_second_factor(user, given.get("otp", ""), request)
        token, raw = ApiToken.issue(user=user, name=given.get("device", ""), at=timezone.now())
        token.raw = raw  # type: ignore[attr-defined]
        return Response(TokenSerializer(token).data, status=201)


class CurrentToken(APIView):
    """The token that the request is signed with."""

    permission_classes = (SignedIn,)
    throttle_classes = (ReadLimit,)

    @extend_schema(request=None, responses={204: None, **refusals(401, 404)}, tags=["tokens"])
    def delete(self, request: Request) -> Response:
        """Sign this device out."""
        if not isinstance(request.auth, ApiToken):
            raise NotFound(_("This request carries no token."))
        request.auth.delete()
        return Response(status=204)


def _require_second_factor(user: User, code: str, request: Request) -> None:
    """Raises CodeNeeded, PhoneNeeded, and CodeRefused naming the field "otp"."""
    if not second_factor.has_phone(user):
        if second_factor.is_demanded(user):
            address = request.build_absolute_uri(reverse("accounts:second-factor"))
            raise PhoneNeeded(_("Set up your phone as the second step first, in a browser."), url=address)
        return
    if not code:
        raise CodeNeeded(_("Please send the code that your phone shows now as well."), field="otp")
    try:
        second_factor.check_code(user=user, code=code)
    except second_factor.CodeRefused as error:
        error.field = "otp"
        raise
