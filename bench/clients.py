"""Clients that post JSON as fast as they are answered: a process of its own, bare sockets, no library.

`python bench/clients.py PORT PATH CLIENTS SECONDS` prints {"answered", "refused", "seconds"} as JSON.
"""

import json
import random
import socket
import sys
import threading
import time
from uuid import uuid4

WEST, SOUTH, EAST, NORTH = 23.20, 42.60, 23.44, 42.76


def body_of_one_report() -> bytes:
    """As a phone sends it, each somewhere else."""
    report = {
        "id": str(uuid4()),
        "lat": random.uniform(SOUTH, NORTH),  # noqa: S311
        "lon": random.uniform(WEST, EAST),  # noqa: S311
        "accuracy": 12.5,
        "category": "pothole",
        "address": "At the corner, in front of the bakery",
        "description": "A deep hole in the right lane, as wide as a tyre; it fills with rain. " * 3,
        "language": "en",
    }
    return json.dumps(report).encode()


class Client(threading.Thread):
    """One connection, kept open."""

    def __init__(self, port: int, path: str, until: float) -> None:
        super().__init__()
        self.port, self.path, self.until = port, path, until
        self.answered = self.refused = 0

    def run(self) -> None:
        with socket.create_connection(("127.0.0.1", self.port)) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while time.monotonic() < self.until:
                connection.sendall(self._request())
                if self._status(connection) == 201:
                    self.answered += 1
                else:
                    self.refused += 1

    def _request(self) -> bytes:
        body = body_of_one_report()
        head = (
            f"POST {self.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body

    def _status(self, connection: socket.socket) -> int:
        """Reads one answer to its end."""
        got = b""
        while b"\r\n\r\n" not in got:
            got += connection.recv(65536) or self._gone()
        head, _, rest = got.partition(b"\r\n\r\n")
        left = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0]) - len(rest)
        while left > 0:
            left -= len(connection.recv(65536) or self._gone())
        return int(head[9:12])

    def _gone(self) -> bytes:
        raise ConnectionError("the server closed the connection")


def main() -> None:
    port, path, clients, seconds = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), float(sys.argv[4])
    start = time.monotonic()
    threads = [Client(port, path, start + seconds) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    counted = {name: sum(getattr(thread, name) for thread in threads) for name in ("answered", "refused")}
    print(json.dumps({**counted, "seconds": time.monotonic() - start}))


if __name__ == "__main__":
    main()
