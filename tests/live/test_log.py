"""Appending to the log."""

from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from live import log
from live.models import Event, Stream
from live.payload import PayloadRefused
from tests.live.conftest import Append

pytestmark = pytest.mark.django_db


def test_offsets_start_at_one_and_leave_no_gap_in_each_stream(append: Append) -> None:
    assert append("toy:a") == {"toy:a": 1}
    assert append("toy:b", "toy:a") == {"toy:a": 2, "toy:b": 1}
    assert append("toy:a") == {"toy:a": 3}
    kept = Event.objects.filter(stream__name="toy:a").order_by("offset")
    assert list(kept.values_list("offset", flat=True)) == [1, 2, 3]
    assert dict(Stream.objects.values_list("name", "head")) == {"toy:a": 3, "toy:b": 1}


@pytest.mark.parametrize("streams", [["toy:a"], ["toy:a", "toy:b"], [f"toy:{n}" for n in range(20)]])
def test_an_append_takes_two_statements_whatever_it_is_about(streams: list[str]) -> None:
    for _ in range(2):  # the first creates the streams
        with transaction.atomic(), CaptureQueriesContext(connection) as queries:
            log.append(streams, "toy.turned", {}, at=timezone.now())
        assert len(queries) == 2


def test_an_append_outside_a_transaction_is_refused(transactional_db: None) -> None:
    with pytest.raises(log.AppendOutsideTransaction):
        log.append(["toy:a"], "toy.turned", {}, at=timezone.now())
    assert not Event.objects.exists()


def _append_and_fail(streams: list[str]) -> None:
    with transaction.atomic():
        log.append(streams, "toy.turned", {}, at=timezone.now())
        raise IntegrityError("the change failed")


def test_a_change_that_is_rolled_back_leaves_no_event_and_no_gap(append: Append) -> None:
    append("toy:a")
    with pytest.raises(IntegrityError):
        _append_and_fail(["toy:a", "toy:new"])
    assert append("toy:a") == {"toy:a": 2}
    assert not Stream.objects.filter(name="toy:new").exists()


def test_appends_of_services_that_call_each_other_are_written_together(transactional_db: None) -> None:
    with transaction.atomic(), CaptureQueriesContext(connection) as queries, log.gathered():
        assert log.append(["toy:b"], "toy.turned", {"step": 1}, at=timezone.now()) == {}
        with log.gathered():
            log.append(["toy:a", "toy:b"], "toy.put_away", {"step": 2}, at=timezone.now())
    assert len(queries) == 2
    told = Event.objects.order_by("stream__name", "offset").values_list("stream__name", "offset", "kind")
    assert list(told) == [
        ("toy:a", 1, "toy.put_away"),
        ("toy:b", 1, "toy.turned"),
        ("toy:b", 2, "toy.put_away"),
    ]


def test_nothing_gathered_is_written_when_the_block_fails() -> None:
    with pytest.raises(IntegrityError), log.gathered():
        _append_and_fail(["toy:a"])
    assert not Event.objects.exists()


def test_ids_states_numbers_and_times_are_kept_as_json(append: Append) -> None:
    job, at = uuid4(), timezone.now()
    append("toy:a", job=job, since=at, size=1.5, done=True, gone=None, photos=[job], place={"lon": 23.3})
    assert Event.objects.get().payload == {
        "job": str(job),
        "since": at.isoformat(),
        "size": 1.5,
        "done": True,
        "gone": None,
        "photos": [str(job)],
        "place": {"lon": 23.3},
    }


@pytest.mark.parametrize(
    "value",
    [
        "two words",
        "someone@example.org",
        "x" * 101,
        "счупено",
        float("nan"),
        float("inf"),
        object(),
        b"bytes",
        {"a": {"b": {"c": 1}}},
        ["free text in a list"],
        list(range(201)),
        {1: "a key that is no text"},
        {"a key with blanks": 1},
    ],
)
def test_what_could_be_free_text_or_a_contact_is_refused(append: Append, value: object) -> None:
    with pytest.raises(PayloadRefused, match="payload.note"):
        append("toy:a", note=value)
    assert not Stream.objects.exists()


@pytest.mark.parametrize("name", ["", "toy", "toy:", ":a", "toy:a b", "Toy:a", "toy:a:b", "toy:" + "x" * 71])
def test_a_name_that_is_no_stream_is_refused(append: Append, name: str) -> None:
    with pytest.raises(ValueError, match="no stream name"):
        append(name)


@pytest.mark.parametrize("kind", ["", "Toy", "toy turned", "toy.", "a" * 61])
def test_a_kind_that_is_no_word_is_refused(append: Append, kind: str) -> None:
    with pytest.raises(ValueError, match="no kind"):
        append("toy:a", kind=kind)


def test_renewed_epochs_make_remembered_offsets_void(append: Append) -> None:
    append("toy:a", "toy:b")
    before = set(Stream.objects.values_list("epoch", flat=True))
    call_command("renew_epochs", stdout=StringIO())
    after = set(Stream.objects.values_list("epoch", flat=True))
    assert len(after) == 2
    assert not before & after
