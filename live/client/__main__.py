"""`python -m live.client ws://127.0.0.1:8000/ws/ crew:… --token-file FILE`: follow streams, and send to them.

Prints every event as a line of JSON, and acknowledges it. With --send, commands and positions are sent from a
file of such lines, and their results are printed too.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TextIO

from live.client import LiveClient, Stopped
from live.client.connection import Frame
from live.client.remembering import keep_known, load_known
from live.client.sending import send_lines


async def _run(options: argparse.Namespace) -> None:
    known = load_known(options.state) if options.state else {}
    token = options.token_file.read_text().strip() if options.token_file else None
    client = LiveClient(options.url, options.streams, token=token, device=options.device, known=known)
    async with client:
        following = asyncio.create_task(_follow(client, options.state))
        if options.send is None:
            await following
            return
        await _send(client, options, following)


async def _send(client: LiveClient, options: argparse.Namespace, following: "asyncio.Task[None]") -> None:
    """Until all is answered; or until the server ends it, which is the following's to tell."""
    sending = asyncio.create_task(send_lines(client, _lines(options.send), _print))
    await asyncio.wait({following, sending}, return_when=asyncio.FIRST_COMPLETED)
    if following.done():
        sending.cancel()
    else:
        sending.result()
    if following.done() or options.stay:
        await following
    following.cancel()


async def _follow(client: LiveClient, state: Path | None) -> None:
    async for frame in client.events():
        _print(frame)
        if "offset" in frame:
            if state is not None:
                keep_known(state, client.reached)
            await client.ack(frame["stream"], frame["offset"])


async def _lines(file: TextIO) -> AsyncIterator[str]:
    while line := await asyncio.to_thread(file.readline):
        yield line


def _print(frame: Frame) -> None:
    sys.stdout.write(json.dumps(frame, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m live.client", description="Follow streams, print their events, and send commands."
    )
    add: Callable[..., object] = parser.add_argument
    add("url", help="such as ws://127.0.0.1:8000/ws/")
    add("streams", nargs="+", help="such as crew:… or district:…")
    add("--token-file", type=Path, help="a file that holds the token; none for public streams")
    add("--device", default="python", help="a name that tells this client from others")
    add("--state", type=Path, help="a file that remembers how far it is, to go on from there in the next run")
    add(
        "--send",
        type=argparse.FileType(),
        help="a file of commands and positions, one a line; - is the input",
    )
    add("--stay", action="store_true", help="go on following when all that was sent is answered")
    return parser


def main() -> int:
    try:
        asyncio.run(_run(_parser().parse_args()))
    except Stopped as ending:
        sys.stderr.write(f"The server ended it: {ending}\n")
        return 1
    except KeyboardInterrupt:
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main())
