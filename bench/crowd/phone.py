"""One client of the live protocol, with what it has seen: offsets without a gap, and when each job came."""

import asyncio
import json
import random
import time
from collections.abc import Callable
from typing import Any

from bench.crowd.wire import Wire

LONGEST_PAUSE_S, FIRST_PAUSE_S = 30.0, 0.5
ACK_S = 0.3
PING_S = 20.0


class Phone:
    """Follows one stream and comes back by offset, with full jitter, as docs/live-protocol.md asks."""

    def __init__(self, port: int, stream: str, token: str, *, on_ready: Callable[[], None]) -> None:
        self.port, self.stream, self.token = port, stream, token
        self.epoch: str | None = None
        self.offset = 0
        self.head = 0
        self.faults: list[str] = []
        self.jobs: dict[str, float] = {}
        self.recoveries: list[bool] = []
        self.pongs: list[float] = []
        self._on_ready = on_ready
        self._failures = 0
        self._wire: Wire | None = None
        self._pinged_at = 0.0
        self._ack: asyncio.TimerHandle | None = None
        self._open_soon: asyncio.TimerHandle | None = None
        self._closed = False

    @property
    def is_current(self) -> bool:
        return self._wire is not None and self.epoch is not None and self.offset >= self.head

    def open(self) -> None:
        asyncio.get_running_loop().create_task(self._connect())

    def close(self) -> None:
        self._closed = True
        if self._wire is not None:
            self._wire.cut()

    def send(self, frame: dict[str, Any]) -> None:
        if self._wire is not None:
            self._wire.send(json.dumps(frame))

    def ping(self) -> None:
        self._pinged_at = time.perf_counter()
        self.send({"type": "ping"})

    # --- the connection

    async def _connect(self) -> None:
        loop = asyncio.get_running_loop()
        wire = Wire("/ws/", lambda: self._hello(wire), self._take, self._lose)
        try:
            await loop.create_connection(lambda: wire, "127.0.0.1", self.port)
        except OSError:
            self._lose()

    def _hello(self, wire: Wire) -> None:
        known = {"epoch": self.epoch, "offset": self.offset} if self.epoch else {}
        hello = {"type": "hello", "token": self.token, "device": "bench", "streams": {self.stream: known}}
        wire.send(json.dumps(hello))
        self._wire = wire

    def _lose(self) -> None:
        self._wire = None
        if self._closed:
            return
        longest = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2**self._failures)
        self._failures += 1
        pause = random.uniform(0, longest)  # noqa: S311
        self._open_soon = asyncio.get_running_loop().call_later(pause, self.open)

    # --- frames

    def _take(self, text: bytes) -> None:
        frame = json.loads(text)
        match frame["type"]:
            case "event":
                self._take_event(frame)
            case "welcome":
                self._take_welcome(frame["streams"][self.stream])
            case "pong":
                self.pongs.append(time.perf_counter() - self._pinged_at)
            case "ping":
                self.send({"type": "pong"})
            case "error":
                self.faults.append(f"error: {frame}")

    def _take_welcome(self, standing: dict[str, Any]) -> None:
        self._failures = 0
        self.recoveries.append(standing["recovered"])
        self.head = standing["head"]
        if standing["recovered"]:
            self.epoch = standing["epoch"]
            self._tell_if_ready()
        else:
            self.epoch = None
            self._next_epoch = standing["epoch"]

    def _take_event(self, frame: dict[str, Any]) -> None:
        offset = frame["offset"]
        if frame["kind"] == "snapshot":
            self.epoch, self.offset = self._next_epoch, offset
        elif offset != self.offset + 1:
            self.faults.append(f"{self.stream}: {offset} after {self.offset}")
            self.offset = offset
        else:
            self.offset = offset
        if frame["kind"] == "job.assigned":
            self._note_job(frame["data"])
        self._acknowledge_soon()
        self._tell_if_ready()

    def _note_job(self, data: dict[str, Any]) -> None:
        job = data["job"]
        job_id = job["id"] if isinstance(job, dict) else job
        if job_id in self.jobs:
            self.faults.append(f"{job_id} came twice")
        self.jobs[job_id] = time.time()

    def _acknowledge_soon(self) -> None:
        if self._ack is None:
            self._ack = asyncio.get_running_loop().call_later(ACK_S, self._acknowledge)

    def _acknowledge(self) -> None:
        self._ack = None
        self.send({"type": "ack", "stream": self.stream, "offset": self.offset})

    def _tell_if_ready(self) -> None:
        if self.is_current:
            self._on_ready()
