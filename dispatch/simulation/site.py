"""The server as a client sees it: calls that outlive its restarts, and browsers with a session."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPMessage, HTTPSConnection
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

from dispatch.simulation.telling import Diary
from live.client.connection import full_jitter

ANSWER_S = 20.0
LONGEST_PAUSE_S = 15.0
LONGEST_WAIT_S = 60.0
TOO_OFTEN = 429


class SimulationRefused(Exception):
    """The run must not go on; says why."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: HTTPMessage
    text: str

    @property
    def facts(self) -> Any:
        return json.loads(self.text)

    @property
    def is_fine(self) -> bool:
        return self.status < 400


@dataclass(frozen=True, slots=True)
class File:
    """A photo to send."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Body:
    kind: str
    content: bytes

    @classmethod
    def of_json(cls, facts: Any) -> "Body":
        return cls("application/json", json.dumps(facts).encode())

    @classmethod
    def of_fields(cls, fields: Mapping[str, str]) -> "Body":
        return cls("application/x-www-form-urlencoded", urlencode(fields).encode())

    @classmethod
    def of_form(cls, fields: Mapping[str, str], field: str, file: File) -> "Body":
        """Fields and a file."""
        boundary = uuid4().hex
        parts = [f'name="{name}"\r\n\r\n{value}'.encode() for name, value in fields.items()]
        head = f'name="{field}"; filename="{file.name}"\r\nContent-Type: image/jpeg\r\n\r\n'.encode()
        opening = f"--{boundary}\r\nContent-Disposition: form-data; ".encode()
        content = b"".join(opening + part + b"\r\n" for part in [*parts, head + file.content])
        return cls(f"multipart/form-data; boundary={boundary}", content + f"--{boundary}--\r\n".encode())


class Site:
    """A server by its address. What fails is called again until it is answered: bodies carry ids."""

    def __init__(self, url: str, diary: Diary) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise SimulationRefused(f"{url} is no address like http://127.0.0.1:8000.")
        self.url = f"{parts.scheme}://{parts.netloc}"
        self.host = parts.hostname
        self.sockets = f"{'wss' if parts.scheme == 'https' else 'ws'}://{parts.netloc}/ws/"
        self._netloc = parts.netloc
        self._kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        self._diary = diary
        self._is_lost = False

    async def call(
        self, method: str, path: str, body: Body | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """The answer, whatever it says; called again while there is none, or the server has a fault."""
        failures = 0
        while True:
            try:
                answer = await asyncio.to_thread(self._once, method, path, body, headers or {})
            except (OSError, HTTPException) as error:
                failures += 1
                self._lose(str(error))
            else:
                if answer.status != TOO_OFTEN and answer.status < 500:
                    self._find()
                    return answer
                failures += 1
                await self._wait(answer, path)
            await asyncio.sleep(full_jitter(failures, LONGEST_PAUSE_S))

    def _once(self, method: str, path: str, body: Body | None, headers: Mapping[str, str]) -> Answer:
        connection = self._kind(self._netloc, timeout=ANSWER_S)
        try:
            kind = {"Content-Type": body.kind} if body else {}
            connection.request(method, path, body.content if body else None, {**kind, **headers})
            response = connection.getresponse()
            text = response.read().decode(errors="replace")
            return Answer(response.status, response.headers, text)
        finally:
            connection.close()

    async def _wait(self, answer: Answer, path: str) -> None:
        if answer.status != TOO_OFTEN:
            return
        asked = answer.headers.get("Retry-After", "")
        wait_s = min(float(asked) if asked.isdecimal() else 5.0, LONGEST_WAIT_S)
        where = path.split("?")[0][:40]
        self._diary.note("server", f"{where} was asked too often: again in {wait_s:.0f} s")
        await asyncio.sleep(wait_s)

    def _lose(self, why: str) -> None:
        if not self._is_lost:
            self._is_lost = True
            self._diary.note("server", f"does not answer ({why}): trying again")

    def _find(self) -> None:
        if self._is_lost:
            self._is_lost = False
            self._diary.note("server", "answers again")


class Browser:
    """A session of pages: keeps its cookies and sends forms as a person would."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._cookies: dict[str, str] = {}

    async def sign_in(self, email: str, password: str) -> bool:
        await self.get("/accounts/sign-in/")
        answer = await self.post("/accounts/sign-in/", {"username": email, "password": password})
        return answer.status == 302

    async def get(self, path: str) -> Answer:
        return self._keep(await self.site.call("GET", path, headers=self._headers()))

    async def post(self, path: str, fields: Mapping[str, str]) -> Answer:
        token = self._cookies.get("csrftoken", "")
        headers = {**self._headers(), "X-CSRFToken": token, "Referer": f"{self.site.url}/"}
        return self._keep(await self.site.call("POST", path, Body.of_fields(fields), headers))

    def _headers(self) -> dict[str, str]:
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        return {"Cookie": cookies} if cookies else {}

    def _keep(self, answer: Answer) -> Answer:
        for line in answer.headers.get_all("Set-Cookie") or []:
            for name, morsel in SimpleCookie(line).items():
                self._cookies[name] = morsel.value
        return answer
