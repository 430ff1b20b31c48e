"""Names of streams and kinds of events."""

import re

# Fewer than 100 characters, so that a name also serves as the name of a channel group.
_STREAM = re.compile(r"[a-z][a-z_]{0,19}:[A-Za-z0-9_.-]{1,70}")
_KIND = re.compile(r"[a-z][a-z_]*(\.[a-z][a-z_]*){0,3}")


def is_stream_name(name: object) -> bool:
    """Whether it reads `prefix:key`."""
    return isinstance(name, str) and _STREAM.fullmatch(name) is not None


def require_stream_name(name: str) -> None:
    """Raises ValueError."""
    if not is_stream_name(name):
        raise ValueError(f"{name!r} is no stream name like crew:7f3a")


def require_kind(kind: str) -> None:
    """Raises ValueError."""
    if len(kind) > 60 or not _KIND.fullmatch(kind):
        raise ValueError(f"{kind!r} is no kind like job.assigned")


def split(name: str) -> tuple[str, str]:
    """Prefix and key of a stream's name."""
    prefix, _, key = name.partition(":")
    return prefix, key
