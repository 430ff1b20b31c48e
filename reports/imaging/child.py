"""Starts the child process, bounds its time and its answer, and tells a bad picture from a bad day."""

import json
import logging
import os
import selectors
import signal
import subprocess  # noqa: S404
import sys
import time
from pathlib import Path
from typing import IO, Any, NamedTuple, cast

from reports.imaging.limits import Limits

logger = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parents[2]
LONGEST_ANSWER = 24_000_000
READY = b"ready\n"
CRASHES = {signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGFPE, signal.SIGILL, signal.SIGTRAP}
TOO_LARGE_INSIDE = b"Security limit exceeded"  # libheif, when the picture inside is larger than its frame
MEMORY_SIGNS = (b"MemoryError", b"bad_alloc", b"emory alloc", b"ut of memory", b"annot allocate memory")


class ChildFailed(Exception):
    """No answer. `reason`: "broken", "too_many_pixels" (the file's fault), "memory", "time", "worker"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Answer(NamedTuple):
    """What the child told: facts, and the bytes of the derivatives one behind the other."""

    facts: dict[str, Any]
    payload: bytes


class Ended(NamedTuple):
    """How the child ended: its return code (negative: a signal) and all that it wrote."""

    code: int
    out: bytes
    err: bytes


def ask(
    task: str,
    file: IO[bytes],
    *,
    photo_format: str,
    limits: Limits,
    keep_open: tuple[int, ...] = (),
) -> Answer:
    """Have a new child carry out "process" or "capture" on this file and return its answer.

    `file` must have a descriptor; the child reads all of it and leaves its position alone. The child inherits
    the descriptors in `keep_open`. Raises ChildFailed. The child is gone when this returns or raises.
    """
    process = _start(task, file, photo_format, limits, keep_open)
    deadline = time.monotonic() + limits.wall_seconds
    try:
        ended = _listen(process, deadline)
    finally:
        _end(process)
    return _judge(ended)


def _start(
    task: str, file: IO[bytes], photo_format: str, limits: Limits, keep_open: tuple[int, ...]
) -> "subprocess.Popen[bytes]":
    memory, cpu = limits.memory_for(photo_format), limits.cpu_seconds
    numbers = [str(number) for number in (limits.max_pixels, memory, cpu)]
    return subprocess.Popen(  # noqa: S603
        [sys.executable, "-s", "-m", "reports.imaging.worker", task, photo_format, *numbers],
        cwd=ROOT,
        env={"LC_ALL": "C.UTF-8", "MALLOC_ARENA_MAX": "1"},
        stdin=file.fileno(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        pass_fds=keep_open,
        process_group=0,  # a Ctrl-C at the terminal reaches us, and we end the child
    )


def _listen(process: "subprocess.Popen[bytes]", deadline: float) -> Ended:
    """Everything the child writes until it closes its outputs and ends; bounded in time and size."""
    out, err = (cast(IO[bytes], stream) for stream in (process.stdout, process.stderr))
    heard = {out: bytearray(), err: bytearray()}
    with selectors.DefaultSelector() as selector:
        for stream in heard:
            selector.register(stream, selectors.EVENT_READ)
        while selector.get_map():
            _hear(selector, heard, deadline)
    try:
        code = process.wait(max(0.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired as error:
        raise ChildFailed("time") from error
    return Ended(code, bytes(heard[out]), bytes(heard[err]))


def _hear(selector: selectors.BaseSelector, heard: dict[IO[bytes], bytearray], deadline: float) -> None:
    events = selector.select(max(0.0, deadline - time.monotonic()))
    if not events:
        raise ChildFailed("time")
    for key, _ in events:
        stream = cast(IO[bytes], key.fileobj)
        if data := os.read(stream.fileno(), 1_000_000):
            heard[stream] += data
        else:
            selector.unregister(stream)
        if len(heard[stream]) > LONGEST_ANSWER:
            raise ChildFailed("broken")


def _end(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is None:
        process.kill()
        process.wait()
    for stream in (process.stdout, process.stderr):
        if stream:
            stream.close()


def _judge(ended: Ended) -> Answer:
    """The answer, or why there is none."""
    head, _, rest = ended.out.partition(READY)
    if ended.code != 0 or head or not ended.out.startswith(READY):
        raise ChildFailed(_reason(ended))
    line, _, payload = rest.partition(b"\n")
    try:
        facts = json.loads(line)
    except ValueError as error:
        raise ChildFailed("broken") from error
    if not isinstance(facts, dict) or "error" in facts:
        told = facts.get("error") if isinstance(facts, dict) else None
        raise ChildFailed(told if told in {"memory", "too_many_pixels"} else "broken")
    return Answer(facts, payload)


def _reason(ended: Ended) -> str:
    """A decoder that fails or crashes was given a bad file; the rest is the machine's doing.

    Some decoders don't tell a refused allocation from damage. That is damage here too: the memory limit is
    the same next time, and when the machine itself is short, the kernel kills.
    """
    if TOO_LARGE_INSIDE in ended.err:
        return "broken"
    if any(sign in ended.err for sign in MEMORY_SIGNS) or ended.code == -signal.SIGKILL:
        return "memory"
    if ended.code == -signal.SIGXCPU:
        return "time"
    if not ended.out.startswith(READY):
        logger.error("The picture worker did not start: %s", ended.err[-2_000:].decode(errors="replace"))
        return "worker"
    if ended.code < 0 and -ended.code not in CRASHES:
        return "worker"
    logger.info("A picture could not be read: %s", ended.err[-500:].decode(errors="replace"))
    return "broken"
