"""The one database difference of the log: SQLite tells a process when another one has written."""

from django.db import connection


def data_version() -> int | None:
    """A number that changes when another connection commits, cheap to ask; None where there is none.

    Compare only answers of one connection, hence of one thread.
    """
    if connection.vendor != "sqlite":
        return None
    with connection.cursor() as cursor:
        return int(cursor.execute("PRAGMA data_version").fetchone()[0])
