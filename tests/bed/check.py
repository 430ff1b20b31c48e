"""bin/check: everything about the code that a machine can judge without running it."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bed.databases import ROOT, clean_environment
from tests.bed.locks import lock_problems
from tests.bed.markup import markup_problems

PRODUCTION = {
    "MAHALA_SECRET_KEY": "an-example-of-a-long-and-random-text-0123456789-abcdefghij",
    "MAHALA_BASE_URL": "https://mahala.example",
    "MAHALA_ALLOWED_HOSTS": "mahala.example",
    "DATABASE_URL": "postgis://mahala@127.0.0.1/mahala",
    "REDIS_URL": "redis://127.0.0.1:6379/0",
}
AUDIT_SECONDS = 25
PYTHON = [sys.executable, "-m"]
Outcome = tuple[str, str]  # "passed", "FAILED" or "skipped", and what was printed


def run(*command: str, environment: dict[str, str] | None = None) -> Outcome:
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    return ("passed" if done.returncode == 0 else "FAILED", done.stdout + done.stderr)


def manage(*arguments: str, environment: dict[str, str] | None = None) -> Outcome:
    with TemporaryDirectory(prefix="mahala-check-") as folder:
        own = clean_environment({"MAHALA_VAR": folder, **(environment or {})})
        return run(sys.executable, "manage.py", *arguments, environment=own)


def audit() -> Outcome:
    """Known holes in what we lock; skipped where the service that knows them can't be reached."""
    command = [*PYTHON, "pip_audit", "--progress-spinner=off", "--disable-pip", "-r", "requirements.txt"]
    try:
        done = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, timeout=AUDIT_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return "skipped", "no answer"
    if done.returncode and "Found " not in done.stderr:
        return "skipped", "its service can't be reached"
    return ("passed" if done.returncode == 0 else "FAILED", done.stdout + done.stderr)


def program(name: str) -> str:
    return str(Path(sys.executable).parent / name)


def own_rules(problems: list[str]) -> Outcome:
    return ("FAILED" if problems else "passed", "\n".join(problems))


def tracked(*patterns: str) -> list[Path]:
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / name for name in listing.stdout.splitlines() if (ROOT / name).is_file()]


def templates() -> list[str]:
    return [str(path) for path in tracked("*.html")]


CHECKS: dict[str, Callable[[], Outcome]] = {
    "types": lambda: run(*PYTHON, "mypy", "."),
    "floors": lambda: run(program("lint-imports"), "--no-cache"),
    "format": lambda: run(*PYTHON, "ruff", "format", "--check", "."),
    "rules": lambda: run(*PYTHON, "ruff", "check", "."),
    "templates' format": lambda: run(program("djade"), "--check", "--target-version", "5.2", *templates()),
    "no inline script or style": lambda: own_rules(markup_problems(tracked("*.html"))),
    "migrations": lambda: manage("makemigrations", "--check", "--dry-run"),
    "production settings": lambda: manage(
        "check", "--deploy", "--fail-level", "WARNING", environment=PRODUCTION
    ),
    "locks": lambda: own_rules(lock_problems()),
    "spelling": lambda: run(
        *PYTHON, "codespell_lib", *map(str, tracked("*.py", "*.md", "*.js", "*.html", "bin/*"))
    ),
    "types of browser modules": lambda: run("node_modules/.bin/tsc", "-p", "tsconfig.json"),
    "known holes": audit,
}


def judge(name: str) -> bool:
    before = time.monotonic()
    verdict, printed = CHECKS[name]()
    text = f"{verdict}  {name} ({time.monotonic() - before:.1f} s)"
    shown = printed.strip() if verdict != "passed" else ""
    sys.stdout.write(f"{text}\n{shown}\n" if shown else f"{text}\n")
    sys.stdout.flush()
    return verdict != "FAILED"


def main() -> int:
    names = sys.argv[1:] or list(CHECKS)
    unknown = [name for name in names if name not in CHECKS]
    if unknown:
        sys.exit(f"bin/check: no check is called {unknown[0]!r}; there are {', '.join(CHECKS)}")
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        return 0 if all(list(pool.map(judge, names))) else 1


if __name__ == "__main__":
    sys.exit(main())
