"""Devices of crew members that can be woken by a push."""

from typing import Any, cast

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.limits import CrewLimit
from accounts.models import User
from dispatch import phones
from dispatch.models import CrewPhone
from mobile_api.permissions import CrewMember
from mobile_api.push.devices import forget_device, register_device
from mobile_api.refusals import Invalid
from mobile_api.schema import refusals
from mobile_api.serializers.devices import DeviceFormSerializer, DeviceSerializer


class Devices(APIView):
    """A person's own devices, by a token or from a page."""

    permission_classes = (CrewMember,)
    throttle_classes = (CrewLimit,)

    @extend_schema(
        operation_id="register_device",
        request=DeviceFormSerializer,
        responses={
            200: DeviceSerializer,
            201: DeviceSerializer,
            **refusals(400, 401, 403, 413, 422, 429),
        },
        tags=["crews"],
    )
    def post(self, request: Request) -> Response:
        """Register this device, or renew it; do so at every start, and when FCM gives a new identifier."""
        form = DeviceFormSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        said: dict[str, Any] = form.validated_data
        kept, is_new = register_device(
            user=cast(User, request.user), at=timezone.now(), phone=_phone(request), **said
        )
        return Response(DeviceSerializer(kept).data, status=201 if is_new else 200)

    @extend_schema(
        operation_id="forget_device",
        request=None,
        parameters=[OpenApiParameter("device", str, required=True)],
        responses={204: None, **refusals(401, 403, 422, 429)},
        tags=["crews"],
    )
    def delete(self, request: Request) -> Response:
        """Push nothing to this device any more: before signing out, for example."""
        device = request.query_params.get("device", "")
        if not device:
            raise Invalid({"device": _("Which device? Its name is missing.")})
        forget_device(user=cast(User, request.user), device=device)
        return Response(status=204)


def _phone(request: Request) -> CrewPhone | None:
    """The crew's phone whose session asks, if one does."""
    known = request.session.get(phones.PHONE)
    return CrewPhone.objects.filter(pk=known).first() if known else None
