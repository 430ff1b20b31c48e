"""Where the two databases differ: boxes, nearest rows, row locks, spans apart, text and JSON, seconds.

SpatiaLite never uses its R*Tree by itself, ignores row locks (there the IMMEDIATE transaction is the lock),
can't look into JSON lists, has no exclusion constraints, no index for parts of words and none that carries
columns along; PostGIS has all six. Callers write one query for both.
"""

import unicodedata
from collections.abc import Sequence
from typing import Any, TypeVar

from django.contrib.gis.geos import Polygon
from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS, connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models.expressions import Col
from django.db.models.sql.compiler import SQLCompiler

from districts.geometry import Position, box_around, metres_between

_Row = TypeVar("_Row", bound=models.Model)
Compiled = tuple[str, tuple[Any, ...]]
# Casefolding and taking marks off leave these as they are, though people type the plain letter.
_PLAIN = str.maketrans({"ı": "i", "ø": "o", "ł": "l", "đ": "d"})


class _MeetsBox(models.Func):
    """The R*Tree's word for a row whose bounding box meets a box, by rowid, which every key has."""

    output_field = models.BooleanField()
    conditional = True

    def __init__(
        self, field: Any, west: float, south: float, east: float, north: float, **extra: Any
    ) -> None:
        super().__init__(field, **extra)
        self.box = (east, west, north, south)

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any) -> Compiled:  # type: ignore[override]
        column = self.source_expressions[0]
        if not isinstance(column, Col):
            raise TypeError("a box is looked up in a column")
        alias = connection.ops.quote_name(column.alias)
        model = column.target.model._meta
        index = connection.ops.quote_name(f"idx_{model.db_table}_{column.target.column}")
        where = "xmin <= %s AND xmax >= %s AND ymin <= %s AND ymax >= %s"
        return f"{alias}.ROWID IN (SELECT pkid FROM {index} WHERE {where})", self.box  # noqa: S608 (quoted names)


class _ListHolds(models.Func):
    """A JSON list that has a text among its items."""

    output_field = models.BooleanField()
    conditional = True

    def __init__(self, field: Any, value: str, **extra: Any) -> None:
        super().__init__(field, **extra)
        self.value = value

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any) -> Compiled:
        column, params = compiler.compile(self.source_expressions[0])
        held = f"SELECT 1 FROM json_each({column}) WHERE value = %s"  # noqa: S608 (a compiled column)
        return f"EXISTS ({held})", (*params, self.value)

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any) -> Compiled:
        column, params = compiler.compile(self.source_expressions[0])
        return f"jsonb_exists({column}, %s)", (*params, self.value)


class SecondsOf(models.Func):
    """A moment as whole seconds since 1970."""

    # An integer's would turn each value into the integer that it is: a third of the time of reading it.
    output_field: "models.Field[Any, Any]" = models.Field()

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any) -> Compiled:
        sql, params = self.as_sql(compiler, connection, template="unixepoch(%(expressions)s)")
        return sql, tuple(params)

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any) -> Compiled:
        template = "FLOOR(EXTRACT(EPOCH FROM %(expressions)s))::bigint"
        sql, params = self.as_sql(compiler, connection, template=template)
        return sql, tuple(params)


class CoveringIndex(models.Index):
    """An index that carries further columns along where the database can, so that it answers by itself."""

    def __init__(self, *, carries: Sequence[str] = (), **index: Any) -> None:
        super().__init__(**index)
        self.carries = tuple(carries)

    def deconstruct(self) -> Any:
        path, expressions, facts = super().deconstruct()
        return path, expressions, {**facts, "carries": self.carries}

    def create_sql(self, model: Any, schema_editor: Any, using: str = "", **extra: Any) -> Any:
        whole = models.Index(
            fields=self.fields, name=self.name, condition=self.condition, include=self.carries
        )
        return whole.create_sql(model, schema_editor, using, **extra)


class IndexWords(Operation):
    """A migration's step: an index for `with_words` on this column, by trigrams. SpatiaLite reads the rows.

    A role that may create objects in the database may create this extension, which PostgreSQL trusts.
    """

    reversible = True
    reduces_to_sql = True

    def __init__(self, table: str, column: str) -> None:
        self.table, self.column = table, column

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Models know nothing of it."""

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
            where = f"{self._quoted(schema_editor, self.table)} USING gin"
            column = f"{self._quoted(schema_editor, self.column)} gin_trgm_ops"
            schema_editor.execute(f"CREATE INDEX {self._index(schema_editor)} ON {where} ({column})")

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP INDEX {self._index(schema_editor)}")

    def describe(self) -> str:
        return f"Index the words of {self.table}.{self.column}"

    def _index(self, schema_editor: Any) -> str:
        return self._quoted(schema_editor, f"{self.table}_{self.column}_words")

    def _quoted(self, schema_editor: Any, name: str) -> str:
        quoted: str = schema_editor.quote_name(name)
        return quoted


class IndexOnPostgres(Operation):
    """A migration's step: an index that PostgreSQL alone has; `on` is what follows ON in its statement."""

    reversible = True
    reduces_to_sql = True

    def __init__(self, name: str, on: str) -> None:
        self.name, self.on = name, on

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Models know nothing of it."""

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"CREATE INDEX {self.name} ON {self.on}")

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP INDEX {self.name}")

    def describe(self) -> str:
        return f"Create the index {self.name} on PostgreSQL"


class SpansApart(models.BaseConstraint):
    """The spans (`start` included, `end` not) of one owner's rows don't overlap.

    On PostGIS an exclusion constraint, which needs the extension btree_gist. In SQLite nothing is written:
    whoever writes such rows asks `validate` in the transaction that writes, and no other transaction runs
    meanwhile.
    """

    def __init__(self, *, owner: str, start: str, end: str, name: str, **words: Any) -> None:
        super().__init__(name=name, **words)
        self.owner, self.start, self.end = owner, start, end

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        path, args, kwargs = super().deconstruct()
        return path, args, {**kwargs, "owner": self.owner, "start": self.start, "end": self.end}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SpansApart) and self.deconstruct() == other.deconstruct()

    __hash__ = models.BaseConstraint.__hash__

    def constraint_sql(self, model: Any, schema_editor: Any) -> str | None:  # type: ignore[override]
        if schema_editor.connection.vendor != "postgresql":
            return None
        quote = schema_editor.quote_name
        owner, start, end = (
            quote(model._meta.get_field(name).column) for name in (self.owner, self.start, self.end)
        )
        spans = f"{owner} WITH =, tstzrange({start}, {end}) WITH &&"
        return f"CONSTRAINT {quote(self.name)} EXCLUDE USING gist ({spans})"

    def create_sql(self, model: Any, schema_editor: Any) -> str | None:  # type: ignore[override]
        constraint = self.constraint_sql(model, schema_editor)
        table = schema_editor.quote_name(model._meta.db_table)
        return constraint and f"ALTER TABLE {table} ADD {constraint}"

    def remove_sql(self, model: Any, schema_editor: Any) -> str | None:  # type: ignore[override]
        if schema_editor.connection.vendor != "postgresql":
            return None
        quote = schema_editor.quote_name
        return f"ALTER TABLE {quote(model._meta.db_table)} DROP CONSTRAINT {quote(self.name)}"

    def validate(self, model: Any, instance: Any, exclude: Any = None, using: str = DEFAULT_DB_ALIAS) -> None:
        """Raises ValidationError when another row of the owner overlaps."""
        if exclude and {self.owner, self.start, self.end} & set(exclude):
            return
        others = model._default_manager.using(using).exclude(pk=instance.pk)
        meets = {
            self.owner: getattr(instance, model._meta.get_field(self.owner).attname),
            f"{self.start}__lt": getattr(instance, self.end),
            f"{self.end}__gt": getattr(instance, self.start),
        }
        if others.filter(**meets).exists():
            raise ValidationError(self.get_violation_error_message(), code=self.violation_error_code)


def is_embedded(queryset: models.QuerySet[_Row]) -> bool:
    """The rows lie in SQLite."""
    return connections[queryset.db].vendor == "sqlite"


def within_bbox(
    queryset: models.QuerySet[_Row], field: str, west: float, south: float, east: float, north: float
) -> models.QuerySet[_Row]:
    """The rows whose geometry meets the box in degrees, found by the spatial index on both databases."""
    box = Polygon.from_bbox((west, south, east, north))
    box.srid = 4326
    if is_embedded(queryset):
        queryset = queryset.filter(_MeetsBox(models.F(field), west, south, east, north))
    return queryset.filter(**{f"{field}__intersects": box})


def points_within(
    queryset: models.QuerySet[_Row], field: str, west: float, south: float, east: float, north: float
) -> models.QuerySet[_Row]:
    """The rows whose point lies in the box in degrees: as `within_bbox`, and cheaper for many on PostGIS."""
    if is_embedded(queryset):
        return within_bbox(queryset, field, west, south, east, north)
    box = Polygon.from_bbox((west, south, east, north))
    box.srid = 4326
    return queryset.filter(**{f"{field}__bboverlaps": box})


def nearest(
    queryset: models.QuerySet[_Row], field: str, point: Position, *, within_m: float, limit: int
) -> list[tuple[_Row, float]]:
    """Up to `limit` rows with a point in `field` within so many metres, the nearest first, with the distance.

    Looks in a small box first and widens it, so that a dense place costs no more than a sparse one.
    """
    for reach_m in (within_m / 16, within_m / 4, within_m):
        rows = within_bbox(queryset, field, *box_around(point, reach_m))
        measured = ((row, metres_between(point, getattr(row, field).tuple)) for row in rows)
        found = sorted(((row, far) for row, far in measured if far <= reach_m), key=lambda pair: pair[1])
        if len(found) >= limit:
            break
    return found[:limit]


def lock_rows(
    queryset: models.QuerySet[_Row], *, skip_locked: bool = False, of: Sequence[str] = ("self",)
) -> models.QuerySet[_Row]:
    """The rows, locked until the transaction ends; with `skip_locked`, only those that nobody holds.

    The lock lets others insert rows that refer to these. Needs a transaction on both databases.
    """
    if not connections[queryset.db].in_atomic_block:
        raise transaction.TransactionManagementError("lock_rows needs a transaction")
    if is_embedded(queryset):
        return queryset
    return queryset.select_for_update(skip_locked=skip_locked, of=tuple(of), no_key=True)


def fold_text(text: str) -> str:
    """Text as a search column keeps it: small letters without marks (й is и, ı is i), single spaces."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return " ".join(bare.translate(_PLAIN).split())


def with_words(queryset: models.QuerySet[_Row], field: str, query: str) -> models.QuerySet[_Row]:
    """The rows whose folded search column holds every word of the query."""
    for word in fold_text(query).split():
        queryset = queryset.filter(**{f"{field}__contains": word})
    return queryset


def with_item(queryset: models.QuerySet[_Row], field: str, value: str) -> models.QuerySet[_Row]:
    """The rows whose JSON list in `field` has the text among its items."""
    return queryset.filter(_ListHolds(models.F(field), value))
