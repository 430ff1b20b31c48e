"""The tables of the page: the same cells are shown, linked to the queue, and sent as CSV."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from django.utils.functional import Promise

from dispatch.selectors.filters import Filters

Words = str | Promise
Value = int | float | None
Link = Callable[[Filters], str]


@dataclass(frozen=True, slots=True)
class Column:
    """`kind` is number, share (0 to 1), whole (seconds) or clock (working seconds).

    `under` is a heading over several columns. With a `tone`, each number has a bar of that colour.
    """

    code: str
    words: Words
    kind: str = "number"
    under: Words = ""
    tone: str = ""

    @property
    def is_time(self) -> bool:
        return self.kind in ("whole", "clock")


@dataclass(frozen=True, slots=True)
class Cell:
    """`href` leads to the list behind the number; `share` is the length of its bar, 0 to 1."""

    column: Column
    value: Value
    href: str = ""
    share: float | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """`code` is its name in CSV; `tone` a colour that stands beside its name."""

    name: str
    code: str
    cells: Sequence[Cell]
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """`code` is its name in an address; `first` heads the column of names; `note` says how it is counted."""

    code: str
    title: Words
    first: Words
    columns: Sequence[Column]
    rows: Sequence[Row]
    note: Words = ""
    whole: Row | None = None

    @property
    def headings(self) -> list[tuple[Words, int]]:
        """What stands over the columns, with how many of them; nothing where no column is under anything."""
        if not any(column.under for column in self.columns):
            return []
        return [(words, len(list(some))) for words, some in groupby(self.columns, lambda each: each.under)]

    def lines(self) -> Iterator[list[str]]:
        """As CSV has it: codes in the first line, shares as numbers, times in hours."""
        yield ["code", "name", *(_column_code(column) for column in self.columns)]
        for row in [*self.rows, *([self.whole] if self.whole else [])]:
            yield [_plain(row.code), _plain(row.name), *(_told(cell) for cell in row.cells)]


@dataclass(slots=True)
class Given:
    """What a row is made of: values by the code of a column, and what of the queue stands behind them."""

    name: str
    code: str
    values: dict[str, Value]
    behind: dict[str, Filters] = field(default_factory=dict)
    tone: str = ""


def make_rows(columns: Sequence[Column], given: Sequence[Given], link: Link) -> list[Row]:
    """Bars are as long as the number against the largest of its column; all times stand on one scale."""
    times = max((_most(column, given) for column in columns if column.is_time), default=0)
    most = {column.code: times if column.is_time else _most(column, given) for column in columns}
    return [
        Row(each.name, each.code, [_cell(column, each, most, link) for column in columns], each.tone)
        for each in given
    ]


def make_whole(columns: Sequence[Column], given: Given, link: Link) -> Row:
    """The last line: without bars."""
    cells = [_cell(column, given, {}, link) for column in columns]
    return Row(given.name, given.code, cells)


def _most(column: Column, given: Sequence[Given]) -> float:
    return max((each.values.get(column.code) or 0 for each in given), default=0) if column.tone else 0


def _cell(column: Column, given: Given, most: dict[str, float], link: Link) -> Cell:
    value = given.values.get(column.code)
    largest = most.get(column.code)
    behind = given.behind.get(column.code)
    share = (value or 0) / largest if largest else None
    return Cell(column, value, link(behind) if behind and value else "", share)


def _column_code(column: Column) -> str:
    return f"{column.code}_hours" if column.is_time else column.code


def _told(cell: Cell) -> str:
    if cell.value is None:
        return ""
    if cell.column.is_time:
        return f"{cell.value / 3600:.2f}"
    return f"{cell.value:.4f}" if cell.column.kind == "share" else str(cell.value)


def _plain(text: str) -> str:
    """A spreadsheet takes what begins like this for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
