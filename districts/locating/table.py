"""A CSV file with positions, to which the responsible district is added."""

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, TextIO

import numpy as np
from django.utils.translation import gettext as _

from accounts.errors import DomainError
from districts.locating.batch import Brief, locate_many
from districts.locating.errors import InvalidPoint, check_point
from districts.locating.responsibilities import Responsibilities

ADDED = ["district", "certainty", "alternatives"]
_ROWS_AT_ONCE = 20_000
_LONGEST_FIELD = 10_000_000
Row = list[str]
_Place = tuple[float, float, float]


class TableRefused(DomainError):
    """The file lacks a column that was named, has one that would be added, or is no CSV."""

    code = "table_refused"


@dataclass(frozen=True)
class Columns:
    """Names of the columns; without an accuracy column each row has `accuracy_m`."""

    lat: str
    lon: str
    category: str | None = None
    accuracy: str | None = None
    accuracy_m: float | None = None


@dataclass(frozen=True)
class _Reader:
    """Where the columns stand in this file."""

    header: Row
    columns: Columns

    def place(self, row: Row) -> _Place | InvalidPoint:
        """(lon, lat, accuracy) of a row, or what is wrong with it."""
        if len(row) != len(self.header):
            return _ragged(row, self.header)
        try:
            lat, lon = self._degrees(row, "lat"), self._degrees(row, "lon")
            accuracy = self._accuracy(row)
            check_point(lon, lat, accuracy)
        except InvalidPoint as refusal:
            return refusal
        return lon, lat, accuracy

    def category(self, row: Row) -> str | None:
        return row[self.header.index(self.columns.category)] if self.columns.category else None

    def _degrees(self, row: Row, which: str) -> float:
        return _number(row[self.header.index(getattr(self.columns, which))], which)

    def _accuracy(self, row: Row) -> float:
        text = row[self.header.index(self.columns.accuracy)].strip() if self.columns.accuracy else ""
        return _number(text, "accuracy") if text else self.columns.accuracy_m or 0.0


def locate_table(
    known: Responsibilities, source: TextIO, target: TextIO, columns: Columns, *, at: datetime
) -> Counter[str]:
    """Copy the rows in their order with the columns of `ADDED`; how many there are of each certainty.

    A row without a usable position is kept and marked "invalid: …". Memory is bounded by the chunk.
    """
    csv.field_size_limit(_LONGEST_FIELD)
    delimiter = _delimiter(source)
    lines = _read(source, delimiter)
    reader = _Reader(next(lines, []), columns)
    _check_columns(reader.header, columns)
    writer = csv.writer(target, delimiter=delimiter, lineterminator="\n")
    writer.writerow([*reader.header, *ADDED])
    counts: Counter[str] = Counter()
    while chunk := list(islice(lines, _ROWS_AT_ONCE)):
        answers = _locate_chunk(known, reader, chunk, at)
        width = len(reader.header)
        writer.writerows(
            _fitted(row, width) + _cells(answer) for row, answer in zip(chunk, answers, strict=True)
        )
        counts.update(_kind(answer) for answer in answers)
    return counts


def _delimiter(source: TextIO) -> str:
    """Spreadsheets of many countries write semicolons."""
    start = source.tell()
    first = source.readline()
    source.seek(start)
    return ";" if first.count(";") > first.count(",") else ","


def _read(source: TextIO, delimiter: str) -> Iterator[Row]:
    lines = csv.reader(source, delimiter=delimiter)
    try:
        yield from (row for row in lines if row)
    except csv.Error as error:
        raise TableRefused(
            _("Line %(line)d is no CSV: %(error)s") % {"line": lines.line_num, "error": error}
        ) from error


def _check_columns(header: Row, columns: Columns) -> None:
    wanted = (columns.lat, columns.lon, columns.category, columns.accuracy)
    for name in wanted:
        if name is not None and name not in header:
            raise TableRefused(
                _("There is no column “%(name)s”; the file has: %(columns)s.")
                % {"name": name, "columns": ", ".join(header)}
            )
    for name in ADDED:
        if name in header:
            raise TableRefused(_("The file already has a column “%(name)s”.") % {"name": name})


def _locate_chunk(
    known: Responsibilities, reader: _Reader, chunk: list[Row], at: datetime
) -> list[Brief | InvalidPoint]:
    answers: list[Any] = [reader.place(row) for row in chunk]
    good = [i for i, place in enumerate(answers) if not isinstance(place, InvalidPoint)]
    if not good:
        return answers
    places = np.array([answers[i] for i in good])
    found = locate_many(
        known,
        lonlat=places[:, :2],
        categories=[reader.category(chunk[i]) for i in good] if reader.columns.category else None,
        accuracies_m=places[:, 2],
        at=at,
    )
    for i, answer in zip(good, found, strict=True):
        answers[i] = answer
    return answers


def _number(text: str, field: str) -> float:
    try:
        return float(text.replace(",", ".", 1))
    except ValueError:
        raise InvalidPoint(_("“%(text)s” is not a number.") % {"text": text[:40]}, field=field) from None


def _ragged(row: Row, header: Row) -> InvalidPoint:
    counts = {"count": len(row), "wanted": len(header)}
    return InvalidPoint(_("%(count)d fields instead of %(wanted)d") % counts, field="row")


def _fitted(row: Row, width: int) -> Row:
    """The row as wide as the header: filled up, or with what is too much in its last cell."""
    if len(row) <= width:
        return row + [""] * (width - len(row))
    return [*row[: width - 1], " ".join(row[width - 1 :])]


def _kind(answer: Brief | InvalidPoint) -> str:
    return "invalid" if isinstance(answer, InvalidPoint) else answer.certainty.value


def _cells(answer: Brief | InvalidPoint) -> Row:
    if isinstance(answer, InvalidPoint):
        return ["", f"invalid: {answer.field}: {answer.detail}", ""]
    others = ";".join(f"{other.district}:{other.distance_m:g}" for other in answer.alternatives)
    return [answer.district or "", answer.certainty.value, others]
