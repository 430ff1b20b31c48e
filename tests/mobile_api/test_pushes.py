"""Waking a crew's phones, eight seconds after an assignment that none of them has: by FCM, or the outbox."""

import logging
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone
from firebase_admin import messaging

from accounts.models import OutboxItem, User
from config.celery import app as celery_app
from dispatch.delivery import receive_ack
from dispatch.models import Crew, CrewMember, Job
from dispatch.services.assign import assign_job
from dispatch.services.phones import cut_off_phone
from districts.models import Role
from live.models import Event, ReaderPosition
from live.readers import run_readers
from mobile_api.models import Push, PushDevice
from mobile_api.push import fcm
from mobile_api.push.sending import push_due_jobs, push_job
from mobile_api.push.wakes import Fate, Outcome
from reports.models import Category, Report
from tests.dispatch.phones import PIN, enrol, give_pin, page_of
from tests.factories import make_report, make_staff, make_user
from tests.mobile_api.clients import post
from tests.mobile_api.fcm_server import BAD_MESSAGE, NO_TOKEN, UNREGISTERED, Answer, FcmServer

SECOND = timedelta(seconds=1)
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _readers(settings: LazySettings) -> None:
    settings.LIVE_READERS = ["mobile_api.readers.UnheardJobs"]
    settings.PUSH_AFTER_S = 8


@pytest.fixture
def crew(pothole: Category) -> Crew:
    report = make_report()
    return Crew.objects.create(district=report.district, name="Left 1", is_on_duty=True)


@pytest.fixture
def rider(crew: Crew) -> User:
    user = make_user(name="Rider", language="bg")
    CrewMember.objects.create(crew=crew, user=user)
    return user


@pytest.fixture
def google(settings: LazySettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FcmServer]:
    server = FcmServer()
    address = f"{server.url}/v1/projects/{{0}}/messages:send"
    monkeypatch.setattr(messaging._MessagingService, "FCM_URL", address)
    settings.FCM_CREDENTIALS = server.credential(tmp_path)
    with time_machine.travel(timezone.now(), tick=True):  # access tokens have their time
        yield server
    server.stop()


def register(user: User, value: str, platform: str = "android", kind: str = "token") -> PushDevice:
    at = timezone.now()
    return PushDevice.objects.create(
        user=user, device=value, platform=platform, kind=kind, value=value, created_at=at, seen_at=at
    )


def assign(crew: Crew) -> Job:
    report = Report.objects.get()
    dispatcher = make_staff(report.district)
    at = timezone.now()
    taken = assign_job(report_id=report.pk, crew_id=crew.pk, actor=dispatcher, at=at, command_id=uuid4())
    run_readers(at=at)
    return taken.job


def assigned_at(job: Job) -> datetime:
    at = Job.objects.get(pk=job.pk).assigned_at
    assert at is not None
    return at


def sweep(job: Job, seconds: float) -> int:
    return push_due_jobs(at=assigned_at(job) + seconds * SECOND)


# --- when


def test_a_job_that_no_phone_has_after_eight_seconds_is_pushed_once(
    crew: Crew, rider: User, google: FcmServer
) -> None:
    register(rider, "phone")
    job = assign(crew)
    assert sweep(job, 7.9) == 0
    assert sweep(job, 8) == 1
    assert sweep(job, 60) == 0
    assert len(google.sent_to("phone")) == 1
    assert Push.objects.get().sent_at is not None


def test_a_break_puts_the_push_off_and_off_duty_nothing_rings(
    crew: Crew, rider: User, google: FcmServer
) -> None:
    register(rider, "phone")
    job = assign(crew)
    Crew.objects.update(break_until=assigned_at(job) + 600 * SECOND)
    sweep(job, 8)
    assert google.messages == []
    sweep(job, 599)
    assert google.messages == []
    sweep(job, 600)
    assert len(google.sent_to("phone")) == 1
    Crew.objects.update(is_on_duty=False, break_until=None)
    Push.objects.update(due_at=assigned_at(job), reached=[], claimed_until=None)
    sweep(job, 700)
    assert len(google.messages) == 1


def test_an_acknowledgement_cancels_the_push(crew: Crew, rider: User, google: FcmServer) -> None:
    register(rider, "phone")
    job = assign(crew)
    head = Event.objects.filter(stream__name=crew.stream).count()
    receive_ack(rider, "phone", crew.stream, head, timezone.now())
    sweep(job, 8)
    assert google.messages == []
    assert Push.objects.get().due_at is None


def test_a_row_that_is_due_is_found_although_its_task_was_lost(
    crew: Crew, rider: User, google: FcmServer
) -> None:
    register(rider, "phone")
    job = assign(crew)
    push = Push.objects.get()
    # A worker took it and was killed while it was sending.
    push.claimed_until = assigned_at(job) + timedelta(minutes=2)
    push.save()
    assert sweep(job, 60) == 0
    assert sweep(job, 121) == 1
    assert len(google.sent_to("phone")) == 1


def test_the_sweep_is_on_the_timetable() -> None:
    named = {entry["task"] for entry in celery_app.conf.beat_schedule.values()}
    assert {"mobile_api.tasks.push_due_jobs", "accounts.tasks.forget_old_outbox"} <= named


def test_reading_the_assignment_again_pushes_nothing_again(
    crew: Crew, rider: User, google: FcmServer
) -> None:
    register(rider, "phone")
    job = assign(crew)
    sweep(job, 8)
    ReaderPosition.objects.all().delete()
    run_readers(at=timezone.now())
    sweep(job, 600)
    assert len(google.sent_to("phone")) == 1


def test_only_members_of_the_crew_are_woken(crew: Crew, rider: User, google: FcmServer) -> None:
    register(rider, "phone")
    register(make_user(), "stranger")
    former = make_user(is_active=False)
    CrewMember.objects.create(crew=crew, user=former)
    register(former, "former")
    sweep(assign(crew), 8)
    assert [message["token"] for message in google.messages] == ["phone"]


def test_a_phone_that_was_cut_off_is_not_woken_and_others_of_the_crew_are(
    crew: Crew, rider: User, google: FcmServer
) -> None:
    """Registered in a session of the crew's phone, as its page does."""
    dispatcher = make_staff(crew.district)
    phone, browser = enrol(crew, dispatcher)
    browser.force_login(rider)
    web = {"device": "page", "platform": "web", "kind": "fid"}
    assert post(browser, "/api/v1/devices/", {**web, "value": "lost"}).status_code == 201
    register(rider, "own")
    cut_off_phone(phone_id=phone.pk, actor=dispatcher, at=timezone.now())
    sweep(assign(crew), 8)
    assert [message.get("token", message.get("fid")) for message in google.messages] == ["own"]
    again, browser = enrol(crew, dispatcher)
    browser.force_login(rider)
    assert post(browser, "/api/v1/devices/", {**web, "value": "found"}).status_code == 200
    assert PushDevice.objects.get(value="found").phone == again


@pytest.mark.parametrize(("way", "woken"), [("pin", []), ("password", ["page"])])
def test_a_session_by_pin_is_woken_for_its_phones_crew_alone_and_one_by_password_for_all(
    crew: Crew, rider: User, google: FcmServer, way: str, woken: list[str]
) -> None:
    other = Crew.objects.create(district=crew.district, name="Left 2", is_on_duty=True)
    CrewMember.objects.create(crew=other, user=rider)
    dispatcher = make_staff(crew.district)
    phone, browser = enrol(other, dispatcher)
    if way == "pin":
        give_pin(phone, rider, dispatcher)
        browser.post(page_of(rider), {"pin": PIN})
    else:
        browser.force_login(rider)
    post(browser, "/api/v1/devices/", {"device": "p", "platform": "web", "kind": "fid", "value": "page"})
    job = assign(crew)
    sweep(job, 8)
    assert [message["fid"] for message in google.messages] == woken
    Job.objects.filter(pk=job.pk).update(crew=other, assigned_at=timezone.now())
    Push.objects.filter(pk=job.pk).update(due_at=timezone.now(), reached=[])
    push_due_jobs(at=timezone.now())
    assert [message["fid"] for message in google.messages] == [*woken, "page"]


# --- what


def test_a_native_app_is_woken_silently_and_told_nothing_but_to_sync(
    crew: Crew, rider: User, google: FcmServer
) -> None:
    register(rider, "phone")
    sweep(assign(crew), 8)
    [message] = google.messages
    assert message["data"] == {"type": "sync"}
    assert "notification" not in message
    assert message["android"] == {"collapse_key": "sync", "priority": "high", "ttl": "3600s"}
    assert message["apns"]["headers"]["apns-push-type"] == "background"
    assert message["apns"]["headers"]["apns-collapse-id"] == "sync"
    assert message["apns"]["payload"] == {"aps": {"content-available": 1}}
    assert "alert" not in str(message)


def test_a_browser_shows_that_there_is_a_new_job_in_the_riders_language(
    crew: Crew, rider: User, google: FcmServer, settings: LazySettings
) -> None:
    settings.BASE_URL = "https://mahala.example"
    register(rider, "browser", "web")
    sweep(assign(crew), 8)
    [message] = google.messages
    assert message["webpush"]["notification"] == {"title": "Нова задача", "tag": "sync"}
    assert message["webpush"]["headers"] == {"Urgency": "high", "TTL": "3600", "Topic": "sync"}
    assert message["webpush"]["fcm_options"] == {"link": "https://mahala.example/crew/"}
    assert "android" not in message


def test_an_installation_id_is_sent_as_one(crew: Crew, rider: User, google: FcmServer) -> None:
    register(rider, "installation", kind="fid")
    sweep(assign(crew), 8)
    assert google.messages[0]["fid"] == "installation"
    assert "token" not in google.messages[0]


def test_nothing_of_the_report_or_the_person_is_in_a_push(crew: Crew, rider: User, google: FcmServer) -> None:
    register(rider, "phone")
    register(rider, "browser", "web")
    job = assign(crew)
    sweep(job, 8)
    for private in (job.report.code, job.report.description, rider.name, rider.email, str(crew.pk)):
        assert private not in str(google.messages)


# --- what FCM answers


@pytest.mark.parametrize("answer", [UNREGISTERED, NO_TOKEN, Answer(403, "SENDER_ID_MISMATCH")])
def test_an_identifier_that_is_nobodys_any_more_is_dropped_and_the_others_are_told(
    crew: Crew, rider: User, google: FcmServer, answer: Answer
) -> None:
    register(rider, "old")
    register(rider, "phone")
    google.answer("old", answer)
    job = assign(crew)
    sweep(job, 8)
    assert [device.value for device in PushDevice.objects.all()] == ["phone"]
    assert len(google.sent_to("phone")) == 1
    assert Push.objects.get().due_at is None


def test_a_message_that_fcm_cannot_read_is_our_fault_and_costs_no_device(
    crew: Crew, rider: User, google: FcmServer, caplog: pytest.LogCaptureFixture
) -> None:
    register(rider, "phone")
    google.answer("phone", BAD_MESSAGE)
    with caplog.at_level(logging.WARNING):
        sweep(assign(crew), 8)
    assert PushDevice.objects.count() == 1
    assert Push.objects.get().due_at is None
    assert "did not take a push" in caplog.text


def test_too_many_requests_are_tried_again_when_fcm_says_so(
    crew: Crew, rider: User, google: FcmServer
) -> None:
    register(rider, "busy")
    register(rider, "phone")
    google.answer("busy", Answer(429, "QUOTA_EXCEEDED", headers={"Retry-After": "90"}))
    job = assign(crew)
    sweep(job, 8)
    due = Push.objects.get().due_at
    assert due is not None
    assert due - timezone.now() > 85 * SECOND
    push_due_jobs(at=due)
    assert len(google.sent_to("busy")) == 2
    assert len(google.sent_to("phone")) == 1  # who was told is not told again
    assert Push.objects.get().due_at is None


def test_a_service_that_is_down_is_tried_again_and_given_up_in_the_end(
    crew: Crew, rider: User, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(rider, "phone")
    down = [Outcome(Fate.LATER)]
    monkeypatch.setattr("mobile_api.push.sending._sender", lambda: lambda wakes: down * len(wakes))
    job = assign(crew)
    at, attempts = assigned_at(job) + 8 * SECOND, 0
    while (due := Push.objects.get().due_at) is not None:
        at, attempts = max(at, due), attempts + 1
        push_job(job_id=job.pk, at=at)
    assert attempts == 5
    assert PushDevice.objects.count() == 1


def test_a_service_that_is_away_for_a_moment_is_asked_once_and_again_later(
    crew: Crew, rider: User, google: FcmServer
) -> None:
    register(rider, "phone")
    google.answer("phone", Answer(503, "UNAVAILABLE", headers={"Retry-After": "1"}))
    job = assign(crew)
    sweep(job, 8)
    assert len(google.sent_to("phone")) == 1
    due = Push.objects.get().due_at
    assert due is not None
    push_job(job_id=job.pk, at=due)
    assert len(google.sent_to("phone")) == 2
    assert Push.objects.get().sent_at is not None


def test_an_answer_that_takes_too_long_is_tried_again(
    crew: Crew, rider: User, google: FcmServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fcm, "ANSWER_S", 0.2)
    register(rider, "phone")
    google.answer("phone", Answer(pause_s=1.0))
    sweep(assign(crew), 8)
    push = Push.objects.get()
    assert push.due_at is not None
    assert push.reached == []


def test_without_an_access_token_nothing_is_sent_and_all_of_it_is_tried_again(
    crew: Crew, rider: User, google: FcmServer
) -> None:
    google.refuses_access = True
    register(rider, "phone")
    sweep(assign(crew), 8)
    assert google.messages == []
    assert Push.objects.get().due_at is not None
    assert PushDevice.objects.count() == 1


# --- without a credential


def test_without_a_credential_pushes_go_to_the_console_and_the_outbox(
    crew: Crew, rider: User, capsys: pytest.CaptureFixture[str]
) -> None:
    register(rider, "browser", "web")
    sweep(assign(crew), 8)
    printed = capsys.readouterr().out
    assert "Push to a device of Rider (web): Нова задача" in printed
    assert "browser" not in printed
    item = OutboxItem.objects.get()
    assert (item.kind, item.to, item.district) == ("push", "Rider (web)", "left")
    assert Push.objects.get().sent_at is not None


def test_supervisors_see_pushes_of_their_own_crews_and_administrators_all(crew: Crew, rider: User) -> None:
    register(rider, "phone")
    sweep(assign(crew), 8)
    at = timezone.now()
    OutboxItem.objects.create(kind="mail", to="ann@example.org", subject="Private", text="link", at=at)
    right = type(crew.district).objects.get(code="right")
    seen = {}
    for name, user in {
        "own": make_staff(crew.district, Role.SUPERVISOR),
        "other": make_staff(right, Role.SUPERVISOR),
        "administrator": make_staff(None),
    }.items():
        browser = Client()
        browser.force_login(user)
        page = browser.get("/desk/outbox/").text
        seen[name] = ("Rider (android)" in page, "ann@example.org" in page)
    assert seen == {"own": (True, False), "other": (False, False), "administrator": (True, True)}


def test_the_large_library_is_loaded_by_nobody_who_does_not_send() -> None:
    loaded = "config.wsgi, config.asgi, config.urls, mobile_api.tasks, mobile_api.readers, sys"
    code = f"import django; django.setup(); import {loaded}; sys.exit('firebase_admin' in sys.modules)"
    done: Any = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False, timeout=60)
    assert done.returncode == 0
