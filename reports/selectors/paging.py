"""Pages of a list that is made of runs, each in the order of an index: any page costs what the first does."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.fields.tuple_lookups import (  # type: ignore[import-untyped]
    Tuple,
    TupleGreaterThan,
    TupleLessThan,
)
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from accounts.errors import DomainError
from reports.models import Report

Values = tuple[datetime | int, ...]


class CursorRefused(DomainError):
    """The word for "go on from here" is none that was given out."""

    code = "invalid_cursor"
    http_status = 422


@dataclass(frozen=True, slots=True)
class Key:
    field: str
    descending: bool = False

    @property
    def order(self) -> str:
        return f"-{self.field}" if self.descending else self.field


@dataclass(frozen=True, slots=True)
class Run:
    """Reports in the order of their keys, which all run the same way; `name` stands in its cursors."""

    reports: QuerySet[Report]
    keys: Sequence[Key]
    name: str = ""

    def behind(self, values: Values) -> "Run":
        """What comes after the row of these values. Compared as one tuple, which an index finds at once."""
        beyond = TupleLessThan if self.keys[0].descending else TupleGreaterThan
        rest = self.reports.filter(beyond(Tuple(*(F(key.field) for key in self.keys)), values))
        return Run(rest, self.keys, self.name)

    def first(self, most: int) -> list[Report]:
        return list(self.reports.order_by(*(key.order for key in self.keys))[:most])


def take_page(runs: Sequence[Run], limit: int) -> tuple[list[Report], str]:
    """The first rows of the runs, and the cursor that goes on behind them, "" at the end. One query a run."""
    found: list[tuple[Run, Report]] = []
    for run in runs:
        found += [(run, report) for report in run.first(limit + 1 - len(found))]
        if len(found) > limit:
            return [report for _run, report in found[:limit]], _write_cursor(*found[limit - 1])
    return [report for _run, report in found], ""


def read_cursor(cursor: str, names: dict[str, Sequence[Key]]) -> tuple[str, Values]:
    """The name of a run, and the values of the row behind which it goes on. Raises CursorRefused."""
    try:
        name, *values = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        keys = names[name]
        return name, tuple(_read_value(key, value) for key, value in zip(keys, values, strict=True))
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError, binascii.Error):
        raise CursorRefused(_("This page of the list is gone. Please begin again."), field="after") from None


def _write_cursor(run: Run, report: Report) -> str:
    values = [getattr(report, key.field) for key in run.keys]
    plain = [value.isoformat() if isinstance(value, datetime) else value for value in values]
    return base64.urlsafe_b64encode(json.dumps([run.name, *plain]).encode()).decode()


def _read_value(key: Key, value: Any) -> datetime | int:
    if key.field.endswith(("_at", "_since")):
        moment: datetime | None = parse_datetime(value)
        if moment is None or moment.tzinfo is None:
            raise ValueError
        return moment
    number = int(value)
    if not -(2**31) < number < 2**63:
        raise ValueError
    return number
