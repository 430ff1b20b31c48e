"""Fixtures and guards for every test."""

import os
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import hypothesis
import pytest
import time_machine
from channels.layers import channel_layers
from django.conf import LazySettings
from django.core.cache import cache
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from config.celery import app as celery_app
from districts.locating import keeping

pytest_plugins = ["tests.bed.fixtures"]

# A busy machine is no bug, and what was found stays found by an example in the test.
hypothesis.settings.register_profile("house", deadline=None, database=None, print_blob=True)
hypothesis.settings.load_profile("house")

A_TUESDAY_MORNING = datetime(2026, 11, 3, 9, 0, tzinfo=ZoneInfo("Europe/Sofia"))


PROCESS_FIXTURES = {"live_process", "make_live_process"}
HOME_FIXTURES = {"db", "transactional_db"} | PROCESS_FIXTURES


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    # Those that wait for other processes come first, each in its turn, while the other workers do the rest.
    items.sort(key=lambda item: not _drives_processes(item))
    if os.environ.get("BED_TESTED_EMBEDDED"):
        _leave_out_what_no_home_changes(config, items)
    if os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"):
        return
    skip = pytest.mark.skip(reason="needs DATABASE_URL and REDIS_URL; bin/test sets them")
    for item in items:
        if item.get_closest_marker("postgis"):
            item.add_marker(skip)


def _leave_out_what_no_home_changes(config: pytest.Config, items: list[pytest.Item]) -> None:
    """bin/test runs what uses neither a database nor a server once, in the embedded home."""
    once = [item for item in items if not _depends_on_the_home(item)]
    config.hook.pytest_deselected(items=once)
    left_out = set(once)
    items[:] = [item for item in items if item not in left_out]


def _drives_processes(item: pytest.Item) -> bool:
    marks = any(item.get_closest_marker(mark) for mark in ("browser", "story", "processes"))
    return marks or bool(set(getattr(item, "fixturenames", ())) & PROCESS_FIXTURES)


def _depends_on_the_home(item: pytest.Item) -> bool:
    marks = ("django_db", "postgis", "browser", "story")
    fixtures = set(getattr(item, "fixturenames", ()))
    return any(item.get_closest_marker(mark) for mark in marks) or bool(fixtures & HOME_FIXTURES)


@pytest.fixture(autouse=True)
def _nothing_left_for_the_next_test() -> Iterator[None]:
    """The cache (and with it rate limits), the channel layer and the language start afresh."""
    yield
    cache.clear()
    channel_layers.backends.clear()
    translation.deactivate()


@pytest.fixture
def frozen_clock() -> Iterator[time_machine.Traveller]:
    """The clock stands at nine on a Tuesday morning in Sofia; `.shift(seconds)` and `.move_to(at)` set it."""
    with time_machine.travel(A_TUESDAY_MORNING, tick=False) as clock:
        yield clock


@pytest.fixture
def django_assert_num_queries(
    django_assert_num_queries: DjangoAssertNumQueries, monkeypatch: pytest.MonkeyPatch
) -> Iterator[DjangoAssertNumQueries]:
    """Without the look for changed boundaries, once a second: only a slow machine would count it."""
    monkeypatch.setattr(keeping, "_LOOK_EVERY_S", 3600.0)
    yield django_assert_num_queries
    keeping._keeper._look_at = 0.0


@pytest.fixture
def tasks_at_once(settings: LazySettings) -> Iterator[None]:
    """Tasks run where they are enqueued, and their errors reach the test."""
    celery_app.conf.update(task_always_eager=True, task_eager_propagates=True)
    yield
    celery_app.conf.update(task_always_eager=False, task_eager_propagates=False)
