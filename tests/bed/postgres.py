"""A PostGIS server for a test run: one that answers already, else a private one."""

import getpass
import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote, urlsplit, urlunsplit
from uuid import uuid4

import psycopg
from psycopg import sql

from tests.bed.packages import Unavailable, install
from tests.bed.process import free_port
from tests.bed.waiting import wait_until

QUICK = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=128MB"]


@contextmanager
def own_database() -> Iterator[str]:
    """A DATABASE_URL whose database, and all whose names begin like it, are dropped at the end."""
    with ExitStack() as endings:
        server = _answering_server() or endings.enter_context(_private_server())
        name = f"mahala_run_{uuid4().hex[:8]}"
        with psycopg.connect(_plain(server), autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
        finally:
            _drop_all(server, name)


def _answering_server() -> str | None:
    """The address of a local server with PostGIS on which we may create databases, or None."""
    given = os.environ.get("DATABASE_URL")
    candidates = [given] if given else [f"postgis://{place}" for place in _usual_places()]
    for url in candidates:
        server = urlunsplit(urlsplit(url)._replace(path="/postgres"))
        if _is_usable(server):
            return server
    if given:
        raise Unavailable("DATABASE_URL: no server with PostGIS answers there that lets us create databases.")
    return None


def _usual_places() -> list[str]:
    users = dict.fromkeys([getpass.getuser(), "postgres"])
    return [
        f"{quote(user)}@{host}/postgres"
        for host in ("127.0.0.1:5432", "%2Fvar%2Frun%2Fpostgresql")
        for user in users
    ]


def _is_usable(server: str) -> bool:
    try:
        with psycopg.connect(_plain(server), connect_timeout=3, autocommit=True) as connection:
            if not _may_create(connection):
                return False
            return _has_postgis(connection) or _bring_postgis(connection)
    except psycopg.OperationalError:
        return False


def _may_create(connection: psycopg.Connection) -> bool:
    row = connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
    return bool(row and row[0])


def _has_postgis(connection: psycopg.Connection) -> bool:
    found = connection.execute("SELECT 1 FROM pg_available_extensions WHERE name = 'postgis'")
    return found.fetchone() is not None


def _bring_postgis(connection: psycopg.Connection) -> bool:
    try:
        install(f"postgresql-{connection.info.server_version // 10_000}-postgis-3")
    except Unavailable as error:
        sys.stderr.write(f"{error}\n")
    return _has_postgis(connection)


@contextmanager
def _private_server() -> Iterator[str]:
    programs = _installed_programs()
    if programs is None:
        install("postgresql", "postgresql-postgis")
        programs = _installed_programs()
    if programs is None:
        raise Unavailable("No PostgreSQL with PostGIS was found in /usr/lib/postgresql.")
    with TemporaryDirectory(prefix="mahala-postgres-") as folder:
        person = _plain_person()
        os.chmod(folder, 0o755)  # noqa: S103
        data = Path(folder) / "data"
        data.mkdir()
        if person is not None:
            shutil.chown(data, person)
        subprocess.run(
            [
                programs / "initdb",
                "-D",
                data,
                "-U",
                "postgres",
                "--auth=trust",
                "--no-sync",
                "-E",
                "UTF8",
                "--locale=C",
            ],
            user=person,
            cwd="/",
            stdout=subprocess.DEVNULL,
            check=True,
        )
        yield from _run_server(programs, data, person)


def _run_server(programs: Path, data: Path, person: str | None) -> Iterator[str]:
    port = free_port()
    settings = ["listen_addresses=127.0.0.1", f"unix_socket_directories={data}", *QUICK]
    options = [part for setting in settings for part in ("-c", setting)]
    with (data / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [programs / "postgres", "-D", data, "-p", str(port), *options],
            user=person,
            cwd="/",
            stdout=log,
            stderr=log,
        )
    server = f"postgis://postgres@127.0.0.1:{port}/postgres"
    try:
        wait_until(lambda: _is_usable(server), seconds=30, what="the private PostgreSQL")
        yield server
    finally:
        process.send_signal(2)  # SIGINT: end now, in order
        process.wait(20)


def _installed_programs() -> Path | None:
    """The programs of the newest installed PostgreSQL that has PostGIS."""
    versions = sorted((int(path.name) for path in Path("/usr/lib/postgresql").glob("[0-9]*")), reverse=True)
    for version in versions:
        if Path(f"/usr/share/postgresql/{version}/extension/postgis.control").exists():
            return Path(f"/usr/lib/postgresql/{version}/bin")
    return None


def _plain_person() -> str | None:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def _drop_all(server: str, name: str) -> None:
    with psycopg.connect(_plain(server), autocommit=True) as connection:
        rows = connection.execute(
            "SELECT datname FROM pg_database WHERE datname LIKE %s", [f"%{name}%"]
        ).fetchall()
        for (found,) in rows:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(found)))


def _plain(url: str) -> str:
    return url.replace("postgis://", "postgresql://", 1)
