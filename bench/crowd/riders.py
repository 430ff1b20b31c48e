"""Crews that do their jobs with the reference client, and write down all that they saw and were told.

`python -m bench.crowd.riders WORLD RECORD WS_URL PAGES_URL RIDERS`. What is in RECORD was safely seen:
started again with the same file, after a kill -9, it goes on from there, with the same ids.
"""

import asyncio
import http.client
import json
import sys
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid5

from PIL import Image

from live.client import Known, LiveClient

_SPACE = UUID("6a0f6a0e-3d1b-4f0e-8f52-0a3a5d1f1c11")
PAUSE_S = 0.5


class Record:
    """Lines of JSON, each written before anybody hears of it."""

    def __init__(self, file: Path) -> None:
        self.lines = [json.loads(line) for line in _whole_lines(file)]
        self._out = file.open("a", encoding="utf-8")

    def write(self, **facts: Any) -> None:
        self._out.write(json.dumps(facts) + "\n")
        self._out.flush()

    def known(self, stream: str) -> Known:
        own = [line for line in self.lines if line["what"] == "event" and line["stream"] == stream]
        return Known(own[-1]["epoch"], own[-1]["offset"]) if own else Known()

    def open_jobs(self, stream: str) -> list[str]:
        own = [line for line in self.lines if line.get("stream") == stream]
        done = {line["job"] for line in own if line["what"] == "done"}
        return [line["job"] for line in own if line["what"] == "job" and line["job"] not in done]


def _whole_lines(file: Path) -> list[str]:
    """A kill in the middle of a line leaves half of it, which was never acted on."""
    if not file.exists():
        return []
    text = file.read_text(encoding="utf-8")
    whole = text[: text.rfind("\n") + 1]
    file.write_text(whole, encoding="utf-8")
    return whole.splitlines()


class Rider:
    """One crew: takes each job from accept to finish."""

    def __init__(self, crew: dict[str, Any], record: Record, ws_url: str, pages: str) -> None:
        self.stream, self.token = crew["stream"], crew["token"]
        self.record, self.pages = record, pages
        known = record.known(self.stream)
        self.client = LiveClient(
            ws_url,
            [self.stream],
            token=self.token,
            device="rider",
            longest_pause_s=3.0,
            known={self.stream: known} if known.epoch else {},
        )
        self._begun: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        async with self.client:
            for job in self.record.open_jobs(self.stream):
                self._begin(job)
            async for frame in self.client.events():
                if frame["type"] == "event":
                    await self._take(frame)

    async def _take(self, frame: dict[str, Any]) -> None:
        epoch, offset = self.client.reached[self.stream].epoch, frame["offset"]
        for job in _new_jobs(frame):
            if job not in self._begun:
                self.record.write(what="job", stream=self.stream, job=job, kind=frame["kind"])
        self.record.write(
            what="event",
            stream=self.stream,
            offset=offset,
            epoch=epoch,
            kind=frame["kind"],
            job=_job_of(frame),
        )
        await self.client.ack(self.stream, offset)
        for job in _new_jobs(frame):
            self._begin(job)

    def _begin(self, job: str) -> None:
        if job not in self._begun:
            self._begun.add(job)
            task = asyncio.create_task(self._work(job))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _work(self, job: str) -> None:
        for name in ("job.accept", "job.start", "job.arrive"):
            await self._command(name, job)
        photo = str(uuid5(_SPACE, f"{job} photo"))
        while not await asyncio.to_thread(self._send_photo, photo):
            await asyncio.sleep(PAUSE_S)
        await self._command("job.finish", job, outcome="fixed", photos=[photo])
        self.record.write(what="done", stream=self.stream, job=job)

    async def _command(self, name: str, job: str, **fields: Any) -> None:
        id = str(uuid5(_SPACE, f"{job} {name}"))
        while True:
            result = await self.client.command(name, id=id, job=job, **fields)
            if result["ok"] or not result["error"].get("retry"):
                break
            await asyncio.sleep(PAUSE_S)
        code = None if result["ok"] else result["error"]["code"]
        self.record.write(what="result", stream=self.stream, id=id, name=name, job=job, code=code)

    def _send_photo(self, photo: str) -> bool:
        body, boundary = _form(photo)
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Content-Type": f"multipart/form-data; boundary={boundary}",
        }
        connection = http.client.HTTPConnection(urlsplit(self.pages).netloc, timeout=20)
        try:
            connection.request("POST", "/api/v1/crew/photos/", body, headers)
            return connection.getresponse().status == 201
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()


def _new_jobs(frame: dict[str, Any]) -> list[str]:
    if frame["kind"] == "snapshot":
        return [job["id"] for job in frame["data"]["jobs"]]
    return [_job_of(frame) or ""] if frame["kind"] == "job.assigned" else []


def _job_of(frame: dict[str, Any]) -> str | None:
    job = frame["data"].get("job")
    told: str | None = job["id"] if isinstance(job, dict) else job
    return told


def _form(photo: str) -> tuple[bytes, str]:
    """Each photo is a picture of its own."""
    number = UUID(photo).int
    picture = BytesIO()
    Image.new("RGB", (64, 48), (number % 256, number // 256 % 256, number // 65536 % 256)).save(
        picture, "JPEG"
    )
    boundary = uuid5(_SPACE, photo).hex
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in (("id", photo), ("role", "after"))
    ]
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="after.jpg"\r\n'
    file = head.encode() + b"Content-Type: image/jpeg\r\n\r\n" + picture.getvalue()
    return b"".join(parts) + file + f"\r\n--{boundary}--\r\n".encode(), boundary


async def main() -> None:
    world, record, ws_url, pages, riders = sys.argv[1:]
    crews = json.loads(Path(world).read_text())["crews"][: int(riders)]
    kept = Record(Path(record))
    await asyncio.gather(*(Rider(crew, kept, ws_url, pages).run() for crew in crews))


if __name__ == "__main__":
    asyncio.run(main())
