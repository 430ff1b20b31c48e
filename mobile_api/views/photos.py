"""Photos that come before what they belong to."""

from typing import Any, BinaryIO, cast

from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from accounts.limits import CrewLimit, UploadLimit
from dispatch.services.promises import receive_photo
from mobile_api.features import Facts
from mobile_api.parsers import BoundedMultiPartParser
from mobile_api.permissions import Anyone, CrewMemberOnce
from mobile_api.schema import refusals
from mobile_api.serializers.capture import device_facts
from mobile_api.serializers.crew import CrewPhotoFormSerializer, KeptPhotoSerializer, PhotoFormSerializer
from reports.models import Photo, PhotoRole
from reports.services.capture import keep_device_facts
from reports.services.photo_place import propose_place
from reports.services.photos import accept_upload

REFUSALS = refusals(400, 409, 413, 422, 429)


class Photos(APIView):
    """Photos of residents, for a report that follows."""

    permission_classes = (Anyone,)
    throttle_classes = (UploadLimit,)
    parser_classes = (BoundedMultiPartParser,)

    @extend_schema(
        operation_id="upload_photo",
        request={"multipart/form-data": PhotoFormSerializer},
        responses={201: KeptPhotoSerializer, **REFUSALS},
        tags=["reports"],
    )
    def post(self, request: Request) -> Response:
        """Keep a photo for a report that follows within a day; says where it was taken, if it knows."""
        form = _read(PhotoFormSerializer, request)
        photo = _accept(form, request, PhotoRole.RESIDENT)
        place = propose_place(photo, at=timezone.now())
        told = None if place is None else {"lon": place[0], "lat": place[1]}
        return Response({**_facts(photo), "place": told}, status=201)


class CrewPhotos(APIView):
    """Photos of crews, before the command that uses them."""

    permission_classes = (CrewMemberOnce,)
    throttle_classes = (CrewLimit,)
    parser_classes = (BoundedMultiPartParser,)

    @extend_schema(
        operation_id="upload_crew_photo",
        request={"multipart/form-data": CrewPhotoFormSerializer},
        responses={201: KeptPhotoSerializer, **refusals(401, 403), **REFUSALS},
        tags=["crews"],
    )
    def post(self, request: Request) -> Response:
        """Keep a photo of the work; then name its id in the command that finishes or obstructs the job."""
        form = _read(CrewPhotoFormSerializer, request)
        photo = _accept(form, request, PhotoRole(form["role"]))
        keep_device_facts(photo_id=photo.pk, told=device_facts(form))
        receive_photo(photo_id=photo.pk, at=timezone.now())
        return Response(_facts(photo), status=201)


def _read(shape: type[Serializer[Any]], request: Request) -> dict[str, Any]:
    form = shape(data=request.data)
    form.is_valid(raise_exception=True)
    return dict(form.validated_data)


def _accept(form: dict[str, Any], request: Request, role: PhotoRole) -> Photo:
    file: UploadedFile = form["file"]
    return accept_upload(
        cast(BinaryIO, file),
        name=file.name or "",
        uploader=request.user,
        role=role,
        at=timezone.now(),
        photo_id=form.get("id"),
    )


def _facts(photo: Photo) -> Facts:
    return {"id": str(photo.pk), "status": photo.status}
