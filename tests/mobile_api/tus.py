"""Sending a photo in pieces in tests."""

import base64
import hashlib
from typing import Any
from uuid import uuid4

from django.test import Client

UPLOADS = "/api/v1/crew/uploads/"
TUS = {"Tus-Resumable": "1.0.0"}
BYTES = "application/offset+octet-stream"


def metadata(**facts: object) -> str:
    return ",".join(
        f"{name} {base64.b64encode(str(value).encode()).decode()}" for name, value in facts.items()
    )


class Sending:
    """A photo of a job, and the device that sends it."""

    def __init__(self, device: Client, job: object, content: bytes, /, **facts: object) -> None:
        self.device = device
        self.content = content
        sha256 = hashlib.sha256(content).hexdigest()
        own = {"id": uuid4(), "job": job, "role": "after", "sha256": sha256, "filename": "after.jpg"}
        self.facts = own | facts

    @property
    def id(self) -> str:
        return str(self.facts["id"])

    @property
    def address(self) -> str:
        return f"{UPLOADS}{self.id}/"

    def begin(self, **headers: str) -> Any:
        own = {"Upload-Length": str(len(self.content)), "Upload-Metadata": metadata(**self.facts)}
        return self.device.post(UPLOADS, headers=TUS | own | headers)

    def send(self, start: int, end: int | None = None, **headers: str) -> Any:
        data = self.content[start:end]
        own = TUS | {"Upload-Offset": str(start)} | headers
        return self.device.patch(self.address, data, content_type=BYTES, headers=own)

    def ask(self) -> Any:
        return self.device.head(self.address, headers=TUS)

    def whole(self) -> "Sending":
        assert self.begin().status_code == 201
        assert self.send(0).status_code == 204
        return self
