"""bin/test: the whole suite on both homes, then the browser modules' own tests and types.

Arguments are passed on to pytest; with arguments, only pytest runs.
"""

import os
import signal
import subprocess
import sys
import time
from contextlib import ExitStack

from tests.bed.browser import find_chromium
from tests.bed.databases import ROOT
from tests.bed.packages import Unavailable, install
from tests.bed.postgres import own_database
from tests.bed.redis_server import own_redis

NOTHING_COLLECTED = 5
# Browsers are driven on PostGIS and Redis; the main story is told on both homes.
EMBEDDED_TESTS = "not postgis and (not browser or story)"
# In the embedded home one more than the processors of a small machine: that worker mostly waits for servers.
# Beside browsers and whole servers a third one would only slow the others down.
EMBEDDED_WORKERS, WORKERS = 3, 2


class Step:
    """One part of the run, with what to remember of it."""

    def __init__(self, name: str, command: list[str], environment: dict[str, str] | None = None) -> None:
        self.name = name
        self.command = command
        self.environment = {**os.environ, **(environment or {})}
        self.last_line = ""
        self.seconds = 0.0
        self.passed = False

    def run(self) -> None:
        """Run it, showing what it prints."""
        _say(f"── {self.name}")
        before = time.monotonic()
        process = subprocess.Popen(
            self.command,
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,  # Ctrl-C reaches it once, through us
        )
        try:
            for line in process.stdout or ():
                _say(line.rstrip("\n"))
                self.last_line = line.strip() or self.last_line
            self.passed = process.wait() in self._good_codes()
        finally:
            _end(process)
        self.seconds = time.monotonic() - before

    def _good_codes(self) -> set[int]:
        chosen_by_arguments = len(sys.argv) > 1  # -k may leave nothing on one of the homes
        return {0, NOTHING_COLLECTED} if chosen_by_arguments and "pytest" in self.command else {0}

    def __str__(self) -> str:
        return (
            f"{'passed' if self.passed else 'FAILED'}  {self.name} ({self.seconds:.0f} s): {self.last_line}"
        )


def main() -> int:
    signal.signal(
        signal.SIGTERM, lambda *_: sys.exit(143)
    )  # what was started is stopped and dropped all the same
    arguments = sys.argv[1:]
    embedded = {"DATABASE_URL": "", "REDIS_URL": ""}
    steps = [_pytest("SpatiaLite", arguments, embedded, workers=EMBEDDED_WORKERS, only=EMBEDDED_TESTS)]
    try:
        _require_chromium()
        with ExitStack() as services:
            database = services.enter_context(own_database())
            redis, prefix = services.enter_context(own_redis())
            own = {"DATABASE_URL": database, "REDIS_URL": redis, "MAHALA_REDIS_PREFIX": prefix}
            own |= {} if arguments else {"BED_TESTED_EMBEDDED": "1"}
            steps.append(_pytest("PostGIS and Redis", arguments, own))
            steps += [] if arguments else _script_steps()
            for step in steps:
                step.run()
    except Unavailable as error:
        _say(f"bin/test: {error}")
        return 1
    _say("── in short")
    for step in steps:
        _say(str(step))
    return 0 if all(step.passed for step in steps) else 1


def _pytest(
    name: str, arguments: list[str], environment: dict[str, str], *, workers: int = WORKERS, only: str = ""
) -> Step:
    chosen = ["-m", only] if only and "-m" not in arguments else []
    several = ["-n", str(workers), "--dist", "worksteal"]
    chosen += [] if {"-n", "--pdb", "-s"} & set(arguments) else several
    return Step(name, [sys.executable, "-m", "pytest", "-q", *chosen, *arguments], environment)


def _script_steps() -> list[Step]:
    # Named one by one: what Node makes of a folder or a pattern differs from version to version.
    modules = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "tests" / "js").glob("*.test.js"))
    return [
        Step("browser modules", ["node", "--test", "--test-reporter=dot", *modules]),
        Step("types of browser modules", ["node_modules/.bin/tsc", "-p", "tsconfig.json"]),
    ]


def _require_chromium() -> None:
    if find_chromium() is not None:
        return
    if _is_ubuntu():  # its package is a snap, which a test run can't drive
        subprocess.run(
            [sys.executable, "-m", "playwright", "install", "--with-deps", "chromium"], check=False
        )
        return
    install("chromium")


def _is_ubuntu() -> bool:
    with open("/etc/os-release", encoding="utf-8") as facts:
        return "ID=ubuntu" in facts.read().splitlines()


def _end(process: subprocess.Popen[str]) -> None:
    """Let an interrupted run tidy up."""
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
