"""Two connections that send the same photo at once: one photo, and an offset that is true."""

import hashlib
from io import BytesIO
from uuid import uuid4

import pytest

from accounts.models import User
from dispatch.models import Job, Upload, UploadPiece
from dispatch.services import upload_bytes
from dispatch.services.upload_bytes import OffsetConflict, receive_bytes
from dispatch.services.uploads import Announced, begin_upload
from reports.models import Photo, PhotoRole
from tests.dispatch.factories import AT, Scene
from tests.dispatch.test_races import at_once
from tests.factories import jpeg_bytes

pytestmark = [pytest.mark.postgis, pytest.mark.django_db(transaction=True)]
PICTURE = jpeg_bytes((1280, 960))


def announce(job: Job) -> Announced:
    sha256 = hashlib.sha256(PICTURE).hexdigest()
    return Announced(uuid4(), job.pk, PhotoRole.AFTER, "a.jpg", len(PICTURE), sha256)


def send(upload: Upload, rider: User, start: int, end: int | None = None) -> Upload:
    data = PICTURE[start:end]
    return receive_bytes(
        upload_id=upload.pk, uploader=rider, offset=start, length=len(data), source=BytesIO(data), at=AT
    )


@pytest.mark.parametrize("_try", range(3))
def test_a_photo_announced_twice_at_once_is_one_upload(_try: int) -> None:
    scene = Scene()
    announced = announce(scene.assign())
    answers = at_once(*[lambda: begin_upload(announced=announced, uploader=scene.rider, at=AT)] * 3)
    assert [getattr(answer, "offset", answer) for answer in answers] == [0, 0, 0]
    assert Upload.objects.count() == 1


@pytest.mark.parametrize("_try", range(3))
def test_the_same_piece_sent_twice_at_once_counts_once(_try: int) -> None:
    scene = Scene()
    upload = begin_upload(announced=announce(scene.assign()), uploader=scene.rider, at=AT)
    answers = at_once(*[lambda: send(upload, scene.rider, 0, 3000)] * 2)
    assert sorted(type(answer).__name__ for answer in answers) == ["OffsetConflict", "Upload"]
    refused = next(answer for answer in answers if isinstance(answer, OffsetConflict))
    assert refused.data["offset"] == 3000
    assert UploadPiece.objects.count() == 1
    assert send(upload, scene.rider, 3000).is_complete
    assert Photo.objects.get().sha256 == upload.sha256


@pytest.mark.parametrize("_try", range(3))
def test_the_last_piece_sent_three_times_at_once_makes_one_photo(_try: int) -> None:
    scene = Scene()
    upload = begin_upload(announced=announce(scene.assign()), uploader=scene.rider, at=AT)
    send(upload, scene.rider, 0, 3000)
    answers = at_once(*[lambda: send(upload, scene.rider, 3000)] * 3)
    names = {type(answer).__name__ for answer in answers}
    assert names <= {"Upload", "OffsetConflict"}
    assert "Upload" in names
    upload.refresh_from_db()
    assert (upload.is_complete, UploadPiece.objects.count()) == (True, 0)
    assert Photo.objects.count() == 1


@pytest.mark.parametrize("_try", range(3))
def test_two_connections_that_stream_the_whole_photo_at_once_make_one_photo(
    _try: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upload_bytes, "PIECE_BYTES", 500)
    scene = Scene()
    upload = begin_upload(announced=announce(scene.assign()), uploader=scene.rider, at=AT)
    answers = at_once(*[lambda: send(upload, scene.rider, 0)] * 2)
    assert {type(answer).__name__ for answer in answers} <= {"Upload", "OffsetConflict"}
    upload.refresh_from_db()
    if not upload.is_complete:  # each stopped the other
        send(upload, scene.rider, upload.offset)
    assert Photo.objects.get().sha256 == upload.sha256
