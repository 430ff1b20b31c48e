"""What waits is found by a worker that starts, whatever became of its tasks."""

from datetime import timedelta
from uuid import uuid4

from django.utils import timezone

from mobile_api.push.devices import register_device
from reports.models import Matter
from tests.bed.fixtures import MakeLiveProcess
from tests.bed.waiting import wait_until
from tests.dispatch.factories import Scene


def assign_to_a_silent_crew() -> str:
    at = timezone.now()
    scene = Scene(resolve_due_at=at + timedelta(days=1))
    register_device(user=scene.rider, device="phone", platform="android", kind="token", value="abc", at=at)
    return str(scene.assign(at=at, command_id=uuid4()).pk)


def list_matters() -> list[str]:
    return [f"{matter.kind} {matter.about}" for matter in Matter.objects.all()]


def test_a_job_nobody_answers_is_pushed_and_told_although_every_task_was_lost(
    make_live_process: MakeLiveProcess,
) -> None:
    process = make_live_process(MAHALA_PUSH_AFTER_S="1", MAHALA_ACCEPT_WITHIN_S="1")
    # No server runs yet: hints and tasks lead nowhere.
    job_id = process.call(f"{__name__}:assign_to_a_silent_crew")
    process.start()

    def is_pushed() -> bool:
        return "Push to a device of rider (android): sync" in process.log.read_text()

    def is_told() -> bool:
        return bool(process.call(f"{__name__}:list_matters") == [f"silent {job_id}"])

    wait_until(is_pushed, seconds=90, what="the push")
    wait_until(is_told, seconds=90, what="the word to the desk")
    assert process.log.read_text().count("Push to a device") == 1
