"""One address in front of the page and the socket processes, as a real installation's proxy gives it.

`python -m tests.bed.proxy PORT PAGES_PORT SOCKETS_PORT`: a connection goes where its first request belongs.
"""

import asyncio
import contextlib
import sys

LONGEST_HEAD = 64 * 1024


async def carry(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    """Pass bytes on until the source ends, then end the target."""
    with contextlib.suppress(ConnectionError):
        while data := await source.read(LONGEST_HEAD):
            target.write(data)
            await target.drain()
    target.close()


async def relay(
    client: asyncio.StreamReader, to_client: asyncio.StreamWriter, pages: int, sockets: int
) -> None:
    try:
        head = await client.readuntil(b"\r\n")
        port = sockets if head.split(b" ")[1].startswith(b"/ws/") else pages
        server, to_server = await asyncio.open_connection("127.0.0.1", port)
    except (OSError, IndexError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        to_client.close()
        return
    to_server.write(head)
    await asyncio.gather(carry(client, to_server), carry(server, to_client))


async def main(port: int, pages: int, sockets: int) -> None:
    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await relay(reader, writer, pages, sockets)

    server = await asyncio.start_server(accept, "127.0.0.1", port, limit=LONGEST_HEAD)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(*map(int, sys.argv[1:])))
