"""Photos of crews in pieces: tus 1.0, its core with creation and expiration."""

from io import BytesIO
from typing import Any, BinaryIO, cast
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.http import http_date
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.errors import DomainError
from accounts.limits import CrewUploadLimit
from accounts.models import User
from dispatch.models import Upload
from dispatch.services.upload_bytes import receive_bytes
from dispatch.services.uploads import Announced, begin_upload, find_upload, kept_for
from mobile_api import tus
from mobile_api.permissions import CrewMemberOnce
from mobile_api.refusals import Invalid
from mobile_api.schema import refusals
from mobile_api.serializers.capture import AnnouncedSerializer, device_facts
from reports.models import PhotoRole


def _header(name: str, description: str, **options: Any) -> OpenApiParameter:
    return OpenApiParameter(
        name, OpenApiTypes.STR, OpenApiParameter.HEADER, description=description, **options
    )


RESUMABLE = _header("Tus-Resumable", "1.0.0", required=True)
OFFSET = OpenApiParameter(
    "Upload-Offset", OpenApiTypes.INT, OpenApiParameter.HEADER, required=True, description="The next byte."
)
TOLD = [
    _header("Upload-Offset", "How many bytes are here.", response=[201, 204]),
    _header("Upload-Expires", "Until when it waits for its next byte.", response=[201, 204]),
]


class OffsetParser(BaseParser):
    """Hands on the body unread."""

    media_type = tus.CONTENT_TYPE

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        return stream


class TusView(APIView):
    """What every answer of the protocol carries, and who may ask."""

    permission_classes = (CrewMemberOnce,)
    throttle_classes = (CrewUploadLimit,)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        answer = super().finalize_response(request, response, *args, **kwargs)
        answer["Tus-Resumable"] = tus.VERSION
        answer["Cache-Control"] = "no-store"
        return answer

    def handle_exception(self, exc: Exception) -> Response:
        answer = super().handle_exception(exc)
        for name, value in tus.told_by(exc.data if isinstance(exc, DomainError) else {}).items():
            answer[name] = value
        return answer

    def options(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """What is spoken here."""
        spoken = {"Tus-Version": tus.VERSION, "Tus-Extension": tus.EXTENSIONS}
        return Response(status=204, headers={**spoken, "Tus-Max-Size": str(settings.PHOTO_MAX_BYTES)})


class CrewUploads(TusView):
    @extend_schema(
        operation_id="begin_crew_upload",
        request=None,
        parameters=[
            RESUMABLE,
            OpenApiParameter("Upload-Length", OpenApiTypes.INT, OpenApiParameter.HEADER, required=True),
            _header("Upload-Metadata", "`key base64,key base64`; see docs/api.md", required=True),
            _header("Location", "Where the bytes go.", response=[201]),
            *TOLD,
        ],
        responses={
            201: OpenApiResponse(description="Ready for bytes, or complete already."),
            **refusals(401, 403, 404, 409, 412, 413, 422, 429),
        },
        tags=["crews"],
    )
    def post(self, request: Request) -> Response:
        """Announce a photo of the work that will come in pieces (tus 1.0); the same again is one upload."""
        tus.require_version(request)
        announced, at = _announced(request), timezone.now()
        upload = begin_upload(announced=announced, uploader=cast(User, request.user), at=at)
        place = reverse("mobile_api:crew-upload", kwargs={"upload_id": upload.pk})
        return Response(status=201, headers={"Location": place, **_standing(upload)})


class CrewUpload(TusView):
    parser_classes = (OffsetParser,)

    def head(self, request: Request, upload_id: UUID) -> Response:
        """How many bytes are here."""
        tus.require_version(request)
        upload = find_upload(upload_id=upload_id, uploader=cast(User, request.user))
        return Response(headers={**_standing(upload), "Upload-Length": str(upload.bytes)})

    @extend_schema(
        operation_id="send_crew_upload",
        request={tus.CONTENT_TYPE: OpenApiTypes.BINARY},
        parameters=[RESUMABLE, OFFSET, *TOLD],
        responses={
            204: OpenApiResponse(description="Taken; with the last byte the photo is kept."),
            **refusals(401, 403, 404, 409, 412, 413, 415, 422, 429, 460),
        },
        tags=["crews"],
    )
    def patch(self, request: Request, upload_id: UUID) -> Response:
        """Send the next bytes of a photo. After an interruption HEAD says where to go on."""
        tus.require_version(request)
        source = request.data  # 415 for another kind of body
        upload = receive_bytes(
            upload_id=upload_id,
            uploader=cast(User, request.user),
            offset=tus.read_number(request, "Upload-Offset"),
            length=int(request.META.get("CONTENT_LENGTH") or 0),
            source=cast(BinaryIO, source) if hasattr(source, "read") else BytesIO(),
            at=timezone.now(),
        )
        return Response(status=204, headers=_standing(upload))


def _announced(request: Request) -> Announced:
    length = tus.read_number(request, "Upload-Length")
    if length == 0:
        raise Invalid({"Upload-Length": _("An empty file is no photo.")})
    form = AnnouncedSerializer(data=tus.read_metadata(request))
    form.is_valid(raise_exception=True)
    facts: dict[str, Any] = dict(form.validated_data)
    return Announced(
        id=facts["id"],
        job_id=facts["job"],
        role=PhotoRole(facts["role"]),
        name=facts.get("filename", ""),
        bytes=length,
        sha256=facts["sha256"].lower(),
        told=device_facts(facts),
    )


def _standing(upload: Upload) -> dict[str, str]:
    expires_at = upload.changed_at + kept_for()
    return {"Upload-Offset": str(upload.offset), "Upload-Expires": http_date(expires_at.timestamp())}
