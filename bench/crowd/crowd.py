"""Many phones on one event loop."""

import asyncio
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from bench.crowd.phone import Phone

OPENED_AT_A_TIME = 50


class Crowd:
    """Phones spread evenly over the ports."""

    def __init__(self, clients: Sequence[dict[str, Any]], ports: Sequence[int]) -> None:
        self._ready = asyncio.Event()
        self.phones = [
            Phone(ports[number % len(ports)], client["stream"], client["token"], on_ready=self._ready.set)
            for number, client in enumerate(clients)
        ]

    async def open(self) -> None:
        """All connected and current; a few at a time, as people come to work."""
        for start in range(0, len(self.phones), OPENED_AT_A_TIME):
            some = self.phones[start : start + OPENED_AT_A_TIME]
            for phone in some:
                phone.open()
            await self.until(partial(_are_current, some), seconds=60)

    async def until(self, holds: Callable[[], bool], *, seconds: float) -> bool:
        """Wait until it holds; whether it does."""
        deadline = time.monotonic() + seconds
        while not holds() and time.monotonic() < deadline:
            await asyncio.sleep(0.05)
        return holds()

    def faults(self) -> list[str]:
        return [fault for phone in self.phones for fault in phone.faults]

    def jobs(self) -> dict[str, float]:
        """When each job came to its crew's phone."""
        return {job: at for phone in self.phones for job, at in phone.jobs.items()}

    async def ping(self, *, seconds: float = 30) -> list[float]:
        """Every phone asks once; seconds until each was answered."""
        counts = [len(phone.pongs) for phone in self.phones]
        for phone in self.phones:
            phone.ping()
        pairs = list(zip(self.phones, counts, strict=True))
        await self.until(lambda: all(len(phone.pongs) > count for phone, count in pairs), seconds=seconds)
        return [phone.pongs[-1] for phone, count in pairs if len(phone.pongs) > count]

    async def keep_alive(self) -> None:
        """Ping as the protocol asks, each phone at another moment, until cancelled."""
        while True:
            for start in range(0, len(self.phones), 100):
                for phone in self.phones[start : start + 100]:
                    phone.ping()
                await asyncio.sleep(20 / (len(self.phones) / 100))

    def close(self) -> None:
        for phone in self.phones:
            phone.close()


def _are_current(phones: Sequence[Phone]) -> bool:
    return all(phone.is_current for phone in phones)


async def send_positions(phones: Sequence[Phone], *, rate: float, seconds: float) -> int:
    """Each phone in turn says where it is, `rate` messages a second in all; how many were sent."""
    begun, sent = time.monotonic(), 0
    while time.monotonic() - begun < seconds:
        due = int((time.monotonic() - begun) * rate)
        for number in range(sent, due):
            phones[number % len(phones)].send(_position(number))
        sent = due
        await asyncio.sleep(0.01)
    return sent


def _position(number: int) -> dict[str, Any]:
    at = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime()) + f".{int(time.time() % 1 * 1e6):06}Z"
    lat, lon = 42.65 + number % 1000 / 20_000, 23.25 + number // 1000 % 100 / 1_000
    return {"type": "position", "lat": lat, "lon": lon, "accuracy": 8, "at": at}
