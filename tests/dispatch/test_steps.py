"""The crew's steps: repeated, late, from two phones, with and without proof."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.gis.geos import Point

from accounts.errors import NotAllowed, NotFound
from dispatch.models import Job, JobStatus, Proof
from dispatch.services import assign, steps
from dispatch.services.proofs import ProofMissing
from dispatch.services.steps import UnknownOutcome, UnknownReason
from dispatch.services.taking import CommandReused, Conflict, Device, TransitionRefused
from live.models import Event
from reports.models import PhotoOrigin, PhotoRole, ReportStatus, Update
from reports.services.claiming import PhotoNotFree
from tests.dispatch.factories import AT, PLACE, Scene, make_crew, make_photo, make_user, rider

pytestmark = pytest.mark.django_db


def kinds(stream: str) -> list[str]:
    return list(Event.objects.filter(stream__name=stream).order_by("offset").values_list("kind", flat=True))


def test_a_job_goes_from_assigned_to_done_and_the_report_follows() -> None:
    scene = Scene()
    job = scene.assign()
    scene.report.refresh_from_db()
    assert (scene.report.status, scene.report.acknowledged_at) == (ReportStatus.PLANNED, AT)
    steps.accept_job(**scene.step(job))
    steps.start_job(**scene.step(job, minutes=10))
    scene.report.refresh_from_db()
    assert scene.report.status == ReportStatus.IN_PROGRESS
    steps.arrive(**scene.step(job, minutes=20))
    photo = make_photo(scene.rider)
    done = steps.finish_job(**scene.step(job, minutes=40), outcome="fixed", photo_ids=[photo.pk]).job
    scene.report.refresh_from_db()
    assert (done.status, done.outcome, done.version) == (JobStatus.DONE, "fixed", 5)
    assert scene.report.status == ReportStatus.RESOLVED
    told = ["job.assigned", "job.accepted", "job.started", "job.arrived", "job.done"]
    assert kinds(scene.crew.stream) == told
    assert [kind for kind in kinds("district:centre") if kind.startswith("job.")] == told
    assert kinds(scene.report.stream) == ["report.planned", "report.in_progress", "report.resolved"]


def test_a_repaired_thing_is_guaranteed_as_its_category_says() -> None:
    scene = Scene()
    scene.report.category.guarantee_days = 365
    scene.report.category.save()
    photo = make_photo(scene.rider)
    steps.finish_job(**scene.step(scene.assign()), outcome="fixed", photo_ids=[photo.pk])
    scene.report.refresh_from_db()
    assert scene.report.guarantee_until == (AT + timedelta(days=365)).date()


def test_the_same_command_three_times_is_one_step() -> None:
    scene = Scene()
    step = scene.step(scene.assign())
    answers = [steps.accept_job(**step) for _ in range(3)]
    assert {(answer.job.version, answer.already) for answer in answers} == {(2, False)}
    assert Job.objects.get().steps.filter(name="accept").count() == 1
    assert kinds(scene.crew.stream).count("job.accepted") == 1


def test_a_retried_command_is_the_same_although_clock_place_and_version_moved_on() -> None:
    scene = Scene()
    step = scene.step(scene.assign())
    steps.accept_job(**step, version=1)
    steps.start_job(**scene.step(step_job(scene), minutes=6))
    again = steps.accept_job(**step, version=2, device=Device(at=AT, point=PLACE))
    assert (again.job.status, again.already) == (JobStatus.ON_THE_WAY, False)


def step_job(scene: Scene) -> Job:
    return Job.objects.get(report=scene.report)


def test_the_same_id_with_other_content_is_refused() -> None:
    scene = Scene()
    step = scene.step(scene.assign())
    steps.accept_job(**step)
    with pytest.raises(CommandReused) as refused:
        steps.start_job(**step)
    assert (refused.value.http_status, refused.value.field) == (422, "id")
    assert step_job(scene).status == JobStatus.ACCEPTED


def test_the_second_phone_of_a_crew_is_told_that_the_step_was_taken() -> None:
    scene = Scene()
    job = scene.assign()
    steps.accept_job(**scene.step(job))
    second = scene.step(job, rider(scene.crew, 1), version=1)
    answer = steps.accept_job(**second)
    assert answer.already
    assert answer.job.version == 2
    assert steps.accept_job(**second).already


def test_a_step_that_the_crew_has_passed_is_no_fault() -> None:
    scene = Scene()
    job = scene.assign()
    steps.arrive(**scene.step(job))
    answer = steps.start_job(**scene.step(job, minutes=6))
    assert (answer.job.status, answer.already) == (JobStatus.ON_SITE, True)


def test_two_phones_finish_and_both_photos_are_kept() -> None:
    scene = Scene()
    job = scene.assign()
    mate = rider(scene.crew, 1)
    first, second = make_photo(scene.rider), make_photo(mate)
    steps.finish_job(**scene.step(job), outcome="fixed", photo_ids=[first.pk])
    answer = steps.finish_job(**scene.step(job, mate), outcome="nothing_found", photo_ids=[second.pk])
    assert answer.already
    assert (answer.job.status, answer.job.outcome) == (JobStatus.DONE, "fixed")
    assert set(Proof.objects.values_list("photo_id", flat=True)) == {first.pk, second.pk}
    assert kinds(scene.crew.stream).count("job.done") == 1


def test_a_phones_view_is_stale_only_by_what_the_desk_changed() -> None:
    scene = Scene()
    job = scene.assign()
    steps.accept_job(**scene.step(job, version=1))
    steps.start_job(**scene.step(job, version=1))
    job.refresh_from_db()
    job.version += 1
    job.save()
    job.steps.create(
        command_id=uuid4(), fingerprint="-", name="note", to_status=job.status, version=job.version, at=AT
    )
    with pytest.raises(Conflict) as refused:
        steps.arrive(**scene.step(job, version=3))
    assert refused.value.data["job"]["version"] == 4
    assert steps.arrive(**scene.step(job, version=4)).job.status == JobStatus.ON_SITE


def test_no_job_is_finished_without_an_after_photo() -> None:
    scene = Scene()
    job = scene.assign()
    with pytest.raises(ProofMissing) as refused:
        steps.finish_job(**scene.step(job), outcome="fixed", photo_ids=[])
    assert (refused.value.http_status, refused.value.field) == (422, "photos")
    assert step_job(scene).status == JobStatus.ASSIGNED


def test_nothing_found_needs_a_photo_of_the_spot_and_rejects_the_report() -> None:
    scene = Scene()
    job = scene.assign()
    with pytest.raises(ProofMissing):
        steps.finish_job(**scene.step(job), outcome="nothing_found", photo_ids=[])
    photo = make_photo(scene.rider)
    steps.finish_job(**scene.step(job), outcome="nothing_found", photo_ids=[photo.pk])
    scene.report.refresh_from_db()
    assert scene.report.status == ReportStatus.REJECTED


def test_made_safe_opens_a_draft_for_the_rest_and_the_report_stays_in_progress() -> None:
    scene = Scene()
    job = scene.assign(note="Behind the school")
    photo = make_photo(scene.rider)
    steps.finish_job(**scene.step(job), outcome="made_safe", photo_ids=[photo.pk])
    rest = Job.objects.get(previous=job)
    scene.report.refresh_from_db()
    assert (rest.status, rest.crew, rest.note) == (JobStatus.DRAFT, None, "Behind the school")
    assert scene.report.status == ReportStatus.IN_PROGRESS
    assert kinds("district:centre")[-3:-1] == ["job.done", "job.drafted"]
    other = make_crew(scene.district)
    sent = scene.assign(other)
    assert sent.pk == rest.pk


@pytest.mark.parametrize("outcome", ["", "done", "FIXED"])
def test_an_unknown_outcome_is_refused(outcome: str) -> None:
    scene = Scene()
    job = scene.assign()
    with pytest.raises(UnknownOutcome):
        steps.finish_job(**scene.step(job), outcome=outcome, photo_ids=[uuid4()])


def test_a_photo_that_is_foreign_or_the_residents_proves_nothing() -> None:
    scene = Scene()
    job = scene.assign()
    residents = make_photo(role=PhotoRole.RESIDENT, report=scene.report)
    for wrong in (make_photo(make_user()).pk, residents.pk):
        with pytest.raises(PhotoNotFree) as refused:
            steps.finish_job(**scene.step(job), outcome="fixed", photo_ids=[wrong])
        assert refused.value.field == "photos"
    residents.refresh_from_db()
    assert residents.role == PhotoRole.RESIDENT
    assert step_job(scene).status == JobStatus.ASSIGNED


def test_a_proof_knows_how_far_from_the_report_and_when_it_was_taken() -> None:
    scene = Scene()
    job = scene.assign()
    near, far = make_photo(scene.rider), make_photo(scene.rider)
    PhotoOrigin.objects.create(photo=near, path="a", taken_at=AT + timedelta(minutes=3))
    PhotoOrigin.objects.create(
        photo=far, path="b", taken_at=AT - timedelta(days=9), point=Point(23.34, PLACE[1], srid=4326)
    )
    place = Device(at=AT, point=(PLACE[0] + 0.0005, PLACE[1]), accuracy_m=8)
    steps.finish_job(**scene.step(job), outcome="fixed", photo_ids=[near.pk, far.pk], device=place)
    proofs = {proof.photo_id: proof for proof in Proof.objects.all()}
    assert proofs[near.pk].distance_m == pytest.approx(41, abs=1)
    assert proofs[far.pk].distance_m == pytest.approx(1486, abs=5)


def test_a_phone_whose_clock_is_an_hour_wrong_changes_no_order() -> None:
    scene = Scene()
    job = scene.assign()
    wrong = Device(at=AT - timedelta(hours=1))
    steps.accept_job(**scene.step(job), device=wrong)
    names = list(job.steps.values_list("name", "device_at"))
    assert names == [("assign", None), ("accept", wrong.at)]
    job.refresh_from_db()
    assert job.accepted_at == AT + timedelta(minutes=5)


def test_a_crew_declines_with_a_reason_and_the_report_waits_again() -> None:
    scene = Scene()
    job = scene.assign()
    with pytest.raises(UnknownReason):
        steps.decline_job(**scene.step(job), reason="lazy")
    with pytest.raises(UnknownReason) as refused:
        steps.decline_job(**scene.step(job), reason="other", note=" ")
    assert refused.value.field == "note"
    steps.decline_job(**scene.step(job), reason="too_far")
    scene.report.refresh_from_db()
    assert scene.report.status == ReportStatus.ACKNOWLEDGED
    event = Event.objects.filter(stream__name=scene.crew.stream).latest("offset")
    assert (event.kind, event.payload["reason"]) == ("job.declined", "too_far")


def test_an_obstacle_is_told_with_its_photo() -> None:
    scene = Scene()
    photo = make_photo(scene.rider, role=PhotoRole.OBSTACLE)
    taken = steps.obstruct_job(**scene.step(scene.assign()), reason="parked_car", photo_ids=[photo.pk])
    photo.refresh_from_db()
    assert taken.job.status == JobStatus.OBSTRUCTED
    assert (photo.report, photo.role) == (scene.report, PhotoRole.OBSTACLE)


def test_looking_at_a_job_is_kept_once_and_leaves_the_version() -> None:
    scene = Scene()
    job = scene.assign()
    seen = steps.mark_seen(**scene.step(job))
    again = steps.mark_seen(**scene.step(job, minutes=9))
    assert (seen.job.seen_at, seen.job.version, seen.already) == (AT + timedelta(minutes=5), 1, False)
    assert (again.job.seen_at, again.already) == (seen.job.seen_at, True)
    assert kinds(scene.crew.stream) == ["job.assigned", "job.seen"]


def test_a_finish_after_the_job_was_taken_away_tells_the_state_as_it_stands() -> None:
    scene = Scene()
    job = scene.assign()
    assign.cancel_job(job_id=job.pk, actor=scene.dispatcher, at=AT, command_id=uuid4())
    with pytest.raises(TransitionRefused) as refused:
        steps.finish_job(**scene.step(job), outcome="fixed", photo_ids=[make_photo(scene.rider).pk])
    assert refused.value.data["job"]["status"] == "cancelled"


def test_strangers_and_other_crews_get_404_and_dispatchers_403() -> None:
    scene = Scene()
    job = scene.assign()
    for stranger in (make_user(), rider(make_crew(scene.district)), Scene("far").dispatcher):
        with pytest.raises(NotFound):
            steps.accept_job(**scene.step(job, stranger))
    with pytest.raises(NotAllowed):
        steps.accept_job(**scene.step(job, scene.dispatcher))
    with pytest.raises(NotFound):
        steps.accept_job(**{**scene.step(job), "job_id": uuid4()})


def test_the_timeline_tells_each_change_of_state_once() -> None:
    scene = Scene()
    job = scene.assign()
    steps.start_job(**scene.step(job))
    steps.finish_job(**scene.step(job), outcome="fixed", photo_ids=[make_photo(scene.rider).pk])
    changes = Update.objects.filter(kind=Update.Kind.STATUS).values_list("status", flat=True)
    assert list(changes) == ["planned", "in_progress", "resolved"]
