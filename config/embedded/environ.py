"""An ASGI request's scope as a WSGI environment (PEP 3333)."""

import sys
from typing import IO, Any

Scope = dict[str, Any]
PLAIN_NAMES = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}


def wsgi_environ(scope: Scope, body: IO[bytes], body_length: int) -> dict[str, Any]:
    """The environment of a request whose whole body lies in `body`, at position 0."""
    host, port = scope.get("server") or ("localhost", 80)
    client = scope.get("client") or ("", 0)
    environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": _as_latin1(scope.get("root_path", "")),
        "PATH_INFO": _as_latin1(scope["path"]),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": host,
        "SERVER_PORT": str(port or 0),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": client[0],
        "REMOTE_PORT": str(client[1]),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    environ.update(_header_variables(scope["headers"]))
    # The body is here in full: its own length holds, whatever way it was sent.
    environ["CONTENT_LENGTH"] = str(body_length)
    environ.pop("HTTP_TRANSFER_ENCODING", None)
    return environ


def _header_variables(headers: list[tuple[bytes, bytes]]) -> dict[str, str]:
    variables: dict[str, str] = {}
    for raw_name, raw_value in headers:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        if "_" in name:  # "x_forwarded_for" would pass for "x-forwarded-for"
            continue
        variable = PLAIN_NAMES.get(name) or f"HTTP_{name.upper().replace('-', '_')}"
        separator = "; " if name == "cookie" else ","
        variables[variable] = f"{variables[variable]}{separator}{value}" if variable in variables else value
    return variables


def _as_latin1(text: str) -> str:
    # WSGI carries bytes as latin-1 text.
    return text.encode("utf-8", "surrogateescape").decode("latin-1")
