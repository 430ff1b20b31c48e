"""Streams, commands and readers as an app above would register them."""

from collections.abc import Hashable, Sequence
from datetime import datetime
from threading import Event
from typing import Any, ClassVar

from django.contrib.auth.models import AnonymousUser

from accounts.errors import DomainError
from accounts.models import User
from live.commands import Command
from live.delivery import Position
from live.events import EventFacts

Person = User | AnonymousUser
SETTINGS = {
    "LIVE_STREAMS": {"toy": "tests.live.toys.ToyStreams", "open": "tests.live.toys.OpenStreams"},
    "LIVE_COMMANDS": {
        "toy.turn": "tests.live.toys.turn",
        "toy.refuse": "tests.live.toys.refuse",
        "toy.break": "tests.live.toys.break_down",
        "toy.cough": "tests.live.toys.break_down_once",
        "toy.wait": "tests.live.toys.wait_for_test",
    },
    "LIVE_ACKS": "tests.live.toys.take_ack",
    "LIVE_POSITIONS": "tests.live.toys.take_positions",
    "LIVE_READERS": ["tests.live.toys.Listener"],
}


class ToyStreams:
    """toy:<key> is for people who have the key in their name; staff see who turned it."""

    presented: ClassVar[list[tuple[str, tuple[int, ...]]]] = []

    def may_read(self, user: Person, key: str) -> bool:
        return isinstance(user, User) and key in user.name

    def audience(self, user: Person, key: str) -> Hashable:
        return "staff" if isinstance(user, User) and user.is_staff else "crew"

    def snapshot(self, user: Person, key: str) -> dict[str, Any]:
        return {"toy": key, "for": self.audience(user, key)}

    def present(self, user: Person, key: str, events: list[EventFacts]) -> list[dict[str, Any] | None]:
        self.presented.append((str(self.audience(user, key)), tuple(event.offset for event in events)))
        return [self._present(user, event) for event in events]

    def _present(self, user: Person, event: EventFacts) -> dict[str, Any] | None:
        if event.kind == "toy.broken":
            raise RuntimeError("this toy can't be shown")
        if event.kind == "toy.hidden":
            return None
        private = {"by": "a private name"} if isinstance(user, User) and user.is_staff else {}
        return {**event.payload, **private}


class OpenStreams:
    """open:<key> is for everybody, with a presentation for each person."""

    def may_read(self, user: Person, key: str) -> bool:
        return key != "none"

    def snapshot(self, user: Person, key: str) -> dict[str, Any]:
        return {"open": key}

    def present(self, user: Person, key: str, events: list[EventFacts]) -> list[dict[str, Any] | None]:
        return [dict(event.payload) for event in events]


class ToyRefused(DomainError):
    code = "toy_refused"
    http_status = 409


turned: list[Command] = []
acks: list[tuple[str, str, int]] = []
positions: list[tuple[float, float, float | None, datetime]] = []
placed: list[tuple[tuple[str, ...], float]] = []
the_test_is_done = Event()


def turn(user: User, command: Command, at: datetime) -> dict[str, Any]:
    turned.append(command)
    return {"id": command.job, "status": "turned", "by": user.pk, "at": at}


def refuse(user: User, command: Command, at: datetime) -> dict[str, Any]:
    raise ToyRefused("The toy is in another room.", field="version", state="gone")


def break_down(user: User, command: Command, at: datetime) -> dict[str, Any]:
    raise RuntimeError("a fault of ours")


def break_down_once(user: User, command: Command, at: datetime) -> dict[str, Any]:
    turned.append(command)
    if len(turned) == 1:
        raise RuntimeError("a fault of ours")
    return {"status": "turned"}


def wait_for_test(user: User, command: Command, at: datetime) -> dict[str, Any]:
    the_test_is_done.wait(10)
    return {}


def take_ack(user: User, device: str, stream: str, offset: int, at: datetime) -> None:
    acks.append((device, stream, offset))


def take_positions(taken: Sequence[Position]) -> None:
    placed.extend((each.streams, each.lat) for each in taken)
    positions.extend((each.lat, each.lon, each.accuracy, each.at) for each in taken)


class Listener:
    """A reader of toy streams that fails on demand."""

    name = "listener"
    streams = "toy"
    heard: ClassVar[list[tuple[str, int, str]]] = []
    failing: ClassVar[bool] = False

    def handle(self, events: list[EventFacts]) -> None:
        if self.failing:
            raise RuntimeError("this reader is ill")
        self.heard.extend((event.stream, event.offset, event.kind) for event in events)


def forget_all() -> None:
    for kept in (ToyStreams.presented, turned, acks, positions, placed, Listener.heard):
        kept.clear()
    Listener.failing = False
    the_test_is_done.clear()
