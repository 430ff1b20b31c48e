"""`bin/demo`: the demo city, made when it is not there yet, and served from this process."""

import argparse
import os
import shutil
import sys
from pathlib import Path

from django.core.management import CommandError

from config.embedded.starting import set_up

# Here one machine is a whole city: `manage.py simulate` reports and signs in for all of its people.
RATES = {"MAHALA_RATE_REPORT": "3000/hour", "MAHALA_RATE_SIGN_IN": "120/minute"}
WRITTEN_BY_RUNS = ("mahala.sqlite3", "mahala.sqlite3-wal", "mahala.sqlite3-shm", "media", "uploads", "demo")


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bin/demo", description="Serve a demo city at http://127.0.0.1:8000."
    )
    parser.add_argument("--port", type=_port, default=8000, help="another port than 8000")
    parser.add_argument("--fresh", action="store_true", help="forget the city that is there, make a new one")
    parser.add_argument("--reports", type=int, help="how many reports are invented for it")
    parser.add_argument("--districts", metavar="FILE", help="real districts, in any format that GDAL reads")
    parser.add_argument("--code", metavar="FIELD", help="with --districts: the field with their codes")
    parser.add_argument(
        "--name", metavar="FIELD[:LANG]", action="append", help="with --districts: the field with their names"
    )
    arguments = parser.parse_args()
    if arguments.districts and not (arguments.code and arguments.name):
        parser.error("--districts needs --code and --name, the fields of its table")
    return arguments


def prepare(arguments: argparse.Namespace) -> None:
    """Database and city; nothing is changed where they are up to date."""
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connections

    if arguments.fresh:
        _forget(settings.VAR_DIR)
        settings.MEDIA_ROOT.mkdir(exist_ok=True)
        settings.FILE_UPLOAD_TEMP_DIR.mkdir(exist_ok=True)
    call_command("migrate", verbosity=0)
    given = {name: getattr(arguments, name) for name in ("reports", "districts", "code", "name")}
    call_command("seed_demo", **{key: value for key, value in given.items() if value})
    call_command("demo_accounts", address=f"http://127.0.0.1:{arguments.port}")
    connections.close_all()


def main() -> None:
    arguments = read_arguments()
    os.environ.setdefault("MAHALA_BASE_URL", f"http://127.0.0.1:{arguments.port}")
    for name, rate in RATES.items():
        os.environ.setdefault(name, rate)
    set_up()
    from config.embedded import server

    try:
        listener = server.listen("127.0.0.1", arguments.port)
    except server.PortTaken:
        sys.exit(f"Port {arguments.port} is taken by another program. Choose another: bin/demo --port 8001")
    try:
        prepare(arguments)
    except (CommandError, KeyboardInterrupt) as stopped:
        listener.close()
        sys.exit(str(stopped) or "Stopped. The next bin/demo goes on from here.")
    server.serve(listener)
    server.leave()


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65_535:
        raise argparse.ArgumentTypeError(f"{text} is no port: 1 to 65535")
    return int(text)


def _forget(var: Path) -> None:
    for path in (var / name for name in WRITTEN_BY_RUNS):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


if __name__ == "__main__":
    main()
