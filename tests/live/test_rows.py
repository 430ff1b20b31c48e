"""Rows written by a statement put together once are the rows that saving writes."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from live.models import Event, ReaderPosition, Stream
from live.rows import Insertion

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 3, 7, 0, 0, 123456, tzinfo=UTC)


def test_what_is_written_is_read_back_with_its_key() -> None:
    stream = Stream(name="toy:я", epoch=uuid4(), head=2**40)
    Insertion(Stream).write([stream])
    assert not stream._state.adding
    assert Stream.objects.values().get(pk=stream.pk) == {
        "id": stream.pk,
        "name": "toy:я",
        "epoch": stream.epoch,
        "head": 2**40,
    }


def test_several_rows_get_their_own_keys_in_one_statement(django_assert_num_queries: object) -> None:
    stream = Stream.objects.create(name="toy:a")
    payload = {"a": [1, None, "it's 100 %"], "b": {"c": 1.5}}
    events = [Event(stream=stream, offset=n, kind="toy.turned", payload=payload, at=AT) for n in (1, 2, 3)]
    with django_assert_num_queries(1):  # type: ignore[operator]
        Insertion(Event).write(events)
    assert [Event.objects.get(pk=event.pk).offset for event in events] == [1, 2, 3]
    assert (Event.objects.get(offset=2).payload, Event.objects.get(offset=2).at) == (payload, AT)


def test_nothing_to_write_asks_nothing(django_assert_num_queries: object) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]
        Insertion(Event).write([])


def test_an_empty_value_stays_empty_and_a_constraint_is_kept() -> None:
    stream = Stream.objects.create(name="toy:a")
    position = ReaderPosition(reader="toys", stream=stream, offset=0, claimed_until=None)
    Insertion(ReaderPosition).write([position])
    assert ReaderPosition.objects.get().claimed_until is None
    with pytest.raises(IntegrityError), transaction.atomic():
        Insertion(Stream).write([Stream(name="toy:a")])
