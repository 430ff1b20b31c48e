"""The child process: opens one picture from standard input, answers on standard output, and ends.

`python -m reports.imaging.worker (process|capture) FORMAT MAX_PIXELS MEMORY_BYTES CPU_SECONDS`. Started
without Django. Writes "ready" once its limits are set, then a line of JSON, then the derivatives, one behind
the other. Any failure after "ready" that it doesn't name itself is the picture's fault.
"""

import json
import os
import resource
import sys
from collections.abc import Mapping
from io import BytesIO
from typing import Any, BinaryIO

from PIL import ImageFile

from reports.imaging.codecs import TooManyPixels, load_decoder, open_picture
from reports.imaging.exif import read_facts
from reports.imaging.pipeline import derive

READY = b"ready\n"


def main(arguments: list[str]) -> None:
    """Answer the one question that the arguments ask."""
    task, photo_format, max_pixels, memory, cpu_seconds = arguments
    decoder = load_decoder(photo_format)
    set_limits(memory=int(memory), cpu_seconds=int(cpu_seconds))
    out = sys.stdout.buffer
    out.write(READY)
    out.flush()
    try:
        answer(task, open_picture(decoder, read_input(), max_pixels=int(max_pixels)), out)
    except TooManyPixels:
        tell(out, {"error": "too_many_pixels"})
    except MemoryError:
        tell(out, {"error": "memory"})


def set_limits(*, memory: int, cpu_seconds: int) -> None:
    """Address space in bytes, processor seconds; no file may be written, no core dumped.

    The processor's soft limit is the lower one: it ends us with a signal of its own, the hard one just kills.
    """
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def read_input() -> BinaryIO:
    """All of the file behind standard input; its position, which the parent shares, stays where it is."""
    return BytesIO(os.pread(0, os.fstat(0).st_size, 0))


def answer(task: str, image: ImageFile.ImageFile, out: BinaryIO) -> None:
    """The metadata alone, or the derivatives with all facts."""
    if task == "capture":
        tell(out, {"captured": read_facts(image.getexif()) if "exif" in image.info else {}})
        return
    derived = derive(image)
    tell(out, {**derived.facts, "lengths": {name: len(data) for name, data in derived.files.items()}})
    out.write(b"".join(derived.files.values()))
    out.flush()


def tell(out: BinaryIO, facts: Mapping[str, Any]) -> None:
    """One line of JSON."""
    out.write(json.dumps(facts).encode() + b"\n")
    out.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
