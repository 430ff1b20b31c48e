"""A photo and the command that names it, on two connections at once: neither waits for the other for ever."""

import hashlib
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import pytest

from accounts.models import User
from dispatch.models import Job, JobStatus, Proof
from dispatch.services import assign, promises, steps
from dispatch.services.taking import Taken
from dispatch.services.upload_bytes import receive_bytes
from dispatch.services.uploads import Announced, begin_upload
from live.models import Event
from reports.models import PhotoRole, ReportStatus
from tests.dispatch.factories import AT, Scene, make_photo, rider
from tests.dispatch.test_races import at_once, require_gapless
from tests.factories import jpeg_bytes

pytestmark = [pytest.mark.postgis, pytest.mark.django_db(transaction=True)]
PICTURE = jpeg_bytes((640, 480))
TRIES = 5


def begin(job: Job, uploader: User) -> UUID:
    sha256 = hashlib.sha256(PICTURE).hexdigest()
    announced = Announced(uuid4(), job.pk, PhotoRole.AFTER, "a.jpg", len(PICTURE), sha256)
    return begin_upload(announced=announced, uploader=uploader, at=AT).pk


def send(upload_id: UUID, uploader: User) -> None:
    data = BytesIO(PICTURE)
    receive_bytes(upload_id=upload_id, uploader=uploader, offset=0, length=len(PICTURE), source=data, at=AT)


@pytest.mark.parametrize("_try", range(TRIES))
def test_a_photo_that_arrives_while_the_job_is_finished_finishes_it(_try: int) -> None:
    scene = Scene()
    job = scene.assign()
    upload = begin(job, scene.rider)
    said = {**scene.step(job), "outcome": "fixed", "photo_ids": [upload]}
    at_once(lambda: steps.finish_job(**said), lambda: send(upload, scene.rider))
    job.refresh_from_db()
    scene.report.refresh_from_db()
    assert (job.status, scene.report.status) == (JobStatus.DONE, ReportStatus.RESOLVED)
    assert list(Proof.objects.values_list("photo_id", "is_late")) == [(upload, False)]
    assert Event.objects.filter(stream__name=scene.crew.stream, kind="job.done").count() == 1
    require_gapless()


@pytest.mark.parametrize("_try", range(TRIES))
def test_two_phones_that_finish_and_upload_at_once_make_one_done_job(_try: int) -> None:
    scene = Scene()
    job = scene.assign()
    riders = (scene.rider, rider(scene.crew, 1))
    uploads = [begin(job, one) for one in riders]
    said = [
        {**scene.step(job, one), "outcome": "fixed", "photo_ids": [upload]}
        for one, upload in zip(riders, uploads, strict=True)
    ]
    acts = [lambda step=step: steps.finish_job(**step) for step in said]
    sends = [
        lambda one=one, upload=upload: send(upload, one) for one, upload in zip(riders, uploads, strict=True)
    ]
    answers = at_once(*acts, *sends)
    assert sorted(answer.already for answer in answers if isinstance(answer, Taken)) == [False, True]
    job.refresh_from_db()
    assert job.status == JobStatus.DONE
    assert set(Proof.objects.filter(is_late=False).values_list("photo_id", flat=True)) == set(uploads)
    assert Event.objects.filter(stream__name=scene.crew.stream, kind="job.done").count() == 1
    require_gapless()


@pytest.mark.parametrize("_try", range(TRIES))
def test_the_last_two_photos_that_arrive_at_once_finish_the_job_once(_try: int) -> None:
    scene = Scene()
    job = scene.assign()
    waited = [uuid4(), uuid4()]
    steps.finish_job(**scene.step(job), outcome="fixed", photo_ids=waited)
    for photo_id in waited:
        make_photo(scene.rider, pk=photo_id)
    receive = [
        lambda photo_id=photo_id: promises.receive_photo(photo_id=photo_id, at=AT) for photo_id in waited
    ]
    at_once(*receive, *receive)
    job.refresh_from_db()
    assert (job.status, Proof.objects.count()) == (JobStatus.DONE, 2)
    assert Event.objects.filter(stream__name=scene.crew.stream, kind="job.done").count() == 1


@pytest.mark.parametrize("_try", range(TRIES))
def test_a_job_cancelled_while_its_last_photo_arrives_ends_one_way_and_keeps_the_photo(_try: int) -> None:
    scene = Scene()
    job, photo_id = scene.assign(), uuid4()
    steps.finish_job(**scene.step(job), outcome="fixed", photo_ids=[photo_id])
    make_photo(scene.rider, pk=photo_id)
    said: dict[str, Any] = {"job_id": job.pk, "actor": scene.dispatcher, "at": AT, "command_id": uuid4()}
    at_once(lambda: promises.receive_photo(photo_id=photo_id, at=AT), lambda: assign.cancel_job(**said))
    job.refresh_from_db()
    proof = Proof.objects.get()
    assert (job.status, proof.is_late) in [(JobStatus.DONE, False), (JobStatus.CANCELLED, True)]
    assert proof.photo.report == scene.report
    require_gapless()
