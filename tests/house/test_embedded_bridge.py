"""Requests reach the pages of the embedded home whole, or not at all."""

import hashlib
import os
from pathlib import Path
from typing import Any

import pytest

from config.embedded.bridge import WsgiBridge
from config.embedded.environ import wsgi_environ
from config.whole_body import BodyCutShort, require_whole_bodies

Message = dict[str, Any]
LIMIT = 30_000_000


def scope(**changes: Any) -> Message:
    plain: Message = {
        "type": "http",
        "method": "POST",
        "path": "/",
        "query_string": b"",
        "http_version": "1.1",
        "headers": [],
        "server": ("127.0.0.1", 8000),
        "client": ("127.0.0.1", 5000),
    }
    return plain | changes


class Recorder:
    """A WSGI application that notes what it is asked and answers with chunks."""

    def __init__(self, *answer: bytes) -> None:
        self.answer = answer
        self.bodies: list[bytes] = []

    def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        self.bodies.append(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
        start_response("201 Created", [("X-Seen", environ["CONTENT_LENGTH"])])
        return list(self.answer)


async def converse(app: Recorder, folder: Path, messages: list[Message], **changes: Any) -> list[Message]:
    incoming, sent = iter(messages), []

    async def receive() -> Message:
        return next(incoming)

    async def send(message: Message) -> None:
        sent.append(message)

    bridge = WsgiBridge(app, threads=2, body_limit=LIMIT, spool_dir=folder)
    await bridge(scope(**changes), receive, send)
    bridge.close()
    return sent


def part(body: bytes, *, more: bool) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


async def test_a_large_upload_arrives_unchanged(tmp_path: Path) -> None:
    photo = os.urandom(25_000_000)
    pieces = [part(photo[i : i + 65_536], more=True) for i in range(0, len(photo), 65_536)]
    app = Recorder(b"thanks")
    sent = await converse(app, tmp_path, [*pieces, part(b"", more=False)])
    assert hashlib.sha256(app.bodies[0]).digest() == hashlib.sha256(photo).digest()
    assert sent[0]["status"] == 201
    assert (b"x-seen", b"25000000") in sent[0]["headers"]


async def test_an_upload_broken_off_is_never_acted_on(tmp_path: Path) -> None:
    app = Recorder()
    sent = await converse(app, tmp_path, [part(b"half a photo", more=True), {"type": "http.disconnect"}])
    assert app.bodies == []
    assert sent == []


@pytest.mark.parametrize("announced", [True, False])
async def test_a_body_over_the_limit_is_answered_with_413(tmp_path: Path, announced: bool) -> None:
    headers = [(b"content-length", str(LIMIT + 1).encode())] if announced else []
    app = Recorder()
    sent = await converse(app, tmp_path, [part(bytes(LIMIT + 1), more=False)], headers=headers)
    assert sent[0]["status"] == 413
    assert app.bodies == []


async def test_many_small_chunks_are_joined_and_the_end_is_marked(tmp_path: Path) -> None:
    app = Recorder(*[b"x" * 4096] * 40)
    sent = await converse(app, tmp_path, [part(b"", more=False)])
    bodies = [message for message in sent if message["type"] == "http.response.body"]
    assert b"".join(message["body"] for message in bodies) == b"x" * 4096 * 40
    assert len(bodies) == 3
    assert [message["more_body"] for message in bodies] == [True, True, False]


def test_headers_become_variables_and_underscores_can_not_forge_them(tmp_path: Path) -> None:
    headers = [
        (b"content-type", b"text/plain"),
        (b"cookie", b"a=1"),
        (b"cookie", b"b=2"),
        (b"x-forwarded-for", b"10.0.0.1"),
        (b"x_forwarded_for", b"6.6.6.6"),
    ]
    with (tmp_path / "body").open("w+b") as body:
        environ = wsgi_environ(scope(headers=headers, path="/места/"), body, 0)
    assert environ["CONTENT_TYPE"] == "text/plain"
    assert environ["HTTP_COOKIE"] == "a=1; b=2"
    assert environ["HTTP_X_FORWARDED_FOR"] == "10.0.0.1"
    assert environ["PATH_INFO"].encode("latin-1").decode() == "/места/"


def test_a_body_that_ends_before_its_announced_length_is_an_error(tmp_path: Path) -> None:
    cut = tmp_path / "cut"
    cut.write_bytes(b"half")
    app = require_whole_bodies(Recorder())
    with cut.open("rb") as body:
        environ: dict[str, Any] = {"CONTENT_LENGTH": "8", "wsgi.input": body}
        app(environ, lambda *_: None)
        with pytest.raises(BodyCutShort):
            environ["wsgi.input"].read(4)


async def test_header_values_that_begin_with_a_blank_are_sent_without_it(tmp_path: Path) -> None:
    """Django's cookie lines do, and the server refuses them."""

    class Baker(Recorder):
        def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
            start_response("200 OK", [("Set-Cookie", " a=1"), ("Set-Cookie", " b=2")])
            return [b""]

    sent = await converse(Baker(), tmp_path, [part(b"", more=False)])
    assert sent[0]["headers"] == [(b"set-cookie", b"a=1"), (b"set-cookie", b"b=2")]
