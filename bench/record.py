"""Runs the benches and writes what they print into docs/performance.md, with the machine's size.

`python bench/record.py [bench…]`, all of them unless named. Each run replaces its bench's section and leaves
the others. The servers of DATABASE_URL and REDIS_URL are used, else those that answer on this machine, else
private ones. Exits 1 when a bound is missed; the page says so too.
"""

import argparse
import ast
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import redis

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.bed.postgres import own_database  # noqa: E402
from tests.bed.redis_server import own_redis  # noqa: E402

PAGE = ROOT / "docs" / "performance.md"
BENCHES = ("locate", "create_report", "photo", "desk", "plan", "live", "faults")
HEAD = """# How fast it is

Written by `python bench/record.py`: each part is what a script of `bench/` printed. Absolute times are those
of the machine that is named; what counts is the ratio against a floor that was measured in the same run.
"""


@dataclass(frozen=True)
class Run:
    """What one bench printed, and under which conditions."""

    name: str
    printed: str
    is_kept: bool
    seconds: float
    day: str
    machine: str


def main() -> int:
    """Run what is chosen, one after the other; 1 when any bound was missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("benches", nargs="*", choices=[*BENCHES, []], help="all of them unless named")
    chosen = parser.parse_args().benches or BENCHES
    runs = []
    with _servers() as machine:
        for name in chosen:
            runs.append(run_bench(name, machine))
            PAGE.write_text(with_section(PAGE.read_text() if PAGE.exists() else HEAD, runs[-1]))
    return 0 if all(run.is_kept for run in runs) else 1


def run_bench(name: str, machine: str) -> Run:
    """Show what it prints while it runs. One that ends by an error ends all, and leaves no section."""
    began, lines = time.monotonic(), []
    command = [sys.executable, "-u", str(ROOT / "bench" / f"{name}.py")]
    with tempfile.TemporaryFile("w+") as errors:
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True, cwd=ROOT) as process:
            for line in process.stdout or ():
                sys.stdout.write(line)
                sys.stdout.flush()
                lines.append(line.rstrip())
        errors.seek(0)
        told = errors.read()
    sys.stderr.write(told)
    if process.returncode and "Traceback" in told:
        sys.exit(f"{name} ended by an error; its section stays as it was.")
    day = datetime.now(UTC).date().isoformat()
    seconds = time.monotonic() - began
    return Run(name, "\n".join(lines), process.returncode == 0, seconds, day, machine)


def with_section(page: str, run: Run) -> str:
    """The page with this run's section in the place of the earlier one, or in the order of BENCHES."""
    sections = dict(re.findall(r"^<!-- (\w+) -->\n(.*?)(?=^<!-- |\Z)", page, re.MULTILINE | re.DOTALL))
    sections[run.name] = _section(run)
    ordered = [f"<!-- {name} -->\n{sections[name].strip()}\n" for name in BENCHES if name in sections]
    return "\n".join([HEAD, *ordered])


def _section(run: Run) -> str:
    source = (ROOT / "bench" / f"{run.name}.py").read_text()
    title = (ast.get_docstring(ast.parse(source)) or run.name).splitlines()[0].rstrip(".:")
    outcome = "every bound kept" if run.is_kept else "**a bound was missed**"
    return (
        f"## {title}\n\n`bench/{run.name}.py`, {run.day}, {run.seconds:.0f} s: {outcome}.\n{run.machine}.\n\n"
        f"```text\n{run.printed}\n```\n"
    )


@contextmanager
def _servers() -> Iterator[str]:
    """DATABASE_URL and REDIS_URL lead to servers for the time of the block; yields what the machine is."""
    with own_database() as database, own_redis() as (cache, prefix):
        os.environ |= {"DATABASE_URL": database, "REDIS_URL": cache, "MAHALA_REDIS_PREFIX": prefix}
        os.environ.setdefault("MAHALA_SECRET_KEY", uuid4().hex)
        yield f"{_hardware()}; {_versions(database, cache)}"


def _hardware() -> str:
    facts = Path("/proc/cpuinfo").read_text()
    model = re.search(r"^model name\s*: (.+)$", facts, re.MULTILINE)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    name = " ".join(model[1].split()) if model else platform.machine()
    return f"{os.cpu_count()} cores ({name}), {memory:.0f} GiB of memory"


def _versions(database: str, cache: str) -> str:
    server = urlsplit(database)._replace(scheme="postgresql", query="").geturl()
    with psycopg.connect(server) as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS postgis")
        row = connection.execute("SELECT current_setting('server_version'), postgis_lib_version()").fetchone()
    assert row is not None
    store = redis.Redis.from_url(cache)
    known = store.info("server")["redis_version"]
    store.close()
    return (
        f"PostgreSQL {row[0].split()[0]}, PostGIS {row[1]}, Redis {known}, Python {platform.python_version()}"
    )


if __name__ == "__main__":
    sys.exit(main())
