"""Finished work is marked once its photos are ready, and the desk accepts it or sends it back."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.test import Client

from accounts.errors import NotAllowed, NotFound
from accounts.models import User
from dispatch.models import Job, JobStatus, Proof, ProofReview
from dispatch.selectors.reviews import list_reviews
from dispatch.services.reviews import AlreadyDecided, accept_proof, check_finished_proofs, send_back_proof
from dispatch.services.steps import arrive, finish_job
from dispatch.services.taking import Device
from districts.models import Role
from live.models import Event
from reports.models import Photo, PhotoOrigin, PhotoRole, PhotoStatus, Report, ReportStatus
from reports.services.reasons import ReasonMissing
from reports.services.resident import confirm_report
from reports.workflow import TransitionRefused
from tests.dispatch.factories import AT, PLACE, Scene, make_photo, make_staff

pytestmark = pytest.mark.django_db
NEAR = Device(point=PLACE)
FAR = Device(point=(PLACE[0] + 0.01, PLACE[1]))


@pytest.fixture(autouse=True)
def _no_sample(settings: LazySettings) -> None:
    settings.PROOF_SAMPLE_PERCENT = 0


def finish(
    scene: Scene, *, device: Device = NEAR, status: PhotoStatus = PhotoStatus.READY, **photo: Any
) -> Job:
    job = scene.assign()
    arrive(**scene.step(job, minutes=10))
    picture = make_photo(scene.rider, status=status, **photo)
    PhotoOrigin.objects.create(photo=picture, path="x", taken_at=AT + timedelta(minutes=15))
    said = scene.step(job, minutes=20, device=device)
    return finish_job(outcome="fixed", photo_ids=[picture.pk], **said).job


def check() -> int:
    return check_finished_proofs(at=AT + timedelta(minutes=30))


def send_back(job: Job, actor: User, **words: Any) -> ProofReview:
    said = {"note": "The edge is still broken.", "command_id": uuid4(), **words}
    return send_back_proof(job_id=job.pk, actor=actor, at=AT + timedelta(hours=1), **said)


def test_work_without_a_mark_asks_nobody() -> None:
    job = finish(Scene())
    assert check() == 1
    assert Proof.objects.get().checks == {
        "marks": [],
        "minutes_from_arrival": 5.0,
        "same_as_job": None,
    }
    assert not ProofReview.objects.filter(job=job).exists()
    assert check() == 0


@pytest.mark.parametrize(("waited", "wrong"), [(180, 0), (0, 60), (0, -60)])
def test_a_day_without_a_network_and_a_wrong_clock_are_no_mark(waited: int, wrong: int) -> None:
    """Minutes until the network was there, and by which the phone's clock is wrong."""
    scene = Scene()
    job = scene.assign()

    def tap(minutes: int) -> dict[str, Any]:
        device = Device(at=AT + timedelta(minutes=minutes + wrong), point=PLACE)
        return scene.step(job, minutes=minutes + waited, device=device)

    arrive(**tap(10))
    picture = make_photo(scene.rider, status=PhotoStatus.READY)
    taken_at = AT + timedelta(minutes=15 + wrong)
    PhotoOrigin.objects.create(photo=picture, path="x", taken_at=taken_at)
    finish_job(outcome="fixed", photo_ids=[picture.pk], **tap(20))
    check_finished_proofs(at=AT + timedelta(hours=5))
    checks = Proof.objects.get().checks
    assert (checks["marks"], checks["minutes_from_arrival"]) == ([], 5.0)


def test_a_marked_proof_is_put_before_the_desk_once() -> None:
    scene = Scene()
    job = finish(scene, device=FAR)
    assert check() == 1
    assert check() == 0
    rows, waiting = list_reviews(scene.district)
    assert (waiting, rows[0].review.job, rows[0].reasons) == (1, job, ["taken far from the place"])
    assert Event.objects.filter(kind="job.review", stream__name="district:centre").count() == 1


def test_a_sample_of_unmarked_proofs_is_looked_at_too(settings: LazySettings) -> None:
    settings.PROOF_SAMPLE_PERCENT = 100
    finish(Scene())
    check()
    assert ProofReview.objects.get().reasons == []


def test_nothing_is_judged_before_the_photo_is_ready() -> None:
    scene = Scene()
    finish(scene, device=FAR, status=PhotoStatus.PENDING)
    assert check() == 0
    Photo.objects.update(status=PhotoStatus.READY)
    assert check() == 1


def test_a_picture_that_proved_another_job_is_found() -> None:
    dhash = "a5c3f00f3c5a9669"
    first, second = Scene(), Scene()
    earlier = finish(first, dhash=dhash)
    check()
    finish(second, dhash=dhash)
    check()
    review = ProofReview.objects.get()
    assert review.reasons == ["used_before"]
    assert review.job.proofs.get().checks["same_as_job"] == str(earlier.pk)


def test_a_picture_of_the_fault_itself_is_found() -> None:
    scene = Scene()
    Photo.objects.create(
        report=scene.report,
        role=PhotoRole.RESIDENT,
        dhash="a5c3f00f3c5a9669",
        bytes=1,
        sha256="7" * 64,
        uploaded_at=AT,
    )
    finish(scene, dhash="a5c3f00f3c5a9668")
    check()
    assert ProofReview.objects.get().reasons == ["like_before"]


def test_accepting_twice_is_accepting_once() -> None:
    scene = Scene()
    job = finish(scene, device=FAR)
    check()
    for _ in range(2):
        accept_proof(job_id=job.pk, actor=scene.dispatcher, at=AT)
    assert list_reviews(scene.district) == ([], 0)
    with pytest.raises(AlreadyDecided):
        send_back(job, scene.dispatcher)


def test_work_that_is_sent_back_is_in_progress_again_with_a_job_to_give() -> None:
    scene = Scene()
    job = finish(scene, device=FAR)
    due = Report.objects.get().resolve_due_at
    check()
    again = uuid4()
    for _ in range(2):
        send_back(job, scene.dispatcher, command_id=again)
    report = Report.objects.get()
    assert (report.status, report.needs_crew, report.resolved_at) == (ReportStatus.IN_PROGRESS, True, None)
    assert report.resolve_due_at == due
    draft = report.jobs.get(status=JobStatus.DRAFT)
    assert (draft.previous, draft.note) == (job, "The edge is still broken.")
    assert "comes again" in report.updates.order_by("-pk").values_list("text", flat=True)[0]


def test_what_was_sent_back_is_fixed_only_by_new_work() -> None:
    scene = Scene()
    job = finish(scene, device=FAR)
    check()
    send_back(job, scene.dispatcher)
    second = scene.assign(at=AT + timedelta(hours=2))
    assert Report.objects.get().status == ReportStatus.PLANNED
    photo = make_photo(scene.rider)
    finish_job(outcome="fixed", photo_ids=[photo.pk], **scene.step(second, minutes=150))
    assert Report.objects.get().status == ReportStatus.RESOLVED


def test_what_the_resident_has_confirmed_is_not_sent_back() -> None:
    scene = Scene()
    job = finish(scene, device=FAR)
    check()
    operator = make_staff(scene.district, Role.OPERATOR)
    confirm_report(report_id=scene.report.pk, actor=operator, at=AT + timedelta(minutes=40))
    with pytest.raises(TransitionRefused):
        send_back(job, scene.dispatcher)
    assert ProofReview.objects.get().verdict == ""


def test_sending_back_needs_words_and_a_dispatcher_of_the_district() -> None:
    scene = Scene()
    job = finish(scene, device=FAR)
    check()
    with pytest.raises(ReasonMissing):
        send_back(job, scene.dispatcher, note=" ")
    with pytest.raises(NotAllowed):
        accept_proof(job_id=job.pk, actor=make_staff(scene.district, Role.OPERATOR), at=AT)
    with pytest.raises(NotFound):
        accept_proof(job_id=job.pk, actor=Scene("far").dispatcher, at=AT)
    with pytest.raises(NotFound):
        accept_proof(job_id=uuid4(), actor=scene.dispatcher, at=AT)


def test_the_page_shows_the_reason_and_its_buttons_do_their_work(django_assert_max_num_queries: Any) -> None:
    scene = Scene()
    jobs = [finish(scene, device=FAR)]
    other = Scene()
    other.dispatcher = scene.dispatcher
    jobs.append(finish(other, device=FAR))
    check()
    desk = Client()
    desk.force_login(scene.dispatcher)
    with django_assert_max_num_queries(12):
        page = desk.get("/desk/proofs/").content.decode()
    assert page.count("taken far from the place") == 2
    said = {"id": str(uuid4()), "note": "Once more, please."}
    answer = desk.post(f"/desk/proofs/{jobs[0].pk}/send-back/", said, follow=True).content.decode()
    assert "choose a crew" in answer
    refused = desk.post(f"/desk/proofs/{jobs[1].pk}/send-back/", {"id": str(uuid4())}, follow=True)
    assert ProofReview.objects.get(job=jobs[1]).verdict == ""
    assert refused.status_code == 200
    desk.post(f"/desk/proofs/{jobs[1].pk}/accept/")
    assert "No proof waits" in desk.get("/desk/proofs/").content.decode()
