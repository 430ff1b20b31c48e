"""Old events go, from the beginning of a stream and only once every reader has handled them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from live.models import Event
from live.pruning import prune_log
from live.readers import run_readers
from tests.live import toys
from tests.live.conftest import Append, MakePerson
from tests.live.server import Client, SocketServer

pytestmark = pytest.mark.django_db


def age(*offsets: int) -> None:
    Event.objects.filter(offset__in=offsets).update(at=timezone.now() - timedelta(days=31))


def left() -> list[int]:
    return list(Event.objects.order_by("offset").values_list("offset", flat=True))


def test_the_old_beginning_of_a_stream_goes_and_the_rest_has_no_gap(append: Append) -> None:
    for _ in range(5):
        append("toy:red")
    run_readers(at=timezone.now())
    age(1, 2, 4)  # a clock that was wrong put the fourth before the third
    assert prune_log(at=timezone.now(), days=30) == 2
    assert left() == [3, 4, 5]
    assert prune_log(at=timezone.now(), days=30) == 0


def test_what_a_reader_has_not_handled_stays(append: Append) -> None:
    append("toy:red")
    run_readers(at=timezone.now())
    toys.Listener.failing = True
    append("toy:red")
    run_readers(at=timezone.now())
    age(1, 2)
    assert prune_log(at=timezone.now(), days=30) == 1
    assert left() == [2]


def test_a_stream_that_nobody_follows_may_become_empty_and_counts_on(append: Append) -> None:
    append("open:square")
    age(1)
    assert prune_log(at=timezone.now(), days=30) == 1
    assert append("open:square") == {"open:square": 2}


@pytest.mark.django_db(transaction=True)
def test_a_client_that_knows_less_than_is_left_gets_a_snapshot(
    socket_server: SocketServer, make_person: MakePerson, append: Append
) -> None:
    _, token = make_person("red")
    for _ in range(4):
        append("toy:red")
    run_readers(at=timezone.now())
    epoch = str(Event.objects.first().stream.epoch)  # type: ignore[union-attr]
    age(1, 2)
    prune_log(at=timezone.now(), days=30)
    with Client(socket_server) as client:
        client.hello(token=token, streams={"toy:red": {"epoch": epoch, "offset": 1}})
        assert client.read()["kind"] == "snapshot"
    with Client(socket_server) as client:
        client.hello(token=token, streams={"toy:red": {"epoch": epoch, "offset": 2}})
        assert [client.read()["offset"], client.read()["offset"]] == [3, 4]
