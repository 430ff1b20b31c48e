"""Inserting rows by statements that are put together once: for what is written all the time.

The ORM builds each INSERT anew, which costs more than the database takes to carry it out.
"""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

M = TypeVar("M", bound=models.Model)
# Drivers take these as they are.
_PLAIN = (models.CharField, models.TextField, models.IntegerField, models.FloatField)


class _Column:
    """How one field's value gets into a statement."""

    def __init__(self, field: "models.Field[Any, Any]") -> None:
        self.field = field
        stored = field.target_field if isinstance(field, models.ForeignKey) else field
        self._is_plain = isinstance(stored, _PLAIN)
        self._place: Callable[..., str] | None = getattr(field, "get_placeholder", None)

    def bind(self, row: models.Model, connection: BaseDatabaseWrapper, values: list[Any]) -> str:
        """Append the value as the database takes it; returns its placeholder, which geometries choose."""
        value = getattr(row, self.field.attname)
        if value is None or self._is_plain:
            values.append(value)
            return "%s"
        values.append(self.field.get_db_prep_save(value, connection))
        return self._place(value, None, connection) if self._place else "%s"


def _is_made_by_database(field: "models.Field[Any, Any]") -> bool:
    return field.primary_key or field.generated


class Insertion(Generic[M]):
    """INSERTs of one model whose key the database makes. Sends no signals."""

    def __init__(self, model: type[M]) -> None:
        self._model = model

    def write(self, rows: Sequence[M]) -> None:
        """Insert the rows by one statement and give them their keys. Raises IntegrityError as saving does."""
        if not rows:
            return
        connection = transaction.get_connection()
        values: list[Any] = []
        places = [self._bind(row, connection, values) for row in rows]
        with connection.cursor() as cursor:
            cursor.execute(f"{self._head} {', '.join(places)} RETURNING {self._key}", values)
            keys = [key for (key,) in cursor.fetchall()]
        for row, key in zip(rows, keys, strict=True):
            row.pk = key
            row._state.adding, row._state.db = False, connection.alias

    @cached_property
    def _fields(self) -> list[_Column]:
        meta = self._model._meta
        return [_Column(field) for field in meta.local_concrete_fields if not _is_made_by_database(field)]

    @cached_property
    def _head(self) -> str:
        columns = ", ".join(f'"{column.field.column}"' for column in self._fields)
        return f'INSERT INTO "{self._model._meta.db_table}" ({columns}) VALUES'

    @cached_property
    def _key(self) -> str:
        return f'"{self._model._meta.pk.column}"'

    def _bind(self, row: M, connection: BaseDatabaseWrapper, values: list[Any]) -> str:
        """Append the row's values; returns its placeholders."""
        return f"({', '.join([column.bind(row, connection, values) for column in self._fields])})"
