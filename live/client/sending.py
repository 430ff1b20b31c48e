"""Sending what stands in a file, line by line: commands until each has its result, and positions."""

import json
from collections.abc import AsyncIterator, Callable
from typing import Any

from live.client.connection import Frame, LiveClient

Tell = Callable[[Frame], None]


async def send_lines(client: LiveClient, lines: AsyncIterator[str], tell: Tell) -> None:
    """Send each line as what it is; `tell` gets the results, and what is wrong with a line.

    A command waits for its result before the next line is read, so that steps keep their order whatever
    breaks. A line is `{"name": "job.accept", "job": …}`, with an `id` of its own if it must stay one command
    when the file is sent once more, or `{"type": "position", "lat": …, "lon": …}`.
    """
    number = 0
    async for line in lines:
        number += 1
        if line.strip():
            await _send(client, line, number, tell)


async def _send(client: LiveClient, line: str, number: int, tell: Tell) -> None:
    frame = _read(line)
    if frame is None:
        tell({"type": "error", "code": "invalid", "line": number, "detail": "No command and no position."})
        return
    fields = {name: value for name, value in frame.items() if name not in ("type", "name")}
    if "name" in frame:
        tell(await client.command(frame["name"], **fields))
        return
    await client.welcomed()
    await client.send_position(**fields)


def _read(line: str) -> dict[str, Any] | None:
    try:
        frame = json.loads(line)
    except ValueError:
        return None
    if not isinstance(frame, dict):
        return None
    is_command = isinstance(frame.get("name"), str) and frame.get("type", "command") == "command"
    is_position = frame.get("type") == "position" and {"lat", "lon"} <= frame.keys()
    return frame if is_command or is_position else None
