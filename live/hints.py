"""Telling every process that a stream has moved."""

import asyncio
from collections.abc import Mapping


def use_loop(loop: asyncio.AbstractEventLoop | None) -> None: ...


def streams_moved(heads: Mapping[str, int]) -> None: ...
