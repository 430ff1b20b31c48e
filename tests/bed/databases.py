"""Databases for server processes: migrated once per test process, then copied, which takes milliseconds."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parent.parent.parent
Environment = dict[str, str]


class Template(Protocol):
    """A migrated, empty database to copy."""

    def copy(self, folder: Path) -> Environment:
        """Make a database of its own, with `folder` as its var. Returns the variables that lead to it."""

    def drop(self, environment: Environment) -> None: ...


def make_template(folder: Path) -> Template:
    """PostGIS where DATABASE_URL is set, SpatiaLite otherwise."""
    url = os.environ.get("DATABASE_URL")
    return PostgisTemplate(url, folder) if url else SpatialiteTemplate(folder)


class SpatialiteTemplate:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        _migrate({"MAHALA_VAR": str(folder)})

    def copy(self, folder: Path) -> Environment:
        shutil.copy(self.folder / "mahala.sqlite3", folder / "mahala.sqlite3")
        return {"MAHALA_VAR": str(folder)}

    def drop(self, environment: Environment) -> None:
        """It goes with its folder."""


class PostgisTemplate:
    """Databases beside the one that DATABASE_URL names, on the same server."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.name = self._create("template0")
        _migrate({"MAHALA_VAR": str(folder), "DATABASE_URL": _with_name(url, self.name)})

    def copy(self, folder: Path) -> Environment:
        return {"MAHALA_VAR": str(folder), "DATABASE_URL": _with_name(self.url, self._create(self.name))}

    def drop(self, environment: Environment) -> None:
        self._drop(urlsplit(environment["DATABASE_URL"]).path.strip("/"))

    def close(self) -> None:
        self._drop(self.name)

    def _create(self, template: str) -> str:
        name = f"{urlsplit(self.url).path.strip('/')}_{uuid4().hex[:8]}"
        self._execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}"), name, template)
        return name

    def _drop(self, name: str) -> None:
        self._execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)"), name)

    def _execute(self, statement: sql.SQL, *names: str) -> None:
        server = _with_name(self.url, "postgres").replace("postgis://", "postgresql://", 1)
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(statement.format(*map(sql.Identifier, names)))


def _with_name(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def _migrate(environment: Environment) -> None:
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(command, cwd=ROOT, env=clean_environment(environment), check=True, timeout=120)


def clean_environment(own: Environment) -> Environment:
    """The variables of a process of ours: the machine's, without any of the site's but these."""
    machine = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("MAHALA_", "DATABASE_URL", "REDIS_URL", "DJANGO_", "PYTEST_"))
    }
    return machine | {"MAHALA_SECRET_KEY": "a signing key for tests only", "PYTHONWARNINGS": "default"} | own
