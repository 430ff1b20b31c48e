"""Fault runs: a minute of work each, in which one process is killed with -9; nothing is lost or doubled.

`python bench/faults.py [--seconds S] [fault…]`, faults: pages, sockets, worker, redis, postgres, client.
Brings its own PostgreSQL, Redis and site. Crews with the reference client take every job from accept to
finish, photo included, while a dispatcher sends them one a second; then the crews' record and the database
must agree on every job and every step, exactly once. Exits 1 where they don't.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.crowd import services  # noqa: E402
from bench.crowd.services import Service  # noqa: E402

RIDERS, RATE = 40, 1.0
DRAIN_S = 90.0
SETTLE_S = 3.0  # for the events of the last steps
KILLED_AFTER, DEAD_FOR_S = 0.3, 3.0  # share of the run; seconds
STEPS = ("accept", "start", "arrive", "finish")
FAULTS = ("pages", "sockets", "worker", "redis", "postgres", "client")


class City:
    """All servers, and the crews and the dispatcher who use them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.world = folder / "world.json"
        self.next_report = 0
        self.postgres, database_url = services.make_postgres(folder)
        self.redis, redis_url = services.make_redis(folder)
        os.environ |= {
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "MAHALA_VAR": str(folder),
            "MAHALA_SECRET_KEY": uuid4().hex,
            "MAHALA_RATE_CREW": "1000000/hour",
            "MAHALA_LOG_LEVEL": "ERROR",
        }
        self.pages, pages_port = services.make_pages()
        self.sockets, sockets_port = services.make_sockets()
        self.worker = services.make_worker(folder)
        self.ws_url = f"ws://127.0.0.1:{sockets_port}/ws/"
        self.pages_url = f"http://127.0.0.1:{pages_port}"

    def start(self) -> None:
        for server in (self.postgres, self.redis):
            server.start()
        _make_database(self.world)
        for server in (self.pages, self.sockets, self.worker):
            server.start()

    def stop(self) -> None:
        for server in (self.worker, self.sockets, self.pages, self.redis, self.postgres):
            server.stop()

    def make_riders(self, record: Path) -> Service:
        command = [
            sys.executable,
            "-m",
            "bench.crowd.riders",
            self.world,
            record,
            self.ws_url,
            self.pages_url,
        ]
        return Service([*command, RIDERS], lambda: True)

    def dispatch(self, seconds: float) -> "subprocess.Popen[bytes]":
        first, self.next_report = self.next_report, self.next_report + int(RATE * seconds)
        command = [sys.executable, "-m", "bench.crowd.dispatcher", self.world, RATE, seconds, first, RIDERS]
        return subprocess.Popen([str(part) for part in command], cwd=ROOT, stdout=subprocess.PIPE)


def main() -> int:
    """Print what came of each fault; 1 where record and database differ."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("faults", nargs="*", help=f"all unless named: {', '.join(FAULTS)}")
    options = parser.parse_args()
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory(prefix="mahala-faults-") as folder, ExitStack() as endings:
        city = City(Path(folder))
        endings.callback(city.stop)
        city.start()
        kept = [run(city, fault, options.seconds) for fault in options.faults or FAULTS]
    return 0 if all(kept) else 1


def run(city: City, fault: str, seconds: float) -> bool:
    """One minute of work with one kill in it."""
    record = city.folder / f"{fault}.jsonl"
    riders = city.make_riders(record)
    riders.start()
    try:
        dispatcher = city.dispatch(seconds)
        time.sleep(seconds * KILLED_AFTER)
        victim = riders if fault == "client" else getattr(city, fault)
        victim.kill()
        time.sleep(DEAD_FOR_S)
        victim.start()
        printed, _ = dispatcher.communicate(timeout=seconds + DRAIN_S)
        jobs: list[str] = json.loads(printed.splitlines()[-1])
        drained_s = _wait_until_done(record, jobs)
        time.sleep(SETTLE_S)
    finally:
        riders.stop()
    problems = compare(_read(record), jobs)
    counted = f"{len(jobs)} jobs, {len(jobs) * len(STEPS)} steps, done {drained_s:.1f} s after the last"
    print(f"{fault} killed: {counted}; {len(problems)} differences of record and database (= 0)")
    for problem in problems[:10]:
        print(f"  {problem}")
    return not problems


def _wait_until_done(record: Path, jobs: list[str]) -> float:
    begun, wanted = time.monotonic(), set(jobs)
    while time.monotonic() - begun < DRAIN_S:
        if wanted <= {line["job"] for line in _read(record) if line["what"] == "done"}:
            break
        time.sleep(0.5)
    return time.monotonic() - begun


def _read(record: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in record.read_text().splitlines() if line.endswith("}")]


def compare(lines: list[dict[str, Any]], jobs: list[str]) -> list[str]:
    """Where the crews' record and the database differ, in words."""
    from django.db import connection

    try:
        return [*_in_record(lines, jobs), *_in_database(lines, jobs), *_in_streams(lines)]
    finally:
        connection.close()


def _in_record(lines: list[dict[str, Any]], jobs: list[str]) -> list[str]:
    """Every job came once, every step was answered with ok."""
    came = Counter(
        line["job"] for line in lines if line["what"] == "event" and line["kind"] == "job.assigned"
    )
    ok = {(line["job"], line["name"]) for line in lines if line["what"] == "result" and line["code"] is None}
    refused = [line for line in lines if line["what"] == "result" and line["code"] is not None]
    problems = [f"{job} came {came[job]} times" for job in jobs if came[job] > 1]
    problems += [
        f"{job}: {name} was never answered"
        for job in jobs
        for name in STEPS
        if (job, f"job.{name}") not in ok
    ]
    return problems + [f"{line['job']}: {line['name']} was refused: {line['code']}" for line in refused]


def _in_database(lines: list[dict[str, Any]], jobs: list[str]) -> list[str]:
    """Every job is done, by one step of each name, each with the id that the phone made."""
    from dispatch.models import Job, JobStatus, JobStep

    states = dict(Job.objects.filter(pk__in=jobs).values_list("pk", "status"))
    problems = [f"{job} is {status}" for job, status in states.items() if status != JobStatus.DONE]
    problems += [f"{job} is not in the database" for job in jobs if job not in {str(pk) for pk in states}]
    taken = Counter(JobStep.objects.filter(job__in=jobs, name__in=STEPS).values_list("job", "name"))
    problems += [f"{job}: {name} taken {count} times" for (job, name), count in taken.items() if count != 1]
    problems += [f"{job}: no {name}" for job in states for name in STEPS if (job, name) not in taken]
    told = {line["id"] for line in lines if line["what"] == "result"}
    kept = {
        str(id)
        for id in JobStep.objects.filter(crew__isnull=False, job__in=jobs).values_list(
            "command_id", flat=True
        )
    }
    return problems + [f"the record and the database differ in command {id}" for id in told ^ kept]


def _in_streams(lines: list[dict[str, Any]]) -> list[str]:
    """Each crew has every event up to the head of its stream, in order, once."""
    from live.models import Stream

    offsets: dict[str, list[int]] = {}
    for line in lines:
        if line["what"] == "event":
            offsets.setdefault(line["stream"], []).append(line["offset"])
    heads = dict(Stream.objects.filter(name__in=offsets).values_list("name", "head"))
    problems = []
    for stream, seen in offsets.items():
        if seen != list(range(seen[0], seen[0] + len(seen))):
            problems.append(f"{stream}: events are missing, doubled or out of order")
        if seen[-1] != heads[stream]:
            problems.append(f"{stream}: the last event seen is {seen[-1]}, the log's {heads[stream]}")
    return problems


def _make_database(world: Path) -> None:
    server = (
        os.environ["DATABASE_URL"].replace("postgis://", "postgresql://").removesuffix("mahala") + "postgres"
    )
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("CREATE DATABASE mahala")
    import django
    from django.core.management import call_command
    from django.db import connection as own

    from bench.crowd.world import make_world

    django.setup()
    call_command("migrate", verbosity=0)
    make_world(world)
    own.close()


if __name__ == "__main__":
    sys.exit(main())
