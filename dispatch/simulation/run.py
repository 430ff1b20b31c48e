"""One run: what was asked for, what all its people share, and how it begins and ends."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from ipaddress import ip_address
from random import Random
from typing import Any
from uuid import UUID, uuid4, uuid5

from dispatch.simulation.site import Body, SimulationRefused, Site
from dispatch.simulation.telling import Diary
from districts.geometry import Position


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the command was asked for. `speed` is of the crews' time; residents report as they do."""

    url: str
    reports_per_hour: float = 30.0
    crews: int = 3
    speed: float = 1.0
    seconds: float | None = None
    seed: int | None = None
    plays_dispatcher: bool = False
    yes_this_server: bool = False
    password: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """A report of this run, as its resident knows it."""

    code: str
    private: str
    category: str
    double_of: str = ""


@dataclass(frozen=True, slots=True)
class Placed:
    told: Told
    place: Position


@dataclass
class Run:
    """What everybody in a run shares. Ids come from its own: what is sent twice is one thing."""

    wishes: Wishes
    site: Site
    diary: Diary
    random: Random
    id: UUID = field(default_factory=uuid4)
    told: dict[str, Placed] = field(default_factory=dict)
    finished: "asyncio.Queue[str]" = field(default_factory=asyncio.Queue)

    @classmethod
    def begin(cls, wishes: Wishes, say: Callable[[str], object]) -> "Run":
        """Raises SimulationRefused for a server that it must not touch."""
        diary = Diary(say)
        site = Site(wishes.url, diary)
        if not (wishes.yes_this_server or is_loopback(site.host)):
            raise SimulationRefused(
                f"{site.host} is not this machine, and what is invented there looks like what people report. "
                "--yes-this-server does it all the same."
            )
        return cls(wishes, site, diary, Random(wishes.seed))  # noqa: S311 - a game, no secret

    def remember(self, told: Told, place: Position) -> None:
        self.told[told.code] = Placed(told, place)

    def make_id(self, name: str) -> str:
        return str(uuid5(self.id, name))

    async def pause(self, least_s: float, most_s: float) -> None:
        """So many seconds of the crews' time."""
        await asyncio.sleep(self.random.uniform(least_s, most_s) / self.wishes.speed)

    def happens(self, chance: float) -> bool:
        return self.random.random() < chance

    async def token_for(self, email: str) -> str | None:
        """None where the server knows no such person with the password."""
        given = {"email": email, "password": self.wishes.password, "device": "simulation"}
        answer = await self.site.call("POST", "/api/v1/tokens/", Body.of_json(given))
        return str(answer.facts["token"]) if answer.status == 201 else None

    async def give_back(self, token: str) -> None:
        await self.site.call("DELETE", "/api/v1/tokens/current/", headers=bearer(token))


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


async def play(parts: list[Coroutine[Any, Any, None]], seconds: float | None) -> None:
    """All parts at once, for so long or until one of them fails; what is left is ended cleanly."""
    tasks = [asyncio.create_task(part) for part in parts]
    try:
        done, _left = await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_EXCEPTION)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        task.result()
