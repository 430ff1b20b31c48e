"""How fast a report is taken in over HTTP, against a bare DRF view that inserts one row of the same width.

`DATABASE_URL=postgis://… REDIS_URL=redis://… python bench/create_report.py [--rounds N] [--seconds S]`.
Makes a database of its own on that server and drops it. Exits 1 when a bound is missed.

Both views run in the same server process and are asked in turn by sixteen clients. The floor is DRF's own
CreateAPIView with a serializer of the fields that are sent; its table has no index but the key. Background
work is enqueued as always and counted, but not carried out while the clock runs.
"""

import argparse
import json
import os
import platform
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.databases import own_database  # noqa: E402

RATIO_BOUND = 0.5
REQUEST_BOUND, WHOLE_BOUND = 10, 25
CLIENTS = 16
THREADS = "8"
OURS, BARE = "/api/v1/reports/", "/bare/"


def main() -> int:
    """Print what was measured; 1 when a bound was missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--seconds", type=float, default=2.0)
    options = parser.parse_args()
    if not (os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL")):
        parser.error("set DATABASE_URL to a PostGIS server and REDIS_URL to a Redis server")
    with own_database(), tempfile.TemporaryDirectory() as folder:
        _prepare(folder)
        print(f"Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
        kept = [_count_statements(), _compare_rates(options.rounds, options.seconds)]
        _forget_tasks()
    return 0 if all(kept) else 1


def _prepare(folder: str) -> None:
    """Settings, schema, a city of 24 districts with working hours, one category."""
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "bench.bare.settings",
        "MAHALA_VAR": folder,
        "MAHALA_SECRET_KEY": uuid4().hex,
        "MAHALA_REDIS_PREFIX": f"bench.{os.getpid()}",
        "MAHALA_RATE_REPORT": "100000000/hour",
        "MAHALA_LOG_LEVEL": "WARNING",
    }
    import django
    from django.core.management import call_command
    from django.db import connection

    django.setup()
    call_command("migrate", verbosity=0)
    from bench.bare.models import CREATE

    with connection.cursor() as cursor:
        cursor.execute(CREATE)
    _make_city()


def _make_city() -> None:
    from bench.clients import EAST, NORTH, SOUTH, WEST
    from tests.factories import make_calendar, make_category, make_district

    calendar = make_calendar()
    make_category()
    wide, high = (EAST - WEST) / 6, (NORTH - SOUTH) / 4
    for column in range(6):
        for row in range(4):
            west, south = WEST + column * wide, SOUTH + row * high
            box = (west, south, west + wide, south + high)
            make_district(f"d{column}{row}", box, calendar=calendar)


def _count_statements() -> bool:
    """Print how many statements one report costs, BEGIN and COMMIT included; whether the bounds are kept."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from django.utils import timezone

    from bench.clients import body_of_one_report
    from live.models import Stream
    from live.readers import run_readers

    def send() -> None:
        answer = Client(SERVER_NAME="127.0.0.1").post(
            OURS, body_of_one_report(), content_type="application/json"
        )
        assert answer.status_code == 201, answer.content

    send()
    seen = set(Stream.objects.values_list("name", flat=True))
    with CaptureQueriesContext(connection) as request:
        send()
    moved = [name for name in Stream.objects.values_list("name", flat=True) if name not in seen]
    with CaptureQueriesContext(connection) as background:
        run_readers(at=timezone.now(), streams=moved)
    whole = len(request) + len(background)
    print(f"statements: {len(request)} in the request (≤ {REQUEST_BOUND}), {whole} in all (≤ {WHOLE_BOUND}),")
    print("  BEGIN and COMMIT included, all readers of the log included")
    connection.close()
    return len(request) <= REQUEST_BOUND and whole <= WHOLE_BOUND


def _compare_rates(rounds: int, seconds: float) -> bool:
    """Print both rates and their ratio, the median of interleaved rounds; whether the bound is kept."""
    with _server() as port:
        for path in (OURS, BARE):
            _rate(port, path, 1.0)
        ratios, ours, bare = [], [], []
        for number in range(rounds):
            order = (OURS, BARE) if number % 2 else (BARE, OURS)
            rates = {path: _rate(port, path, seconds) for path in order}
            ours.append(rates[OURS])
            bare.append(rates[BARE])
            ratios.append(rates[OURS] / rates[BARE])
    ratio = statistics.median(ratios)
    print(
        f"accepting a report: {statistics.median(ours):.0f}/s, floor (a bare DRF view, one row of the same "
        f"width, same server) {statistics.median(bare):.0f}/s, ratio {ratio:.2f} (≥ {RATIO_BOUND})"
    )
    spread = f"{min(ratios):.2f} to {max(ratios):.2f}"
    print(f"  {CLIENTS} clients, {rounds} interleaved rounds of {seconds:g} s each; ratios {spread}")
    return ratio >= RATIO_BOUND


def _rate(port: int, path: str, seconds: float) -> float:
    """Reports a second that were answered with 201. Anything else ends the run."""
    arguments = [str(port), path, str(CLIENTS), str(seconds)]
    told = subprocess.run(
        [sys.executable, str(ROOT / "bench" / "clients.py"), *arguments], stdout=subprocess.PIPE, check=True
    )
    counted = json.loads(told.stdout)
    assert not counted["refused"], f"{path}: {counted}"
    return float(counted["answered"] / counted["seconds"])


@contextmanager
def _server() -> Iterator[int]:
    """One process of the production server, as WSGI on threads; yields its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["granian", "--interface", "wsgi", "--workers", "1", "--blocking-threads", THREADS]
    where = ["--host", "127.0.0.1", "--port", str(port), "--log-level", "warning", "config.wsgi:application"]
    granian = [str(Path(sys.executable).parent / command[0]), *command[1:], *where]
    server = subprocess.Popen(granian, cwd=ROOT, stdout=sys.stderr)  # what it says is no measurement
    try:
        _wait_for(port)
        yield port
    finally:
        server.terminate()
        server.wait(20)


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return


def _forget_tasks() -> None:
    """What was enqueued and not run."""
    from redis import Redis

    redis = Redis.from_url(os.environ["REDIS_URL"])
    for key in redis.scan_iter(f"{os.environ['MAHALA_REDIS_PREFIX']}*"):
        redis.delete(key)
    redis.close()


if __name__ == "__main__":
    sys.exit(main())
