"""The R*Tree of every geometry column on SpatiaLite, made again where a migration lost it.

Adding a constraint makes Django lay a SQLite table anew, and then the table's spatial index is renamed but no
longer filled: a search through it would find nothing.
"""

from typing import Any

from django.apps import apps
from django.contrib.gis.db.models import GeometryField
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

Column = tuple[str, str]


def restore_spatial_indexes(*, using: str, **_signal: Any) -> None:
    """After migrating, every geometry column has an index that triggers fill. PostGIS needs nothing."""
    connection = connections[using]
    if connection.vendor != "sqlite":
        return
    wanted = set(_indexed_columns())
    for column in wanted & set(_columns_without_index(connection)):
        _make_index(connection, column)


def _indexed_columns() -> list[Column]:
    return [
        (model._meta.db_table, field.column)
        for model in apps.get_models()
        for field in model._meta.local_fields
        if isinstance(field, GeometryField) and field.spatial_index
    ]


def _columns_without_index(connection: BaseDatabaseWrapper) -> list[Column]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT f_table_name, f_geometry_column FROM geometry_columns WHERE spatial_index_enabled = 0"
        )
        return [(table, column) for table, column in cursor.fetchall()]


def _make_index(connection: BaseDatabaseWrapper, column: Column) -> None:
    stale = connection.ops.quote_name(f"idx_{column[0]}_{column[1]}")
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {stale}")
        cursor.execute("SELECT CreateSpatialIndex(%s, %s)", column)
