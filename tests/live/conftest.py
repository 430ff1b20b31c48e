"""Fixtures of the log and its delivery."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import transaction
from django.utils import timezone

from accounts.models import ApiToken, User
from live import hints, log
from tests.live import toys
from tests.live.server import SocketServer

Append = Callable[..., dict[str, int]]
MakePerson = Callable[..., tuple[User, str]]


@pytest.fixture(autouse=True)
def _toys(settings: LazySettings) -> Iterator[None]:
    for name, value in toys.SETTINGS.items():
        setattr(settings, name, value)
    toys.forget_all()
    yield
    hints.flush(5)


@pytest.fixture
def append() -> Append:
    """Appends one event in a transaction of its own."""

    def do(
        *streams: str, kind: str = "toy.turned", at: datetime | None = None, **payload: Any
    ) -> dict[str, int]:
        with transaction.atomic():
            return log.append(streams, kind, payload, at=at or timezone.now())

    return do


@pytest.fixture
def make_person(db: None) -> MakePerson:
    """A person and a token of theirs."""

    def make(name: str = "red", **fields: Any) -> tuple[User, str]:
        count = User.objects.count()
        user = User.objects.create_user(f"person{count}@example.org", "a long password", name=name, **fields)
        return user, ApiToken.issue(user=user, name="phone", at=timezone.now())[1]

    return make


@pytest.fixture
def socket_server(transactional_db: None) -> Iterator[SocketServer]:
    server = SocketServer()
    server.start()
    yield server
    server.stop()
