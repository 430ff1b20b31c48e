"""A local server that speaks what a push needs of Google: the token endpoint, and FCM's HTTP v1."""

import json
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

PROJECT = "mahala-test"
ACCESS = "an-access-token"


@dataclass
class Answer:
    """What FCM answers once: a status with an error code, a header, after a pause."""

    status: int = 200
    error: str = ""
    message: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    pause_s: float = 0.0

    @property
    def body(self) -> dict[str, Any]:
        if self.status == 200:
            return {"name": f"projects/{PROJECT}/messages/1"}
        kinds = {404: "NOT_FOUND", 400: "INVALID_ARGUMENT", 429: "RESOURCE_EXHAUSTED", 503: "UNAVAILABLE"}
        detail = {
            "@type": "type.googleapis.com/google.firebase.fcm.v1.FcmError",
            "errorCode": self.error,
        }
        error = {
            "code": self.status,
            "status": kinds.get(self.status, "INTERNAL"),
            "message": self.message or self.error,
            "details": [detail],
        }
        return {"error": error}


UNREGISTERED = Answer(404, "UNREGISTERED")
NO_TOKEN = Answer(400, "INVALID_ARGUMENT", "The registration token is not a valid FCM registration token")
BAD_MESSAGE = Answer(400, "INVALID_ARGUMENT", "Invalid value at 'message.android.ttl'")


class FcmServer:
    """Answers by the identifier, else with success; keeps what it was sent."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []
        self.refuses_access = False
        self._answers: dict[str, deque[Answer]] = {}
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.fcm = self
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def answer(self, value: str, *answers: Answer) -> None:
        """What the next messages to this identifier get; then success again."""
        self._answers[value] = deque(answers)

    def sent_to(self, value: str) -> list[dict[str, Any]]:
        return [message for message in self.messages if value in (message.get("token"), message.get("fid"))]

    def credential(self, folder: Path) -> Path:
        """A service account's file whose tokens come from here."""
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        pem = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        account = {
            "type": "service_account",
            "project_id": PROJECT,
            "private_key_id": "1",
            "private_key": pem.decode(),
            "client_email": f"push@{PROJECT}.example",
            "token_uri": f"{self.url}/token",
        }
        path = folder / "service-account.json"
        path.write_text(json.dumps(account))
        return path

    def take(self, message: dict[str, Any]) -> Answer:
        with self._lock:
            self.messages.append(message)
            waiting = self._answers.get(message.get("token") or message.get("fid") or "")
            return waiting.popleft() if waiting else Answer()


class _Server(ThreadingHTTPServer):
    fcm: FcmServer


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/token":
            self._give_token(parse_qs(body.decode()))
        elif self.path == f"/v1/projects/{PROJECT}/messages:send":
            self._take_message(json.loads(body)["message"])
        else:
            self._send(404, {})

    def _give_token(self, form: dict[str, list[str]]) -> None:
        if self.server.fcm.refuses_access or not form.get("assertion"):
            self._send(401, {"error": "invalid_grant"})
            return
        self._send(200, {"access_token": ACCESS, "expires_in": 3600, "token_type": "Bearer"})

    def _take_message(self, message: dict[str, Any]) -> None:
        if self.headers["Authorization"] != f"Bearer {ACCESS}":
            self._send(401, {"error": {"code": 401, "status": "UNAUTHENTICATED"}})
            return
        answer = self.server.fcm.take(message)
        time.sleep(answer.pause_s)
        self._send(answer.status, answer.body, answer.headers)

    def _send(self, status: int, body: dict[str, Any], headers: dict[str, str] | None = None) -> None:
        raw = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Length": str(len(raw)), **(headers or {})}.items():
            self.send_header(name, value)
        try:
            self.end_headers()
            self.wfile.write(raw)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # the client waited no longer

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""
