"""Readers of environment variables. A value that can't be read stops the start and names its variable."""

import json
import os
import re
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.exceptions import ImproperlyConfigured

T = TypeVar("T")

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off"}
WEB = {"http", "https"}
WEB_APP = ("apiKey", "appId", "messagingSenderId", "projectId", "vapidKey")
# A point of P-256, uncompressed, in base64url: 65 bytes, the first of which is 4.
VAPID_KEY = re.compile(r"B[A-Za-z0-9_-]{86}")
RATE = re.compile(r"[1-9][0-9]{0,8}/(s|second|m|minute|h|hour|d|day)")


class SettingUnreadable(ImproperlyConfigured):
    """An environment variable holds something that can't be used."""

    def __init__(self, name: str, expected: str) -> None:
        self.name = name
        super().__init__(f"{name}: expected {expected}. Nothing was started.")


def text(name: str, default: str = "") -> str:
    """The variable's value without surrounding blanks; the default when it is unset or empty."""
    return os.environ.get(name, "").strip() or default


def flag(name: str, *, default: bool) -> bool:
    value = text(name).lower()
    if not value:
        return default
    if value in TRUE | FALSE:
        return value in TRUE
    raise SettingUnreadable(name, "1 or 0 (true or false)")


def number(name: str, default: float, *, least: float, most: float) -> float:
    """A number within [least, most]."""
    raw = text(name, str(default))
    expected = f"a number from {least:g} to {most:g}, not {raw!r}"
    value = _parsed(name, raw, float, expected)
    if not least <= value <= most:
        raise SettingUnreadable(name, expected)
    return value


def whole(name: str, default: int, *, least: int, most: int) -> int:
    """A whole number within [least, most]."""
    value = number(name, default, least=least, most=most)
    if value != int(value):
        raise SettingUnreadable(name, f"a whole number from {least} to {most}, not {text(name)!r}")
    return int(value)


def choice(name: str, default: str, known: Collection[str]) -> str:
    """One of the known words."""
    value = text(name, default)
    if value not in known:
        raise SettingUnreadable(name, f"one of {', '.join(known)}, not {value!r}")
    return value


def rate(name: str, default: str) -> str:
    """How often in which time: "30/hour"."""
    value = text(name, default)
    if not RATE.fullmatch(value):
        raise SettingUnreadable(name, f"a rate such as 30/hour or 10/minute, not {value!r}")
    return value


def time_zone(name: str, default: str) -> str:
    """The name of a time zone, as the IANA database has it."""
    value = text(name, default)
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise SettingUnreadable(name, f"a time zone such as Europe/Sofia, not {value!r}") from error
    return value


def names(name: str, default: list[str]) -> list[str]:
    """A comma-separated list."""
    return [part.strip() for part in text(name).split(",") if part.strip()] or default


def folder(name: str, default: Path) -> Path:
    """A folder, made when it is missing."""
    path = Path(text(name, str(default))).expanduser().absolute()
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingUnreadable(name, f"a folder that can be written ({error})") from error
    return path


def file(name: str) -> Path | None:
    """An existing file, or None when the variable is unset."""
    raw = text(name)
    if not raw:
        return None
    path = Path(raw).expanduser().absolute()
    if not path.is_file():
        raise SettingUnreadable(name, f"the path of a file; {raw!r} is none")
    return path


def service_account(name: str) -> Path | None:
    """The JSON file of a Google service account, or None when the variable is unset."""
    path = file(name)
    if path is not None:
        needed = ("project_id", "client_email", "private_key", "token_uri")
        known = _parsed(name, path.read_text(encoding="utf-8"), json.loads, "a file of JSON")
        if not isinstance(known, dict) or any(not known.get(field) for field in needed):
            raise SettingUnreadable(name, f"the JSON file of a service account, with {', '.join(needed)}")
    return path


def firebase_web(name: str) -> dict[str, str] | None:
    """What a browser needs to be reached by FCM, or None when the variable is unset: JSON, or a file of it.

    The fields of WEB_APP, as the Firebase console shows them; others are left out. None of them is secret.
    """
    raw = text(name)
    if not raw:
        return None
    expected = f"JSON, or the path of a file of JSON, with the texts {', '.join(WEB_APP)}"
    if not raw.startswith("{"):
        raw = _parsed(name, str(file(name)), lambda path: Path(path).read_text(encoding="utf-8"), expected)
    known = _parsed(name, raw, json.loads, expected)
    told = known if isinstance(known, dict) else {}
    fields = {
        field: told[field] for field in WEB_APP if isinstance(told.get(field), str) and told[field].strip()
    }
    if len(fields) < len(WEB_APP):
        raise SettingUnreadable(name, expected)
    if not VAPID_KEY.fullmatch(fields["vapidKey"]):
        raise SettingUnreadable(name, "as vapidKey the public key of the web push certificate: 87 characters")
    return fields


def address(name: str, default: str, schemes: set[str]) -> str:
    """A URL with one of the schemes; one of the web names its host."""
    raw = text(name, default)
    expected = f"an address that starts with {' or '.join(sorted(schemes))}://"
    parts = _parsed(name, raw, urlsplit, expected)
    if raw and parts.scheme not in schemes:
        raise SettingUnreadable(name, expected)
    if parts.scheme in WEB and not parts.hostname:
        raise SettingUnreadable(name, f"an address with a host after {parts.scheme}://")
    return raw


def database(name: str) -> dict[str, Any] | None:
    """Django's settings for a postgis:// address, or None when the variable is unset.

    Query parameters become connection options (`?sslmode=require`).
    """
    raw = address(name, "", {"postgis", "postgresql", "postgres"})
    if not raw:
        return None
    parts = urlsplit(raw)
    if not parts.path.strip("/"):
        raise SettingUnreadable(name, "postgis://user:password@host:port/database with a database name")
    return {
        "ENGINE": "django.contrib.gis.db.backends.postgis",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": _server(parts),
        "PORT": str(_port(name, raw) or ""),
        "OPTIONS": dict(parse_qsl(parts.query)),
    }


def _server(parts: SplitResult) -> str:
    """A host, or the folder of the server's socket, which an address holds percent-encoded (%2Fvar%2Frun)."""
    place = parts.netloc.rpartition("@")[2]
    if place[:3].upper() == "%2F":
        return unquote(place.partition(":")[0])  # in its own case, which `hostname` doesn't keep
    return parts.hostname or ""


def email(name: str) -> dict[str, Any]:
    """Django's EMAIL_* settings for smtp://user:password@host:port (smtps:// or ?tls=1 for encryption)."""
    raw = address(name, "", {"smtp", "smtps"})
    if not raw:
        return {"EMAIL_BACKEND": "accounts.outbox.ConsoleMail"}
    parts = urlsplit(raw)
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname or "localhost",
        "EMAIL_PORT": _port(name, raw) or (465 if parts.scheme == "smtps" else 25),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": dict(parse_qsl(parts.query)).get("tls") == "1",
        "EMAIL_TIMEOUT": 20,
    }


def _port(name: str, raw: str) -> int | None:
    return _parsed(name, raw, lambda value: urlsplit(value).port, "an address with a port from 1 to 65535")


def _parsed(name: str, raw: str, parse: Callable[[str], T], expected: str) -> T:
    try:
        return parse(raw)
    except ValueError as error:
        raise SettingUnreadable(name, expected) from error
