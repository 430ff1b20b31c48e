"""Databases that a bench makes on the server of DATABASE_URL, and drops."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import psycopg


@contextmanager
def new_database(suffix: str = "") -> Iterator[str]:
    """A new, empty database for the time of the block; its DATABASE_URL."""
    given = urlsplit(os.environ["DATABASE_URL"])
    name = f"mahala_bench_{os.getpid()}{suffix}"
    server = given._replace(scheme="postgresql", path="/postgres", query="").geturl()
    _execute(server, f"CREATE DATABASE {name}")
    try:
        yield given._replace(path=f"/{name}").geturl()
    finally:
        _execute(server, f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def own_database() -> Iterator[None]:
    """DATABASE_URL names a new database for the time of the block."""
    with new_database() as os.environ["DATABASE_URL"]:
        yield


def _execute(server: str, statement: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement.encode())
