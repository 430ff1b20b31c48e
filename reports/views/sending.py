"""A resident's form, read: photos first (what can be kept is kept), then the place, then the report."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, BinaryIO, cast
from uuid import NAMESPACE_OID, UUID, uuid5

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.models import User
from reports.imaging.hashes import sha256_of
from reports.imaging.refusals import PhotoRefused
from reports.models import Channel, Photo, PhotoRole
from reports.services.changing import Conflict
from reports.services.create import Created, create_report
from reports.services.draft import InvalidReport, read_draft, too_many_photos
from reports.services.photos import accept_upload, photo_for_claim
from reports.views.place import GivenPlace, read_place


@dataclass
class Sending:
    """What came of one form: the report, or what to put right; `refused` names photos that were not taken."""

    photos: list[Photo] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    place: GivenPlace = field(default_factory=GivenPlace)
    faults: dict[str, str] = field(default_factory=dict)
    created: Created | None = None


def send(request: HttpRequest, *, at: datetime) -> Sending:
    """Create the report that the form describes, or say what is missing and keep the photos."""
    sending = Sending()
    sending.photos, sending.refused = take_photos(request, PhotoRole.RESIDENT, at=at)
    sending.place = read_place(request.POST, sending.photos, at=at)
    if len(sending.photos) + len(sending.refused) > settings.PHOTOS_PER_REPORT:
        sending.faults = {"photos": too_many_photos()}
    elif sending.place.proposed:
        sending.faults = {"place": _confirmation(sending.place)}
    else:
        _create(request, sending, at=at)
    return sending


def take_photos(request: HttpRequest, role: PhotoRole, *, at: datetime) -> tuple[list[Photo], list[str]]:
    """The photos that the form brings or kept from an earlier try, and a sentence for each refused one."""
    photos = list(_kept_photos(request.POST, at=at))
    refused = []
    for file in request.FILES.getlist("photos")[: settings.PHOTOS_PER_REPORT + 1]:
        try:
            photos.append(_take_photo(request, file, role, at=at))
        except PhotoRefused as refusal:
            refused.append(str(refusal))
    return list({photo.id: photo for photo in photos}.values()), refused


def _take_photo(request: HttpRequest, file: UploadedFile, role: PhotoRole, *, at: datetime) -> Photo:
    return accept_upload(
        cast(BinaryIO, file),
        name=file.name or "",
        uploader=reader_of(request),
        role=role,
        photo_id=_photo_id(request.POST.get("id", ""), file),
        at=at,
    )


def _photo_id(form_id: str, file: UploadedFile) -> UUID:
    """The same file in the same form sent again is the same photo, so that the report is the same too."""
    digest = sha256_of(cast(BinaryIO, file))
    return uuid5(NAMESPACE_OID, f"{form_id}/{digest}")


def reader_of(request: HttpRequest) -> User | AnonymousUser:
    """The person who is signed in, else the anonymous one."""
    return request.user if isinstance(request.user, User) else AnonymousUser()


def _kept_photos(form: QueryDict, *, at: datetime) -> Iterable[Photo]:
    for key in list(dict.fromkeys(form.getlist("kept")))[: settings.PHOTOS_PER_REPORT]:
        photo = photo_for_claim(key, at=at, report_uuid=_uuid_of(form))
        if photo is not None:
            yield photo


def _uuid_of(form: QueryDict) -> UUID | None:
    try:
        return UUID(form.get("id", "")[:64])
    except ValueError:
        return None


def _confirmation(place: GivenPlace) -> str:
    if place.proposed == "photo":
        return _("We read the place from your photo. Please look whether it is right and send again.")
    return _("We looked for the place by its name. Please choose the right one and send again.")


def _create(request: HttpRequest, sending: Sending, *, at: datetime) -> None:
    raw = _raw_draft(request.POST, sending.place, [photo.id for photo in sending.photos])
    try:
        draft = read_draft(raw)
        sending.created = create_report(draft=draft, channel=Channel.WEB, actor=reader_of(request), at=at)
    except InvalidReport as invalid:
        sending.faults = _said_once(invalid.data["fields"], sending.place)
    except Conflict:
        sending.faults = {
            "id": _("This form was sent before, and that report is kept. Send again: it is a new one.")
        }
        sending.photos = [photo for photo in sending.photos if photo.report_id is None]
    except DomainError as refusal:
        sending.faults = {refusal.field or "form": str(refusal)}


def _said_once(faults: dict[str, str], place: GivenPlace) -> dict[str, str]:
    """A place that is missing, or no place at all, is one fault to a person, though it is two numbers."""
    if "lat" not in faults or (place.is_known and faults["lat"] != faults.get("lon")):
        return faults
    others = {field: fault for field, fault in faults.items() if field not in ("lat", "lon")}
    return {"place": faults["lat"], **others}


def _raw_draft(form: QueryDict, place: GivenPlace, photo_ids: list[UUID]) -> dict[str, Any]:
    category = form.get("category", "")
    return {
        "id": form.get("id"),
        "lat": place.lat,
        "lon": place.lon,
        "accuracy": place.accuracy,
        "address": form.get("address", ""),
        "category": category,
        "description": form.get("description", ""),
        "language": get_language(),
        "answers": _answers(form, category),
        "contact": {name: form.get(name, "") for name in ("name", "email", "phone")},
        "photos": photo_ids,
    }


def _answers(form: QueryDict, category: str) -> dict[str, Any]:
    """Without JavaScript the form shows the questions of every category; those of the chosen one count."""
    start = f"answers.{category}."
    return {name.removeprefix(start): form.get(name, "") for name in form if name.startswith(start)}
