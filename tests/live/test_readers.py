"""Readers of the log named in LIVE_READERS."""

from datetime import timedelta

import pytest
from django.utils import timezone
from kombu.exceptions import OperationalError

from live import tasks
from live.models import ReaderPosition
from live.readers import run_readers
from tests.live import toys
from tests.live.conftest import Append

pytestmark = pytest.mark.django_db


def test_a_reader_gets_what_is_new_in_its_streams_once_and_in_order(append: Append) -> None:
    append("toy:a", kind="toy.first")
    append("toy:a", "open:a", kind="toy.second")
    assert run_readers(at=timezone.now()) == 2
    assert toys.Listener.heard == [("toy:a", 1, "toy.first"), ("toy:a", 2, "toy.second")]
    assert run_readers(at=timezone.now()) == 0
    append("toy:a", kind="toy.third")
    assert run_readers(at=timezone.now(), streams=["open:a"]) == 0
    assert run_readers(at=timezone.now(), streams=["toy:a", "open:a"]) == 1


def test_a_reader_that_failed_gets_the_same_events_again(append: Append) -> None:
    append("toy:a")
    toys.Listener.failing = True
    assert run_readers(at=timezone.now()) == 0
    toys.Listener.failing = False
    assert run_readers(at=timezone.now()) == 1
    assert toys.Listener.heard == [("toy:a", 1, "toy.turned")]


def test_more_events_than_one_batch_holds_are_all_read(append: Append) -> None:
    for _ in range(205):
        append("toy:a")
    assert run_readers(at=timezone.now()) == 205
    assert [offset for _, offset, _ in toys.Listener.heard] == list(range(1, 206))


def test_a_stream_that_another_run_holds_is_left_to_it_until_its_claim_ends(append: Append) -> None:
    append("toy:a")
    run_readers(at=timezone.now())
    append("toy:a")
    now = timezone.now()
    ReaderPosition.objects.update(claimed_until=now + timedelta(minutes=1))
    assert run_readers(at=now) == 0
    assert run_readers(at=now + timedelta(minutes=2)) == 1


def test_only_streams_that_somebody_follows_wake_the_readers(monkeypatch: pytest.MonkeyPatch) -> None:
    woken: list[list[str]] = []
    monkeypatch.setattr(tasks.run_readers, "apply_async", lambda args, **_: woken.append(args[0]))
    tasks.wake_readers(["toy:a", "open:a"])
    tasks.wake_readers(["open:a"])
    assert woken == [["toy:a"]]


def test_a_broker_that_is_gone_leaves_the_work_to_the_sweep(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, append: Append
) -> None:
    def fail(**_: object) -> None:
        raise OperationalError("no broker")

    append("toy:a")
    monkeypatch.setattr(tasks.run_readers, "apply_async", fail)
    tasks.wake_readers(["toy:a"])
    assert "no broker" in caplog.text
    tasks.run_readers()
    assert toys.Listener.heard == [("toy:a", 1, "toy.turned")]
