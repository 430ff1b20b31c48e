"""A job whose proof is still on its way: it waits with its outcome, and every way in which that can end."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import LazySettings
from django.contrib.gis.geos import Point

from dispatch.models import CrewMember, Job, JobStatus, PhotoPromise, Proof, Upload
from dispatch.services import assign, promises, steps
from dispatch.services.replacing import replace_photo
from dispatch.services.taking import Device
from dispatch.services.uploads import drop_stale_uploads
from dispatch.services.waiting import keep_promises
from live.models import Event
from reports.models import Matter, PhotoOrigin, PhotoRole, Report, ReportStatus
from reports.services.claiming import PhotoNotFree
from tests.dispatch.factories import AT, PLACE, Scene, make_crew, make_photo, make_user, rider

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(hours=2)
S = JobStatus


class Pending(Scene):
    """A crew that has finished; two photos are still on its phone unless said otherwise."""

    def __init__(self, *, photos: int = 2, outcome: str = "fixed", here: int = 0) -> None:
        super().__init__()
        self.job = self.assign(note="Behind the school")
        self.waited = [uuid4() for _ in range(photos)]
        kept = [make_photo(self.rider).pk for _ in range(here)]
        place = Device(at=AT, point=(PLACE[0] + 0.0005, PLACE[1]), accuracy_m=8)
        self.said = {**self.step(self.job), "outcome": outcome, "photo_ids": [*kept, *self.waited]}
        self.taken = steps.finish_job(**self.said, device=place)

    def arrive(self, photo_id: UUID, **fields: Any) -> None:
        make_photo(fields.pop("uploader", self.rider), pk=photo_id, **fields)
        promises.receive_photo(photo_id=photo_id, at=LATER)

    def refuse(self, photo_id: UUID) -> None:
        promises.refuse_photo(photo_id=photo_id, at=LATER)

    @property
    def status(self) -> str:
        self.job.refresh_from_db()
        return self.job.status

    @property
    def report_status(self) -> str:
        self.report.refresh_from_db()
        return self.report.status

    def told(self) -> list[str]:
        events = Event.objects.filter(stream__name=self.crew.stream).order_by("offset")
        return [kind for kind in events.values_list("kind", flat=True) if kind != "job.assigned"]


def test_a_job_waits_for_its_photos_and_is_done_when_the_last_is_here() -> None:
    scene = Pending(here=1)
    assert (scene.status, scene.job.outcome, scene.report_status) == (
        S.PROOF_PENDING,
        "fixed",
        ReportStatus.IN_PROGRESS,
    )
    first, last = scene.waited
    scene.arrive(first)
    assert scene.status == S.PROOF_PENDING
    scene.arrive(last)
    assert (scene.status, scene.report_status) == (S.DONE, ReportStatus.RESOLVED)
    assert scene.told() == ["job.proof_pending", "job.photo", "job.done"]
    assert Proof.objects.filter(job=scene.job, is_late=False).count() == 3
    assert [step.name for step in scene.job.steps.all()] == ["assign", "promise", "prove"]


def test_the_same_finish_three_times_promises_once() -> None:
    scene = Pending()
    for _time in range(2):
        answer = steps.finish_job(**scene.said)
        assert (answer.job.status, answer.already) == (S.PROOF_PENDING, False)
    assert PhotoPromise.objects.count() == 2
    for photo_id in scene.waited:
        scene.arrive(photo_id)
    assert steps.finish_job(**scene.said).job.status == S.DONE
    assert scene.told().count("job.done") == 1


def test_a_photo_told_twice_counts_once() -> None:
    scene = Pending(photos=1)
    scene.arrive(scene.waited[0])
    promises.receive_photo(photo_id=scene.waited[0], at=LATER)
    assert (scene.status, Proof.objects.count()) == (S.DONE, 1)
    assert scene.told() == ["job.proof_pending", "job.done"]


def test_a_promised_photo_without_a_place_takes_the_one_of_the_tap() -> None:
    scene = Pending(photos=2)
    silent, telling = scene.waited
    scene.arrive(silent)
    photo = make_photo(scene.rider, pk=telling)
    PhotoOrigin.objects.create(photo=photo, path="b", point=Point(23.34, PLACE[1], srid=4326))
    promises.receive_photo(photo_id=telling, at=LATER)
    metres = dict(Proof.objects.values_list("photo_id", "distance_m"))
    assert metres[silent] == pytest.approx(41, abs=1)
    assert metres[telling] == pytest.approx(1486, abs=5)


def test_made_safe_opens_its_draft_when_the_proof_is_here() -> None:
    scene = Pending(photos=1, outcome="made_safe")
    assert not Job.objects.filter(previous=scene.job).exists()
    scene.arrive(scene.waited[0])
    rest = Job.objects.get(previous=scene.job)
    assert (rest.status, rest.note) == (S.DRAFT, "Behind the school")
    assert scene.report_status == ReportStatus.IN_PROGRESS


def test_the_crews_other_phone_is_told_that_it_is_finished_and_its_photo_is_kept_too() -> None:
    scene = Pending(photos=1)
    mate = rider(scene.crew, 1)
    extra = uuid4()
    said = scene.step(scene.job, mate)
    answer = steps.finish_job(**said, outcome="nothing_found", photo_ids=[make_photo(mate).pk, extra])
    assert (answer.already, answer.job.status, answer.job.outcome) == (True, S.PROOF_PENDING, "fixed")
    scene.arrive(scene.waited[0])
    assert scene.status == S.PROOF_PENDING
    scene.arrive(extra, uploader=mate)
    assert (scene.status, scene.job.outcome, Proof.objects.count()) == (S.DONE, "fixed", 3)


def test_a_mates_phone_may_bring_in_the_promised_photo_and_a_strangers_may_not() -> None:
    scene = Pending(photos=2)
    first, second = scene.waited
    scene.arrive(first, uploader=rider(scene.crew, 1))
    scene.arrive(second, uploader=make_user())
    assert scene.status == S.PROOF_PENDING
    assert list(Proof.objects.values_list("photo_id", flat=True)) == [first]


def test_what_is_no_picture_is_let_go_when_other_proof_is_here() -> None:
    scene = Pending(photos=1, here=1)
    scene.refuse(scene.waited[0])
    scene.refuse(scene.waited[0])
    assert scene.status == S.DONE
    assert scene.told() == ["job.proof_pending", "job.photo_refused", "job.done"]


def test_a_job_whose_only_photo_is_no_picture_waits_for_another_one() -> None:
    scene = Pending(photos=1)
    scene.refuse(scene.waited[0])
    assert scene.status == S.PROOF_PENDING
    other = uuid4()
    steps.finish_job(**scene.step(scene.job), outcome="fixed", photo_ids=[other])
    scene.arrive(other)
    assert scene.status == S.DONE


def test_the_crew_names_another_photo_for_one_that_is_lost() -> None:
    scene = Pending(photos=1)
    lost, other = scene.waited[0], uuid4()
    swap = {**scene.step(scene.job), "photo_id": lost, "by": other}
    for _twice in range(2):
        replace_photo(**swap)
    promise = PhotoPromise.objects.get(pk=lost)
    assert (promise.ending, promise.replaced_by) == ("replaced", other)
    scene.arrive(other)
    assert scene.status == S.DONE
    scene.arrive(lost)
    assert set(Proof.objects.values_list("photo_id", flat=True)) == {lost, other}
    assert scene.told()[-2:] == ["job.done", "job.photo"]


def test_a_replacement_that_is_here_already_finishes_the_job() -> None:
    scene = Pending(photos=1)
    photo = make_photo(scene.rider)
    replace_photo(**scene.step(scene.job), photo_id=scene.waited[0], by=photo.pk)
    assert scene.status == S.DONE


def test_only_what_was_promised_can_be_replaced() -> None:
    scene = Pending(photos=1)
    with pytest.raises(PhotoNotFree) as refused:
        replace_photo(**scene.step(scene.job), photo_id=uuid4(), by=uuid4())
    assert refused.value.field == "photo"


@pytest.mark.parametrize("act", ["cancel", "reassign", "recall"])
def test_a_photo_that_comes_after_the_job_was_taken_away_is_kept_without_effect(act: str) -> None:
    scene = Pending(photos=1)
    said: dict[str, Any] = {
        "job_id": scene.job.pk,
        "actor": scene.dispatcher,
        "at": AT,
        "command_id": uuid4(),
    }
    if act == "cancel":
        assign.cancel_job(**said)
    elif act == "recall":
        assign.recall_job(**said)
    else:
        assign.reassign_job(**said, crew_id=make_crew(scene.district).pk)
    before = (scene.status, scene.report_status)
    assert (scene.job.outcome, scene.job.ended_at) == ("", AT)
    scene.arrive(scene.waited[0])
    assert (scene.status, scene.report_status) == before
    proof = Proof.objects.get()
    assert (proof.is_late, proof.photo.report, proof.created_at) == (True, scene.report, LATER)
    assert scene.told()[-1] == "job.proof_late"
    districts = Event.objects.filter(stream__name="district:centre").latest("offset")
    assert (districts.kind, districts.payload["photo"]) == ("job.proof_late", str(scene.waited[0]))


def test_a_photo_of_an_obstacle_may_come_after_its_word() -> None:
    scene = Scene()
    job, photo_id = scene.assign(), uuid4()
    taken = steps.obstruct_job(**scene.step(job), reason="parked_car", photo_ids=[photo_id])
    assert taken.job.status == S.OBSTRUCTED
    photo = make_photo(scene.rider, pk=photo_id)
    promises.receive_photo(photo_id=photo_id, at=LATER)
    photo.refresh_from_db()
    assert (photo.report, photo.role) == (scene.report, PhotoRole.OBSTACLE)


def test_nobody_promises_one_photo_to_two_jobs() -> None:
    scene = Pending(photos=1)
    other = Scene("north")
    with pytest.raises(PhotoNotFree):
        steps.finish_job(**other.step(other.assign()), outcome="fixed", photo_ids=scene.waited)


def test_the_sweep_finds_photos_and_jobs_that_a_killed_process_left() -> None:
    scene, refused = Pending(photos=1), Pending(photos=1, here=1)
    make_photo(scene.rider, pk=scene.waited[0])  # and the process died before the job was told
    upload: dict[str, Any] = {
        "job": refused.job,
        "uploader": refused.rider,
        "role": "after",
        "bytes": 9,
        "sha256": "0" * 64,
    }
    Upload.objects.create(
        id=refused.waited[0], fingerprint="", began_at=AT, changed_at=AT, refusal={"code": "x"}, **upload
    )
    halfway = Pending(photos=1, here=1)
    PhotoPromise.objects.filter(pk=halfway.waited[0]).update(ended_at=AT, ending="kept")
    keep_promises(at=LATER)
    assert [one.status for one in (scene, refused, halfway)] == [S.DONE] * 3
    count = Event.objects.count()
    keep_promises(at=LATER)
    assert Event.objects.count() == count


def test_the_desk_is_told_once_when_the_photo_does_not_come(settings: LazySettings) -> None:
    scene = Pending(photos=1)
    settings.PROOF_WAIT_HOURS = 24
    keep_promises(at=AT + timedelta(hours=23))
    assert not Matter.objects.exists()
    for hours in (25, 50):
        keep_promises(at=AT + timedelta(hours=hours))
    assert (Matter.objects.get().kind, scene.told()[-1]) == ("proof", "job.proof_missing")
    assert scene.told().count("job.proof_missing") == 1
    assert Report.objects.filter(undecided_since__isnull=False).exists()
    scene.arrive(scene.waited[0])
    assert scene.status == S.DONE
    assert not Report.objects.filter(undecided_since__isnull=False).exists()


def test_an_upload_that_a_job_waits_for_is_never_swept() -> None:
    scene = Pending(photos=1)
    upload: dict[str, Any] = {
        "job": scene.job,
        "uploader": scene.rider,
        "role": "after",
        "bytes": 9,
        "sha256": "0" * 64,
    }
    for photo_id in (scene.waited[0], uuid4()):
        Upload.objects.create(id=photo_id, fingerprint="", began_at=AT, changed_at=AT, **upload)
    assert drop_stale_uploads(at=AT + timedelta(days=80)) == 1
    assert Upload.objects.get().pk == scene.waited[0]


def test_a_photo_that_no_command_names_reaches_the_desk_after_a_day_and_still_may_count() -> None:
    scene = Scene()
    job = scene.assign()
    photo = make_photo(scene.rider)
    upload: dict[str, Any] = {"job": job, "uploader": scene.rider, "role": "after", "sha256": "0" * 64}
    Upload.objects.create(
        id=photo.pk, fingerprint="", began_at=AT, changed_at=AT, bytes=9, offset=9, **upload
    )
    keep_promises(at=AT + timedelta(hours=23))
    assert not Proof.objects.exists()
    keep_promises(at=AT + timedelta(hours=25))
    assert Proof.objects.get().is_late
    steps.finish_job(**scene.step(job, minutes=3000), outcome="fixed", photo_ids=[photo.pk])
    job.refresh_from_db()
    assert (job.status, Proof.objects.get().is_late) == (S.DONE, False)


def test_who_left_the_crew_still_brings_in_what_was_promised() -> None:
    scene = Pending(photos=1)
    CrewMember.objects.filter(user=scene.rider).delete()
    scene.arrive(scene.waited[0])
    assert scene.status == S.DONE
