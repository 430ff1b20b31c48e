"""A row at which a sweep fails keeps no other waiting, and is tried again by and by."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection

from live.models import Setback, Stream
from live.sweeping import FORGOTTEN_AFTER, sweep
from tests.factories import NOW

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


class Swept:
    """Three rows of which one fails, or all work."""

    def __init__(self) -> None:
        self.ids = [Stream.objects.create(name=f"toy:{name}").pk for name in "abc"]
        self.poisoned: int | None = self.ids[0]
        self.tried: list[int] = []

    def handle(self, key: int) -> str:
        self.tried.append(key)
        if key == self.poisoned:
            raise KeyError(key)
        return f"did {key}"

    def run(self, minutes: float = 0.0, at_once: int = 10) -> list[str]:
        self.tried.clear()
        rows = Stream.objects.order_by("pk")
        return sweep("toys", rows, self.handle, at=NOW + minutes * MINUTE, at_once=at_once)


@pytest.fixture
def swept() -> Swept:
    return Swept()


def test_one_that_fails_is_logged_with_its_id_and_keeps_no_place(
    swept: Swept, caplog: pytest.LogCaptureFixture
) -> None:
    one, two, three = swept.ids
    assert swept.run() == [f"did {two}", f"did {three}"]
    assert f"toys failed at {one}: it is tried again at 2026-11-03 09:01:00+02:00" in caplog.text
    assert [record.exc_info is not None for record in caplog.records] == [True]
    swept.run(at_once=2)
    assert swept.tried == [two, three]


def test_the_next_try_comes_later_each_time_and_success_forgets_it(swept: Swept) -> None:
    at = 0.0
    for gap in (0.0, 1.0, 5.0, 15.0, 60.0, 360.0, 360.0):
        if gap:
            swept.run(at + gap - 0.1)
            assert swept.poisoned not in swept.tried
        at += gap
        swept.run(at)
        assert swept.poisoned in swept.tried
    swept.poisoned = None
    assert len(swept.run(at + 360)) == 3
    assert not Setback.objects.exists()


def test_a_setback_of_what_went_another_way_is_forgotten(swept: Swept) -> None:
    swept.run()
    Stream.objects.filter(pk=swept.ids[0]).delete()
    swept.poisoned = swept.ids[1]
    swept.run((FORGOTTEN_AFTER + 2 * MINUTE) / MINUTE)
    assert list(Setback.objects.values_list("row", flat=True)) == [str(swept.ids[1])]


def test_without_its_database_a_sweep_stops_and_blames_no_row(
    swept: Swept, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def lose(_key: int) -> None:
        raise OperationalError("the connection is lost")

    monkeypatch.setattr(connection, "is_usable", lambda: False)
    with pytest.raises(OperationalError):
        sweep("toys", Stream.objects.order_by("pk"), lose, at=NOW)
    assert (Setback.objects.count(), caplog.text) == (0, "")


def test_a_process_told_to_stop_stops(swept: Swept) -> None:
    def stop(_key: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sweep("toys", Stream.objects.order_by("pk"), stop, at=NOW)
    assert not Setback.objects.exists()


def test_nothing_waiting_costs_one_query(
    swept: Swept, django_assert_num_queries: Callable[[int], Any]
) -> None:
    with django_assert_num_queries(1):
        sweep("toys", Stream.objects.none() | Stream.objects.filter(pk=0), swept.handle, at=NOW)
    with django_assert_num_queries(2):
        sweep("toys", Stream.objects.all(), str, at=NOW)
