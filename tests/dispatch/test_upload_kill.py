"""A server that is killed in the middle of a photo knows afterwards how much of it is really there."""

import base64
import hashlib
import json
import socket
import time
from http.client import HTTPConnection, HTTPResponse
from random import Random
from uuid import uuid4

import pytest

from reports.models import Photo
from tests.bed.process import LiveProcess
from tests.factories import jpeg_bytes

PASSWORD = "a long enough password"
TUS = {"Tus-Resumable": "1.0.0"}
# A whole picture, and noise behind its end, as some phones write their thumbnails there.
PICTURE = jpeg_bytes() + Random(7).randbytes(3_000_000)  # noqa: S311 - no secret


class Phone:
    """Sends one photo over plain HTTP."""

    def __init__(self, process: LiveProcess, job: str) -> None:
        self.port = process.ports[0]
        self.id = str(uuid4())
        self.job = job
        self.token = self.sign_in()
        self.address = f"/api/v1/crew/uploads/{self.id}/"

    def call(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> HTTPResponse:
        client = HTTPConnection("127.0.0.1", self.port, timeout=30)
        client.request(method, path, body=body, headers=headers)
        answer = client.getresponse()
        answer.told = answer.read()  # type: ignore[attr-defined]
        client.close()
        return answer

    def sign_in(self) -> str:
        form = json.dumps({"email": "crew@example.org", "password": PASSWORD, "device": "test"}).encode()
        answer = self.call("POST", "/api/v1/tokens/", form, {"Content-Type": "application/json"})
        return str(json.loads(answer.told)["token"])  # type: ignore[attr-defined]

    def own(self, **headers: str) -> dict[str, str]:
        return {**TUS, "Authorization": f"Bearer {self.token}", **headers}

    def begin(self) -> None:
        sha256 = hashlib.sha256(PICTURE).hexdigest()
        facts = {"id": self.id, "job": self.job, "role": "after", "sha256": sha256, "filename": "a.jpg"}
        told = ",".join(f"{name} {base64.b64encode(text.encode()).decode()}" for name, text in facts.items())
        headers = self.own(**{"Upload-Length": str(len(PICTURE)), "Upload-Metadata": told})
        assert self.call("POST", "/api/v1/crew/uploads/", b"", headers).status == 201

    def send(self, start: int, end: int | None = None) -> HTTPResponse:
        kind = {"Content-Type": "application/offset+octet-stream", "Upload-Offset": str(start)}
        return self.call("PATCH", self.address, PICTURE[start:end], self.own(**kind))

    def offset(self) -> int:
        answer = self.call("HEAD", self.address, b"", self.own())
        assert answer.status == 200
        return int(answer.headers["Upload-Offset"])

    def send_half(self, start: int, announced: int, sent: int) -> socket.socket:
        """A request that stops before its end; the connection stays open."""
        lines = self.own(
            **{
                "Host": f"127.0.0.1:{self.port}",
                "Content-Type": "application/offset+octet-stream",
                "Content-Length": str(announced),
                "Upload-Offset": str(start),
            }
        )
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        line = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        line.sendall(f"PATCH {self.address} HTTP/1.1\r\n{head}\r\n".encode() + PICTURE[start:][:sent])
        return line


def photo_of(id: str) -> list[str]:
    return [photo.sha256 for photo in Photo.objects.filter(pk=id)]


@pytest.mark.postgis
def test_a_photo_goes_on_from_a_true_offset_after_a_kill_in_mid_chunk(live_process: LiveProcess) -> None:
    job = live_process.call("tests.mobile_api.seeding:seed_crew", email="crew@example.org", password=PASSWORD)
    phone = Phone(live_process, job)
    phone.begin()
    assert phone.send(0, 200_000).status == 204
    with phone.send_half(200_000, announced=2_000_000, sent=1_500_000):
        deadline = time.monotonic() + 10
        while phone.offset() == 200_000 and time.monotonic() < deadline:
            time.sleep(0.02)
        live_process.kill()
    live_process.start()
    offset = phone.offset()
    assert 200_000 < offset <= 1_700_000
    assert phone.send(offset - 1).status == 409
    assert phone.send(offset).status == 204
    assert phone.offset() == len(PICTURE)
    sha256 = hashlib.sha256(PICTURE).hexdigest()
    assert live_process.call("tests.dispatch.test_upload_kill:photo_of", id=phone.id) == [sha256]
