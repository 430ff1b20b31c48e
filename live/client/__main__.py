"""`python -m live.client ws://127.0.0.1:8000/ws/ crew:… --token-file FILE`: follow streams.

Prints every event as a line of JSON, and acknowledges it.
"""

import argparse
import asyncio
import json
import sys
from pathlib import Path

from live.client import LiveClient, Stopped


async def _follow(options: argparse.Namespace) -> None:
    token = options.token_file.read_text().strip() if options.token_file else None
    async with LiveClient(options.url, options.streams, token=token, device=options.device) as client:
        async for frame in client.events():
            sys.stdout.write(json.dumps(frame, ensure_ascii=False) + "\n")
            sys.stdout.flush()
            if "offset" in frame:
                await client.ack(frame["stream"], frame["offset"])


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m live.client", description="Follow streams and print their events."
    )
    parser.add_argument("url", help="such as ws://127.0.0.1:8000/ws/")
    parser.add_argument("streams", nargs="+", help="such as crew:… or district:…")
    parser.add_argument(
        "--token-file", type=Path, help="a file that holds the token; none for public streams"
    )
    parser.add_argument("--device", default="python", help="a name that tells this client from others")
    try:
        asyncio.run(_follow(parser.parse_args()))
    except Stopped as ending:
        sys.stderr.write(f"The server ended it: {ending}\n")
        return 1
    except KeyboardInterrupt:
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main())
