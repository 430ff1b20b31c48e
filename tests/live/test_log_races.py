"""Appending from several connections at once."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from django.db import connections, transaction
from django.utils import timezone

from live import log
from live.models import Event, Stream

THREADS = 6
APPENDS = 30


def _at_once(work: Callable[[int], None]) -> None:
    """The work on several threads, each with connections of its own; raises what one of them raised."""

    def job(number: int) -> None:
        try:
            everyone.wait(10)
            work(number)
        finally:
            connections.close_all()

    everyone = threading.Barrier(THREADS)
    with ThreadPoolExecutor(THREADS) as pool:
        for result in [pool.submit(job, number) for number in range(THREADS)]:
            result.result(60)


@contextmanager
def _other_connection() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as pool:
        yield pool
        pool.submit(connections.close_all).result()


def test_concurrent_appends_leave_no_gap_and_double_nothing(transactional_db: None) -> None:
    def work(number: int) -> None:
        for turn in range(APPENDS):
            with transaction.atomic():
                log.append(
                    ["toy:shared", f"toy:own{number}"], "toy.turned", {"turn": turn}, at=timezone.now()
                )

    _at_once(work)
    for stream in Stream.objects.all():
        offsets = list(stream.events.order_by("offset").values_list("offset", flat=True))
        assert offsets == list(range(1, stream.head + 1))
    assert Stream.objects.get(name="toy:shared").head == THREADS * APPENDS


def test_appends_to_the_same_new_streams_in_any_order_never_wait_for_each_other(
    transactional_db: None,
) -> None:
    def work(number: int) -> None:
        for turn in range(APPENDS):
            names = [f"toy:{turn}a", f"toy:{turn}b", f"toy:{turn}c"]
            with transaction.atomic():
                order = names[number % 3 :] + names[: number % 3]
                log.append(order, "toy.turned", {}, at=timezone.now())

    _at_once(work)
    assert set(Stream.objects.values_list("head", flat=True)) == {THREADS}


@pytest.mark.postgis
def test_the_order_of_offsets_is_the_order_of_commits(transactional_db: None) -> None:
    """Whoever appends second waits until the first has committed, so no reader sees 2 before 1."""
    entered = threading.Event()

    def second() -> list[int]:
        with transaction.atomic():
            entered.set()
            log.append(["toy:a"], "toy.second", {}, at=timezone.now())
        return list(Event.objects.order_by("offset").values_list("offset", flat=True))

    with _other_connection() as other:
        with transaction.atomic():
            log.append(["toy:a"], "toy.first", {}, at=timezone.now())
            waiting = other.submit(second)
            assert entered.wait(5)
            with pytest.raises(TimeoutError):
                waiting.result(0.3)
        assert waiting.result(5) == [1, 2]
    assert list(Event.objects.order_by("offset").values_list("kind", flat=True)) == [
        "toy.first",
        "toy.second",
    ]
