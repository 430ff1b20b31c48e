"""How often somebody may do something, and whose address counts."""

import logging
import time
from unittest.mock import Mock

import pytest
import time_machine
from django.conf import LazySettings
from django.test import RequestFactory
from redis.exceptions import TimeoutError as RedisTimeoutError

from accounts import limits
from accounts.addresses import client_address
from accounts.limits import Limit, TooOften


@pytest.fixture(autouse=True)
def _three_a_minute(settings: LazySettings) -> None:
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": {"read": "3/minute"}}


def test_the_fourth_of_three_is_refused_with_the_time_to_wait(
    frozen_clock: time_machine.Traveller,
) -> None:
    for _number in range(3):
        Limit("read").require("user:1")
    with pytest.raises(TooOften) as refused:
        Limit("read").require("user:1")
    assert refused.value.data["retry_after_s"] == 60
    frozen_clock.shift(60)
    Limit("read").require("user:1")


def test_one_persons_calls_do_not_count_for_another() -> None:
    for _number in range(3):
        Limit("read").require("user:1")
    Limit("read").require("user:2")


def test_a_cache_that_does_not_answer_stops_nobody_and_is_asked_once(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "_paused_until", 0.0)
    deaf = Mock(incr=Mock(side_effect=RedisTimeoutError))
    monkeypatch.setattr(limits, "cache", deaf)
    with caplog.at_level(logging.ERROR):
        for _number in range(10):
            Limit("read").require("user:1")
    assert deaf.incr.call_count == 1
    assert "The cache does not answer" in caplog.text


@pytest.mark.postgis
def test_a_redis_that_hangs_costs_less_than_a_fifth_of_a_second(
    settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    import socket

    from django.core.cache.backends.redis import RedisCache

    monkeypatch.setattr(limits, "_paused_until", 0.0)
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        options = {"socket_timeout": 0.1, "socket_connect_timeout": 0.1}
        hanging = RedisCache(f"redis://127.0.0.1:{deaf.getsockname()[1]}/0", {"OPTIONS": options})
        monkeypatch.setattr(limits, "cache", hanging)
        began = time.monotonic()
        Limit("read").require("user:1")
        assert time.monotonic() - began < 0.2


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "203.0.113.9", "192.0.2.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.7, 203.0.113.9", "203.0.113.9"),
        (2, "198.51.100.7, 203.0.113.9", "198.51.100.7"),
        (2, "203.0.113.9", "192.0.2.1"),
        (1, "", "192.0.2.1"),
        (1, "nonsense", "unknown"),
        (1, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        (1, "::ffff:203.0.113.9", "203.0.113.9"),
    ],
)
def test_only_what_our_own_proxies_wrote_says_who_the_client_is(
    settings: LazySettings, proxies: int, forwarded: str, expected: str
) -> None:
    settings.TRUSTED_PROXIES = proxies
    request = RequestFactory().get("/", headers={"X-Forwarded-For": forwarded}, REMOTE_ADDR="192.0.2.1")
    assert client_address(request) == expected
