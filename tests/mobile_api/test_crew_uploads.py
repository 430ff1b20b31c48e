"""Photos in pieces over tus 1.0: begun, interrupted, gone on with, checked, kept as any other photo."""

import hashlib
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.conf import LazySettings
from django.core.files.storage import default_storage
from django.test import Client
from django.utils.http import parse_http_date

from accounts.models import User
from dispatch.models import Crew, CrewMember, Job, Upload, UploadPiece
from dispatch.services import upload_bytes
from dispatch.services.assign import assign_job, cancel_job
from dispatch.services.steps import accept_job
from dispatch.services.uploads import drop_stale_uploads
from reports.models import Category, Photo, PhotoOrigin, PhotoRole, Report
from tests.factories import IN_LEFT, NOW, jpeg_bytes, make_report, make_staff, make_user
from tests.mobile_api.clients import assert_described, signed_in
from tests.mobile_api.tus import BYTES, TUS, UPLOADS, Sending

PICTURE = jpeg_bytes((1280, 960))


@pytest.fixture
def report(pothole: Category) -> Report:
    return make_report()


@pytest.fixture
def rider(report: Report) -> User:
    crew = Crew.objects.create(district=report.district, name="Left 1", is_on_duty=True)
    user = make_user(name="Rider")
    CrewMember.objects.create(crew=crew, user=user)
    return user


@pytest.fixture
def job(report: Report, rider: User) -> Job:
    crew, actor = Crew.objects.get(), make_staff(report.district)
    return assign_job(report_id=report.pk, crew_id=crew.pk, actor=actor, at=NOW, command_id=uuid4()).job


@pytest.fixture
def device(rider: User) -> Client:
    return signed_in(rider)


@pytest.fixture
def sending(device: Client, job: Job) -> Sending:
    return Sending(device, job.pk, PICTURE)


@pytest.fixture
def _small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upload_bytes, "PIECE_BYTES", 1000)


def offset_of(answer: Any) -> int:
    return int(answer["Upload-Offset"])


def test_a_photo_sent_in_pieces_is_kept_as_one_sent_whole(sending: Sending, rider: User) -> None:
    begun = sending.begin()
    assert (begun.status_code, begun["Location"], offset_of(begun)) == (201, sending.address, 0)
    for start in range(0, len(PICTURE), 700):
        sent = sending.send(start, start + 700)
        assert (sent.status_code, offset_of(sent)) == (204, min(start + 700, len(PICTURE)))
    photo = Photo.objects.get()
    assert (str(photo.pk), photo.uploader, photo.role) == (sending.id, rider, PhotoRole.AFTER)
    assert (photo.bytes, photo.sha256) == (len(PICTURE), sending.facts["sha256"])
    with default_storage.open(photo.origin.path) as kept:
        assert kept.read() == PICTURE
    assert not UploadPiece.objects.exists()


def test_a_client_that_was_cut_off_asks_where_to_go_on(sending: Sending) -> None:
    sending.begin()
    sending.send(0, 600)
    asked = sending.ask()
    assert (asked.status_code, offset_of(asked), asked["Upload-Length"]) == (200, 600, str(len(PICTURE)))
    assert (asked["Cache-Control"], asked["Tus-Resumable"]) == ("no-store", "1.0.0")
    assert not Photo.objects.exists()
    assert sending.send(600).status_code == 204
    assert offset_of(sending.ask()) == len(PICTURE)


def test_announcing_the_same_again_tells_how_far_it_is(sending: Sending) -> None:
    assert offset_of(sending.begin()) == 0
    sending.send(0, 600)
    again = sending.begin()
    assert (again.status_code, again["Location"], offset_of(again)) == (201, sending.address, 600)
    sending.send(600)
    assert offset_of(sending.begin()) == len(PICTURE)
    assert Upload.objects.count() == 1


def test_a_photo_that_came_whole_leaves_nothing_to_send(sending: Sending) -> None:
    sending.device.post("/api/v1/crew/photos/", {"id": sending.id, "role": "after", "file": BytesIO(PICTURE)})
    begun = sending.begin()
    assert (begun.status_code, offset_of(begun)) == (201, len(PICTURE))
    other = Sending(sending.device, sending.facts["job"], jpeg_bytes(colour=(1, 2, 3)), id=sending.id)
    assert other.begin().status_code == 409


@pytest.mark.parametrize("other", [{"role": "obstacle"}, {"lat": 1, "lon": 2}, {"sha256": "0" * 64}])
def test_the_same_id_with_other_facts_is_a_conflict(sending: Sending, other: dict[str, object]) -> None:
    sending.begin()
    answer = Sending(sending.device, sending.facts["job"], PICTURE, **(sending.facts | other)).begin()
    assert (answer.status_code, answer.json()["field"]) == (409, "id")
    assert_described(answer, "crew/uploads/", "post")


def test_bytes_at_a_wrong_place_are_refused_with_the_right_one(sending: Sending) -> None:
    sending.begin()
    sending.send(0, 600)
    for start in (0, 500, 700):
        answer = sending.send(start, start + 10)
        assert (answer.status_code, offset_of(answer)) == (409, 600)
        assert answer.json()["offset"] == 600
        assert_described(answer, "crew/uploads/{upload_id}/", "patch")
    assert sending.send(600).status_code == 204


def test_a_photo_that_changed_on_its_way_is_sent_again_from_the_start(sending: Sending) -> None:
    sending.begin()
    sending.device.patch(
        sending.address, b"x" * 600, content_type=BYTES, headers=TUS | {"Upload-Offset": "0"}
    )
    answer = sending.send(600)
    assert (answer.status_code, answer.json()["code"]) == (460, "checksum_mismatch")
    assert offset_of(sending.ask()) == 0
    assert not UploadPiece.objects.exists()
    assert sending.send(0).status_code == 204
    assert Photo.objects.get().sha256 == sending.facts["sha256"]


def test_what_is_no_picture_is_refused_for_good(device: Client, job: Job) -> None:
    sending = Sending(device, job.pk, b"<svg>" * 400, filename="after.jpg")
    sending.begin()
    first = sending.send(0)
    assert (first.status_code, first.json()["code"]) == (422, "photo_unsupported_format")
    for again in (sending.begin(), sending.send(0)):
        assert (again.status_code, again.json()["code"]) == (422, "photo_unsupported_format")
    assert sending.ask().status_code == 422
    assert not Photo.objects.exists()
    assert not UploadPiece.objects.exists()


def test_too_many_bytes_are_refused_before_any_is_kept(sending: Sending, settings: LazySettings) -> None:
    assert sending.begin().status_code == 201
    long = TUS | {"Upload-Offset": "0"}
    answer = sending.device.patch(sending.address, PICTURE + b"!", content_type=BYTES, headers=long)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    settings.PHOTO_MAX_BYTES = len(PICTURE) - 1
    larger = Sending(sending.device, sending.facts["job"], PICTURE).begin()
    assert (larger.status_code, larger.json()["field"]) == (413, "Upload-Length")
    assert not UploadPiece.objects.exists()


@pytest.mark.usefixtures("_small_pieces")
def test_what_came_of_a_broken_request_is_kept(sending: Sending) -> None:
    class Broken(BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell() >= 2500:
                raise OSError("the line is dead")
            return super().read(min(size or 0, 2500 - self.tell()))

    sending.begin()
    upload = Upload.objects.get()
    with pytest.raises(OSError, match="dead"):
        upload_bytes.receive_bytes(
            upload_id=upload.pk,
            uploader=upload.uploader,
            offset=0,
            length=len(PICTURE),
            source=Broken(PICTURE),
            at=NOW,
        )
    assert offset_of(sending.ask()) == 2500
    assert sending.send(2500).status_code == 204
    assert Photo.objects.get().sha256 == hashlib.sha256(PICTURE).hexdigest()


def test_what_the_phone_knows_of_the_photo_is_kept_in_private(device: Client, job: Job) -> None:
    taken_at = NOW - timedelta(minutes=5)
    facts = {"lat": IN_LEFT[1], "lon": IN_LEFT[0], "accuracy": 7.5, "source": "camera"}
    Sending(device, job.pk, PICTURE, taken_at=taken_at.isoformat(), **facts).whole()
    origin = PhotoOrigin.objects.get()
    assert origin.point
    assert (origin.taken_at, origin.point.coords) == (taken_at, IN_LEFT)
    assert (origin.accuracy_m, origin.source) == (7.5, "camera")


@pytest.mark.parametrize(
    ("facts", "named"),
    [
        ({"id": "x"}, "id"),
        ({"job": "x"}, "job"),
        ({"role": "resident"}, "role"),
        ({"sha256": "00"}, "sha256"),
        ({"taken_at": "soon"}, "taken_at"),
        ({"lat": 91, "lon": 0}, "lat"),
        ({"accuracy": -1}, "accuracy"),
        ({"source": "drone"}, "source"),
    ],
)
def test_a_fact_that_can_not_be_taken_is_named(
    device: Client, job: Job, facts: dict[str, object], named: str
) -> None:
    answer = Sending(device, job.pk, PICTURE, **facts).begin()
    assert (answer.status_code, answer.json()["field"]) == (422, named)
    assert_described(answer, "crew/uploads/", "post")
    assert not Upload.objects.exists()


@pytest.mark.parametrize(
    ("headers", "named"),
    [
        ({"Upload-Length": "many"}, "Upload-Length"),
        ({"Upload-Length": "0"}, "Upload-Length"),
        ({"Upload-Metadata": "id !!!"}, "id"),
        ({"Upload-Metadata": "x" * 5000}, "Upload-Metadata"),
    ],
)
def test_a_header_that_can_not_be_read_is_named(
    sending: Sending, headers: dict[str, str], named: str
) -> None:
    answer = sending.begin(**headers)
    assert (answer.status_code, answer.json()["field"]) == (422, named)


def test_another_version_of_the_protocol_is_told_which_one_is_spoken(sending: Sending) -> None:
    for answer in (sending.begin(**{"Tus-Resumable": "0.2.2"}), sending.device.head(sending.address)):
        assert (answer.status_code, answer["Tus-Version"]) == (412, "1.0.0")
    spoken = sending.device.options(UPLOADS)
    assert (spoken.status_code, spoken["Tus-Version"], spoken["Tus-Max-Size"]) == (204, "1.0.0", "25000000")
    assert spoken["Tus-Extension"] == "creation,expiration"


def test_a_body_of_another_kind_is_refused(sending: Sending) -> None:
    sending.begin()
    answer = sending.device.patch(
        sending.address, PICTURE, content_type="image/jpeg", headers=TUS | {"Upload-Offset": "0"}
    )
    assert (answer.status_code, offset_of(sending.ask())) == (415, 0)


def test_somebody_elses_upload_is_not_there(sending: Sending, job: Job) -> None:
    sending.begin()
    mate = make_user()
    CrewMember.objects.create(crew=Crew.objects.get(), user=mate)
    theirs = Sending(signed_in(mate), job.pk, PICTURE, **sending.facts)
    assert [answer.status_code for answer in (theirs.begin(), theirs.ask(), theirs.send(0))] == [404] * 3
    sending.send(0)
    assert theirs.begin().status_code == 404
    stranger = signed_in(make_user())
    assert stranger.head(sending.address, headers=TUS).status_code == 403
    assert Client().patch(sending.address, b"", content_type=BYTES, headers=TUS).status_code == 401


def test_a_photo_of_another_crews_job_is_not_begun(device: Client, report: Report, rider: User) -> None:
    other = Crew.objects.create(district=report.district, name="Left 2")
    actor = make_staff(report.district)
    job = assign_job(report_id=report.pk, crew_id=other.pk, actor=actor, at=NOW, command_id=uuid4()).job
    for unknown in (job.pk, uuid4()):
        answer = Sending(device, unknown, PICTURE).begin()
        assert (answer.status_code, answer.json()["field"]) == (404, "job")


def test_a_photo_of_a_job_that_was_taken_away_still_comes_in(sending: Sending, rider: User, job: Job) -> None:
    accept_job(job_id=job.pk, actor=rider, at=NOW, command_id=uuid4())
    cancel_job(job_id=job.pk, actor=job.created_by, at=NOW, command_id=uuid4())
    CrewMember.objects.all().delete()  # and its rider left the crew
    sending.whole()
    assert Photo.objects.get().uploader == rider


def test_uploads_that_nobody_goes_on_with_are_forgotten(
    sending: Sending, frozen_clock: time_machine.Traveller
) -> None:
    expires = parse_http_date(sending.begin()["Upload-Expires"])
    assert expires == (NOW + timedelta(days=14)).timestamp()
    sending.send(0, 600)
    assert drop_stale_uploads(at=NOW + timedelta(days=13)) == 0
    assert drop_stale_uploads(at=NOW + timedelta(days=14)) == 1
    assert not UploadPiece.objects.exists()
    assert sending.ask().status_code == 404
    assert offset_of(sending.begin()) == 0


def test_nobody_begins_photos_without_end(device: Client, job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dispatch.services.uploads.OPEN_AT_MOST", 2)
    done = Sending(device, job.pk, PICTURE).whole()
    for _time in range(2):
        assert Sending(device, job.pk, PICTURE).begin().status_code == 201
    refused = Sending(device, job.pk, PICTURE).begin()
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_uploads")
    assert done.begin().status_code == 201


def test_pieces_are_counted_apart_from_commands(sending: Sending, settings: LazySettings) -> None:
    rates = dict.fromkeys(("crew", "crew-upload"), "2/hour")
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": rates}
    sending.begin()
    sending.send(0, 600)
    assert sending.send(600).status_code == 429
    assert sending.device.get("/api/v1/crew/jobs/").status_code == 200
