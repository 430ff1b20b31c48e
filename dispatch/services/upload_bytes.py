"""The bytes of a photo that comes in pieces: received, checked, and kept as a photo when all are here.

Pieces are rows, written with the upload's offset in one transaction: every process sees them, and whatever is
killed, the offset tells the truth. The file is put together outside of any transaction; keeping it again is
keeping it once, by its id.
"""

import tempfile
from datetime import datetime
from typing import BinaryIO, cast
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.models import User
from dispatch.models import Upload, UploadPiece
from dispatch.services import promises
from dispatch.services.uploads import TooLarge, find_upload, unknown_upload
from districts.spatial import lock_rows
from reports.imaging.hashes import sha256_of
from reports.imaging.refusals import PhotoRefused
from reports.models import PhotoRole
from reports.services.capture import DeviceFacts, keep_device_facts
from reports.services.photos import accept_upload

PIECE_BYTES = 512 * 1024


class OffsetConflict(DomainError):
    """The bytes don't begin where the last ones ended; `data["offset"]` says where that is."""

    code = "offset_conflict"
    http_status = 409


class ChecksumMismatch(DomainError):
    """All bytes are here and are not those that were announced: the upload is back at 0."""

    code = "checksum_mismatch"
    http_status = 460


def receive_bytes(
    *, upload_id: UUID, uploader: User, offset: int, length: int, source: BinaryIO, at: datetime
) -> Upload:
    """Append `length` bytes from `offset` on; what arrives is kept piece by piece, even if the rest doesn't.

    With the last byte the file is checked and kept as a photo. Whoever comes second at one offset is refused
    by OffsetConflict. Raises NotFound, TooLarge, ChecksumMismatch, UploadRefused, PhotoRefused.
    """
    upload = find_upload(upload_id=upload_id, uploader=uploader)
    _require_offset(upload, offset)
    if length > upload.bytes - offset:
        raise TooLarge(_("These are more bytes than the photo was said to have. Nothing of them was kept."))
    missing = length
    while missing and (piece := source.read(min(PIECE_BYTES, missing))):
        upload = _take_piece(upload, piece, at)
        missing -= len(piece)
    return upload


def _take_piece(upload: Upload, piece: bytes, at: datetime) -> Upload:
    if upload.offset + len(piece) == upload.bytes:
        return _complete(upload, piece, at)
    return _append(upload, piece, at)


def _append(upload: Upload, piece: bytes, at: datetime) -> Upload:
    with transaction.atomic():
        locked = _lock(upload)
        _require_offset(locked, upload.offset)
        UploadPiece.objects.create(upload=locked, start=locked.offset, data=piece)
        locked.offset += len(piece)
        locked.changed_at = at
        locked.save(update_fields=["offset", "changed_at"])
    return locked


def _complete(upload: Upload, last: bytes, at: datetime) -> Upload:
    """The last piece is written only by the photo being kept: until then the offset asks for it again."""
    with tempfile.TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR) as file:
        for data in upload.pieces.order_by("start").values_list("data", flat=True).iterator(chunk_size=1):
            file.write(data)
        file.write(last)
        if sha256_of(file) != upload.sha256:
            _start_over(upload, at)
            raise ChecksumMismatch(_("The photo changed on its way. It is sent once more from the start."))
        _keep(upload, cast(BinaryIO, file), at)
    promises.receive_photo(photo_id=upload.pk, at=at)
    return _settle(upload, at, offset=upload.bytes)


def _keep(upload: Upload, file: BinaryIO, at: datetime) -> None:
    try:
        accept_upload(
            file,
            name=upload.name,
            uploader=upload.uploader,
            role=PhotoRole(upload.role),
            at=at,
            photo_id=upload.pk,
        )
    except PhotoRefused as refusal:
        _settle(upload, at, offset=0, refusal={"code": refusal.code, "detail": refusal.detail})
        promises.refuse_photo(photo_id=upload.pk, at=at)
        raise
    point = (upload.point.x, upload.point.y) if upload.point else None
    told = DeviceFacts(upload.taken_at, point, upload.accuracy_m, upload.source)
    keep_device_facts(photo_id=upload.pk, told=told)


def _start_over(upload: Upload, at: datetime) -> None:
    """Back to 0, unless another connection came first: then the pieces read here are not this upload's."""
    with transaction.atomic():
        _require_offset(_lock(upload), upload.offset)
        _settle(upload, at, offset=0)


def _settle(upload: Upload, at: datetime, *, offset: int, **facts: object) -> Upload:
    """Drop the pieces and say how it stands."""
    with transaction.atomic():
        locked = _lock(upload)
        locked.pieces.all().delete()
        for name, value in {"offset": offset, "changed_at": at, **facts}.items():
            setattr(locked, name, value)
        locked.save(update_fields=["offset", "changed_at", *facts])
    return locked


def _lock(upload: Upload) -> Upload:
    locked = lock_rows(Upload.objects.filter(pk=upload.pk)).first()
    if locked is None:  # swept meanwhile
        raise unknown_upload()
    return locked


def _require_offset(upload: Upload, offset: int) -> None:
    if upload.offset != offset:
        words = _("The photo goes on at byte %(offset)d.")
        raise OffsetConflict(words % {"offset": upload.offset}, field="Upload-Offset", offset=upload.offset)
