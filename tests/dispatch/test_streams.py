"""Who reads which stream, and what they get: live, acknowledged, and never more than is theirs."""

import json
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.serializers.json import DjangoJSONEncoder

from accounts.models import User
from dispatch.models import CrewMember, Job
from dispatch.services import assign, steps
from dispatch.streams import CrewStreams, DistrictStreams
from districts.models import Role
from live.delivery import Ack, take_acks
from live.events import EventFacts, read_after, standings
from live.frames import decode
from live.models import Event, Stream
from live.people import Credential, Reader
from live.presenting import event_texts, snapshot_text
from reports.models import Contact
from tests.dispatch.factories import (
    AT,
    Scene,
    make_crew,
    make_district,
    make_photo,
    make_report,
    make_staff,
    make_user,
)

pytestmark = pytest.mark.django_db


def read(stream: str) -> list[EventFacts]:
    return read_after(standings([stream])[stream], stream, 0, limit=100)


def test_only_members_read_a_crews_stream() -> None:
    scene = Scene()
    key = str(scene.crew.pk)
    streams = CrewStreams()
    assert streams.may_read(scene.rider, key)
    for other in (scene.dispatcher, make_user(), AnonymousUser()):
        assert not streams.may_read(other, key)
    assert not streams.may_read(scene.rider, "everybody")
    assert not streams.may_read(scene.rider, str(uuid4()))
    CrewMember.objects.filter(user=scene.rider).delete()
    assert not streams.may_read(scene.rider, key)


def test_the_desk_staff_reads_its_districts_stream() -> None:
    scene = Scene()
    streams = DistrictStreams()
    for role in (Role.DISPATCHER, Role.SUPERVISOR, Role.OPERATOR):
        assert streams.may_read(make_staff(scene.district, role), "centre")
    outsiders = (
        scene.rider,
        make_staff(scene.district, Role.NEIGHBOURHOOD_HEAD),
        make_staff(make_district("north")),
        AnonymousUser(),
    )
    for outsider in outsiders:
        assert not streams.may_read(outsider, "centre")
    assert not streams.may_read(scene.dispatcher, "nowhere")


def test_a_crews_snapshot_is_its_route_in_order() -> None:
    scene = Scene()
    first = scene.assign()
    scene.report = make_report(scene.district)
    second = scene.assign()
    Job.objects.filter(pk=first.pk).update(position=9)
    snapshot = CrewStreams().snapshot(scene.rider, str(scene.crew.pk))
    assert [job["id"] for job in snapshot["jobs"]] == [str(second.pk), str(first.pk)]
    assert snapshot["crew"]["name"] == scene.crew.name


def test_an_event_is_filled_in_with_the_job_as_it_stands_when_delivered() -> None:
    scene = Scene()
    job = scene.assign()
    steps.accept_job(**scene.step(job))
    shown = CrewStreams().present(scene.rider, str(scene.crew.pk), read(scene.crew.stream))
    assert [(data["status"], data["job"]["status"]) for data in shown] == [
        ("assigned", "accepted"),
        ("accepted", "accepted"),
    ]
    assert shown[0]["job"]["allowed"] == ["start", "arrive", "finish", "decline", "obstruct"]


def test_a_job_taken_away_is_told_with_its_state_and_without_unreleased_photos() -> None:
    scene = Scene()
    make_photo(report=scene.report, role="resident")
    job = scene.assign()
    assert job_photos(scene, job) == 1
    assign.reassign_job(
        job_id=job.pk, crew_id=make_crew(scene.district).pk, actor=scene.dispatcher, at=AT, command_id=uuid4()
    )
    last = CrewStreams().present(scene.rider, str(scene.crew.pk), read(scene.crew.stream))[-1]
    assert last["job"]["status"] == "handed_over"
    assert last["job"]["report"]["photos"] == []


def job_photos(scene: Scene, job: Job) -> int:
    jobs = CrewStreams().snapshot(scene.rider, str(scene.crew.pk))["jobs"]
    return len(next(one for one in jobs if one["id"] == str(job.pk))["report"]["photos"])


def test_another_district_learns_only_the_state_of_a_job() -> None:
    scene = Scene()
    job = scene.assign()
    event = EventFacts("district:north", 1, "job.assigned", {"job": str(job.pk), "status": "assigned"}, AT)
    own, foreign = (
        DistrictStreams().present(scene.dispatcher, key, [event])[0] for key in ("centre", "north")
    )
    assert own["job"]["report"]["code"] == scene.report.code
    assert foreign == {"job": str(job.pk), "status": "assigned"}


def test_the_districts_snapshot_counts_its_queue() -> None:
    scene = Scene()
    make_report(scene.district)
    scene.assign()
    snapshot = DistrictStreams().snapshot(scene.dispatcher, "centre")
    assert snapshot["counts"] == {"open": 2, "todo": 1, "moving": 1, "waiting": 0}
    assert [crew["id"] for crew in snapshot["crews"]] == [str(scene.crew.pk)]


def test_nothing_that_a_person_wrote_is_in_the_log_and_no_contact_in_a_job() -> None:
    scene = Scene(description="My name is Ivan Secretov", address="Shipka 6")
    Contact.objects.create(report=scene.report, name="Ivan", email="ivan@secret.example", erase_on=AT.date())
    job = scene.assign(note="Ring at Secretov")
    steps.decline_job(**scene.step(job), reason="other", note="Secretov is rude")
    logged = json.dumps(list(Event.objects.values_list("payload", flat=True)))
    shown = CrewStreams().present(scene.rider, str(scene.crew.pk), read(scene.crew.stream))
    assert "Secretov" not in logged
    assert "ivan@secret.example" not in json.dumps(shown, cls=DjangoJSONEncoder)


def hear(person: User | AnonymousUser, stream: str, offset: int, at: datetime) -> None:
    """An acknowledgement as the socket hands it on."""
    take_acks([Ack(person, "phone", stream, offset, at)])


def test_an_acknowledged_assignment_is_delivered_and_the_desk_is_told_once() -> None:
    scene = Scene()
    job = scene.assign()
    later = AT + timedelta(seconds=2)
    hear(scene.rider, scene.crew.stream, 0, later)
    job.refresh_from_db()
    assert job.delivered_at is None
    for _ in range(2):
        hear(scene.rider, scene.crew.stream, 1, later)
    delivered = Job.objects.get(pk=job.pk)
    assert (delivered.delivered_at, delivered.version) == (later, 1)
    assert Event.objects.filter(kind="job.delivered", stream__name="district:centre").count() == 1
    assert Stream.objects.get(name=scene.crew.stream).head == 1


def test_an_acknowledgement_counts_only_what_came_until_then_and_from_the_crew() -> None:
    scene = Scene()
    first = scene.assign()
    scene.report = make_report(scene.district)
    second = scene.assign()
    for other in (scene.dispatcher, make_user(), AnonymousUser()):
        hear(other, scene.crew.stream, 2, AT)
    hear(scene.rider, "district:centre", 2, AT)
    hear(scene.rider, "crew:nonsense", 2, AT)
    assert not Job.objects.exclude(delivered_at=None).exists()
    hear(scene.rider, scene.crew.stream, 1, AT)
    assert list(Job.objects.exclude(delivered_at=None)) == [first]
    hear(scene.rider, scene.crew.stream, 2, AT)
    second.refresh_from_db()
    assert second.delivered_at == AT


def test_every_frame_can_be_sent_in_each_language() -> None:
    scene = Scene()
    job = scene.assign()
    steps.finish_job(**scene.step(job), outcome="fixed", photo_ids=[make_photo(scene.rider).pk])
    for person, stream in ((scene.rider, scene.crew.stream), (scene.dispatcher, "district:centre")):
        for language in ("en", "bg"):
            reader = Reader(person, "phone", language, Credential(None, None))
            snapshot = decode(snapshot_text(reader, stream, standings([stream])[stream], at=AT))
            texts = [decode(text) for text in event_texts(reader, stream, read(stream))]
            assert snapshot["kind"] == "snapshot"
            assert texts[-1]["offset"] == len(texts)
            assert {text["data"]["job"]["status"] for text in texts if "job" in text["data"]} == {"done"}
