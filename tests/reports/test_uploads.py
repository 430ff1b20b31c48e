"""Photos come in, are claimed, processed, released, and go."""

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import AnonymousUser
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from kombu.exceptions import OperationalError

from accounts.errors import NotAllowed, NotFound
from accounts.models import User
from districts.models import District
from live.models import Event
from reports import tasks
from reports.imaging.refusals import PhotoRefused, ProcessingFailed
from reports.links import private_token
from reports.models import Photo, PhotoRole, PhotoStatus, Report
from reports.selectors.photos import may_see_photo, photo_for_reader
from reports.selectors.public import public_facts, report_for_public
from reports.services.changing import Conflict
from reports.services.erasing import drop_unclaimed_photos
from reports.services.photo_place import propose_place
from reports.services.photos import (
    ReleaseRefused,
    accept_upload,
    attach_photos,
    claim_key,
    part_id,
    photo_for_claim,
    release_photo,
    withhold_photo,
)
from reports.services.processing import GAPS, process_photo, process_waiting_photos
from tests.factories import (
    DAY,
    IN_LEFT,
    IN_RIGHT,
    NOW,
    OUTSIDE,
    jpeg_bytes,
    make_category,
    make_photo,
    make_report,
    make_staff,
    make_user,
)

City = tuple[District, District]
MINUTE = timedelta(minutes=1)
NOBODY = AnonymousUser()


@pytest.fixture
def dispatcher(city: City) -> User:
    return make_staff(city[0])


def ready_photo(role: PhotoRole = PhotoRole.RESIDENT) -> Photo:
    photo = make_photo(role=role)
    process_photo(photo_id=photo.pk, at=NOW)
    photo.refresh_from_db()
    return photo


def stored(name: str) -> bool:
    return default_storage.exists(name)


def test_an_upload_waits_in_private_storage(db: None) -> None:
    photo = make_photo(name="../../My\x00 pothole.jpg")
    assert (photo.status, photo.format, photo.width, photo.height) == (PhotoStatus.PENDING, "jpeg", 640, 480)
    assert photo.name == "../../My pothole.jpg"
    assert photo.origin.path.startswith(f"originals/{photo.pk.hex[:2]}/{photo.pk}")
    with default_storage.open(photo.origin.path) as original:
        assert original.read(3) == b"\xff\xd8\xff"


def test_the_same_id_and_bytes_are_the_same_photo_and_other_bytes_a_conflict(db: None) -> None:
    content, photo_id = jpeg_bytes(), uuid4()
    first = make_photo(content=content, photo_id=photo_id)
    assert make_photo(content=content, photo_id=photo_id, at=NOW + MINUTE) == first
    with pytest.raises(Conflict) as refused:
        make_photo(content=jpeg_bytes(colour=(1, 2, 3)), photo_id=photo_id)
    assert refused.value.field == "photos"
    assert Photo.objects.count() == 1


def test_photos_of_one_form_keep_their_ids_when_it_is_sent_again() -> None:
    form = uuid4()
    assert part_id(form, 0) == part_id(form, 0) != part_id(form, 1)


def test_what_is_no_picture_is_refused_and_leaves_nothing(db: None) -> None:
    with pytest.raises(PhotoRefused) as refused:
        accept_upload(
            ContentFile(b"<html><body>hello</body></html>"),
            name="cat.jpg",
            uploader=None,
            role=PhotoRole.RESIDENT,
            at=NOW,
        )
    assert "cat.jpg" in refused.value.detail
    assert not Photo.objects.exists()


def test_a_broker_that_is_gone_loses_no_photo(
    db: None, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: object
) -> None:
    def refuse(**_options: object) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr(tasks.process_photo, "apply_async", refuse)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        photo = make_photo()
    sent: list[str] = []
    monkeypatch.setattr(tasks.process_photo, "apply_async", lambda args, **_: sent.append(args[0]))
    assert process_waiting_photos(at=NOW) == 0
    assert process_waiting_photos(at=NOW + 2 * MINUTE) == 1
    assert sent == [str(photo.pk)]


def test_a_claim_key_keeps_a_photo_for_a_day(db: None) -> None:
    photo = make_photo()
    key = claim_key(photo)
    assert photo_for_claim(key, at=NOW + DAY - MINUTE) == photo
    assert photo_for_claim(key, at=NOW + DAY) is None
    assert photo_for_claim(f"{photo.pk.hex}:forged", at=NOW) is None
    assert photo_for_claim("", at=NOW) is None


def test_a_claimed_photo_can_not_be_claimed_by_its_key_again(city: City) -> None:
    photo = make_photo()
    make_report(photos=[photo.pk])
    assert photo_for_claim(claim_key(photo), at=NOW) is None


def test_processing_makes_three_pictures_and_tells_the_district_but_not_the_public(city: City) -> None:
    photo = make_photo(content=jpeg_bytes(taken_at=NOW, point=IN_LEFT))
    report = make_report(photos=[photo.pk])
    process_photo(photo_id=photo.pk, at=NOW)
    photo.refresh_from_db()
    assert (photo.status, photo.process_after, len(photo.dhash)) == (PhotoStatus.READY, None, 16)
    assert all(stored(name) for name in (photo.large, photo.small, photo.thumb))
    assert photo.origin.taken_at == NOW
    assert photo.origin.point
    assert photo.origin.point.coords == pytest.approx(IN_LEFT, abs=1e-5)
    told = Event.objects.get(kind="report.photo")
    assert (told.stream.name, told.payload["photos"]) == ("district:left", [str(photo.pk)])
    assert report.version == 1


def test_processing_twice_is_processing_once(city: City) -> None:
    photo = make_photo()
    for _run in range(2):
        process_photo(photo_id=photo.pk, at=NOW)
    assert Photo.objects.get().attempts == 1
    process_photo(photo_id=uuid4(), at=NOW)


def test_a_failing_machine_is_tried_again_with_growing_gaps(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object, name: str, **_options: object) -> None:
        raise ProcessingFailed("busy", name=name)

    monkeypatch.setattr("reports.services.processing.process", fail)
    photo = make_photo()
    at, gaps = NOW, []
    for _attempt in GAPS:
        process_photo(photo_id=photo.pk, at=at)
        photo.refresh_from_db()
        assert photo.process_after
        gaps.append(photo.process_after - at)
        process_photo(photo_id=photo.pk, at=photo.process_after - MINUTE / 2)  # too early: nothing happens
        at = photo.process_after
    assert tuple(gaps) == GAPS
    process_photo(photo_id=photo.pk, at=at)
    photo.refresh_from_db()
    assert (photo.status, photo.attempts) == (PhotoStatus.FAILED, len(GAPS) + 1)


def test_a_broken_photo_fails_and_its_report_is_kept(city: City) -> None:
    photo = make_photo(content=jpeg_bytes()[:700])
    report = make_report(photos=[photo.pk])
    process_photo(photo_id=photo.pk, at=NOW)
    photo.refresh_from_db()
    assert photo.status == PhotoStatus.FAILED
    assert photo.failure
    assert Report.objects.get() == report


def test_an_original_that_is_gone_fails_the_photo(db: None) -> None:
    photo = make_photo()
    Path(default_storage.path(photo.origin.path)).unlink()
    process_photo(photo_id=photo.pk, at=NOW)
    assert Photo.objects.get().status == PhotoStatus.FAILED


def test_nothing_is_public_before_staff_releases_it_nor_after_they_take_it_back(
    city: City, dispatcher: User
) -> None:
    photo = ready_photo()
    report = make_report(photos=[photo.pk])
    assert public_facts(report_for_public(report.code))["photos"] == []
    for _twice in range(2):
        release_photo(photo_id=photo.pk, actor=dispatcher, at=NOW)
    shown = public_facts(report_for_public(report.code))["photos"]
    assert [(found["id"], found["thumb"]) for found in shown] == [
        (str(photo.pk), f"/photos/{photo.pk}/thumb.jpg")
    ]
    assert report.updates.filter(kind="photo", audience="public").count() == 1
    assert Event.objects.filter(kind="report.photo", stream__name=report.stream).count() == 1
    for _twice in range(2):
        withhold_photo(photo_id=photo.pk, actor=dispatcher, at=NOW)
    assert public_facts(report_for_public(report.code))["photos"] == []
    assert not report.updates.filter(kind="photo", audience="public").exists()


def test_only_a_dispatcher_of_the_district_releases_and_only_what_is_ready(
    city: City, dispatcher: User
) -> None:
    photo, waiting = ready_photo(), make_photo()
    make_report(photos=[photo.pk, waiting.pk])
    with pytest.raises(NotFound):
        release_photo(photo_id=photo.pk, actor=make_staff(city[1]), at=NOW)
    with pytest.raises(NotFound):
        release_photo(photo_id=uuid4(), actor=dispatcher, at=NOW)
    with pytest.raises(ReleaseRefused):
        release_photo(photo_id=waiting.pk, actor=dispatcher, at=NOW)


def test_photos_of_some_categories_are_never_public(city: City, dispatcher: User) -> None:
    make_category("violence", photo_policy="never")
    photo = ready_photo()
    make_report(category="violence", photos=[photo.pk])
    with pytest.raises(ReleaseRefused):
        release_photo(photo_id=photo.pk, actor=dispatcher, at=NOW)


def test_who_sees_which_photo(city: City, dispatcher: User) -> None:
    reporter = make_user()
    sent, after = ready_photo(), ready_photo(PhotoRole.AFTER)
    report = make_report(actor=reporter, photos=[sent.pk])
    attach_photos(report_id=report.pk, photo_ids=[after.pk], role=PhotoRole.AFTER, actor=dispatcher, at=NOW)
    token = private_token(report)
    sees: dict[str, tuple[User | AnonymousUser, str]] = {
        "stranger": (NOBODY, ""),
        "resident": (NOBODY, token),
        "reporter": (reporter, ""),
        "district": (dispatcher, ""),
        "other district": (make_staff(city[1]), ""),
        "administrator": (make_staff(None), ""),
    }

    def seen(photo: Photo) -> set[str]:
        found = Photo.objects.get(pk=photo.pk)
        return {name for name, (user, key) in sees.items() if may_see_photo(user, found, key)}

    assert seen(sent) == {"resident", "reporter", "district", "administrator"}
    assert seen(after) == {"district", "administrator"}
    release_photo(photo_id=after.pk, actor=dispatcher, at=NOW)
    assert seen(after) == set(sees)
    with pytest.raises(NotFound):
        photo_for_reader(sent.pk, NOBODY)
    assert photo_for_reader(sent.pk, NOBODY, token) == sent
    Report.objects.update(visibility="hidden")
    assert seen(after) == {"resident", "reporter", "district", "administrator"}


def test_a_waiting_photo_is_seen_by_its_uploader_alone(db: None) -> None:
    rider = make_user()
    photo = make_photo(uploader=rider)
    assert may_see_photo(rider, photo)
    assert not may_see_photo(make_user(), photo)
    assert not may_see_photo(NOBODY, make_photo())


def test_a_neighbour_attaches_nothing(city: City) -> None:
    report, photo = make_report(), make_photo()
    with pytest.raises(NotFound):
        attach_photos(report_id=report.pk, photo_ids=[photo.pk], role=PhotoRole.BEFORE, actor=NOBODY, at=NOW)
    see_only = make_staff(city[1])
    with pytest.raises((NotFound, NotAllowed)):
        attach_photos(
            report_id=report.pk, photo_ids=[photo.pk], role=PhotoRole.BEFORE, actor=see_only, at=NOW
        )


@pytest.mark.parametrize(
    ("taken_at", "point", "proposed"),
    [
        (NOW - timedelta(hours=2), IN_RIGHT, True),
        (NOW - timedelta(hours=25), IN_RIGHT, False),
        (NOW - timedelta(hours=2), OUTSIDE, False),
        (NOW - timedelta(hours=2), None, False),
        (None, IN_RIGHT, False),
    ],
)
def test_a_recent_photo_proposes_its_place(
    city: City, taken_at: object, point: tuple[float, float] | None, proposed: bool
) -> None:
    photo = make_photo(content=jpeg_bytes(taken_at=taken_at, point=point))  # type: ignore[arg-type]
    found = propose_place(photo, at=NOW)
    assert (found is not None) is proposed
    if found is not None:
        assert found == pytest.approx(point, abs=1e-5)


def test_unclaimed_photos_are_dropped_with_their_files(
    city: City, django_capture_on_commit_callbacks: object
) -> None:
    rider = make_user()
    old, crews, claimed = ready_photo(), make_photo(uploader=rider), make_photo()
    make_report(photos=[claimed.pk])
    names = [old.origin.path, old.large, old.small, old.thumb]
    assert drop_unclaimed_photos(at=NOW + DAY - MINUTE) == 0
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        assert drop_unclaimed_photos(at=NOW + DAY) == 1
    assert not any(stored(name) for name in names)
    assert drop_unclaimed_photos(at=NOW + 13 * DAY) == 0
    assert drop_unclaimed_photos(at=NOW + 14 * DAY) == 1
    assert Photo.objects.get() == claimed
    assert crews not in Photo.objects.all()


def test_the_tasks_run_by_their_names(
    city: City, settings: LazySettings, tasks_at_once: None, django_capture_on_commit_callbacks: object
) -> None:
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        make_photo()
    assert Photo.objects.get().status == PhotoStatus.READY
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        name = entry["task"]
        if name.startswith("reports."):
            getattr(tasks, name.rsplit(".", 1)[1])()
