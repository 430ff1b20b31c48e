"""Shifts from a CSV file: all or nothing, and the same file again changes nothing."""

import csv
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.models import User
from dispatch.models import Crew, Shift
from dispatch.services.shifts import change_shift, plan_shift, times_of
from dispatch.spans import ShiftRefused, Times, read_clock, read_times
from districts.memberships import may_dispatch

COLUMNS = ("crew", "day", "starts", "ends")
OPTIONAL = ("district", "breaks")
MOST_BYTES = 1_000_000
MOST_ROWS = 5_000
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in which line (1 is the header) and field."""

    line: int
    field: str
    words: str


@dataclass(slots=True)
class ImportReport:
    """How many shifts are new, changed or as they were; with faults nothing was written."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    faults: list[Fault] = field(default_factory=list)
    is_trial: bool = False

    @property
    def is_written(self) -> bool:
        return not self.faults and not self.is_trial


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    crew: Crew
    times: Times


class _Undo(Exception):
    """Rolls the transaction back: there were faults, or it was a trial."""


def import_shifts(data: bytes, *, actor: User | None, at: datetime, is_trial: bool = False) -> ImportReport:
    """Take over the shifts of a CSV file (UTF-8; comma or semicolon) with the columns `crew`, `day`
    (2026-11-03), `starts`, `ends` (08:30), and if wanted `breaks` (12:00-12:30, 15:00-15:15) and `district`.

    A crew's shift that begins at the same moment is changed, none is removed. `actor` None is a command, a
    person may plan for crews of their own desks. Nothing is written when anything is at fault or it
    `is_trial`; the report is the same either way.
    """
    report = ImportReport(is_trial=is_trial)
    rows = _read(data, report, actor)
    try:
        with transaction.atomic():
            for row in rows:
                _take_over(row, report, actor, at)
            if not report.is_written:
                raise _Undo
    except _Undo:
        pass
    report.faults.sort(key=lambda fault: fault.line)
    return report


def _read(data: bytes, report: ImportReport, actor: User | None) -> list[_Row]:
    lines = _lines(data, report)
    reader = csv.DictReader(lines, dialect=_dialect(lines), skipinitialspace=True)
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if report.faults or missing:
        report.faults += [Fault(1, name, _("This column is missing.")) for name in missing]
        return []
    crews = _Crews(actor)
    rows: list[_Row] = []
    for count, cells in enumerate(reader):
        if count >= MOST_ROWS:
            words = _("At most %(most)d lines at a time, please.") % {"most": MOST_ROWS}
            report.faults.append(Fault(reader.line_num, "", words))
            break
        row = _read_row(reader.line_num, cells, crews, report)
        if row is not None:
            rows.append(row)
    return rows


def _lines(data: bytes, report: ImportReport) -> list[str]:
    if len(data) > MOST_BYTES:
        report.faults.append(Fault(1, "", _("This file is too large.")))
        return []
    try:
        return data.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        report.faults.append(Fault(1, "", _("This is no text in UTF-8. Please save it as CSV in UTF-8.")))
        return []


def _dialect(lines: list[str]) -> type[csv.Dialect]:
    class Found(csv.excel):
        delimiter = ";" if lines and lines[0].count(";") > lines[0].count(",") else ","

    return Found


def _read_row(line: int, cells: dict[str, str], crews: "_Crews", report: ImportReport) -> _Row | None:
    told = {name: (cells.get(name) or "").strip() for name in (*COLUMNS, *OPTIONAL)}

    def read(cell: Callable[[], _T]) -> _T | None:
        try:
            return cell()
        except ShiftRefused as refusal:
            report.faults.append(Fault(line, refusal.field or "", refusal.detail))
            return None

    crew = read(lambda: crews.find(told["crew"], told["district"]))
    day = read(lambda: _read_day(told["day"]))
    starts = read(lambda: read_clock(told["starts"], field="starts"))
    ends = read(lambda: read_clock(told["ends"], field="ends"))
    if day is None or starts is None or ends is None:
        return None
    times = read(lambda: read_times(day, starts, ends, told["breaks"]))
    return None if crew is None or times is None else _Row(line, crew, times)


def _read_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        words = _("“%(text)s” is no day such as 2026-11-03.") % {"text": text}
        raise ShiftRefused(words, field="day") from error


class _Crews:
    """The active crews that the person plans for, by name and district's code."""

    def __init__(self, actor: User | None) -> None:
        crews = Crew.objects.filter(is_active=True).select_related("district")
        own = [crew for crew in crews if actor is None or may_dispatch(actor, crew.district_id)]
        self._by_name: dict[str, list[Crew]] = {}
        for crew in own:
            self._by_name.setdefault(crew.name.casefold(), []).append(crew)

    def find(self, name: str, district: str) -> Crew:
        """Raises ShiftRefused with the field "crew" or "district"."""
        named = self._by_name.get(name.casefold(), [])
        found = [crew for crew in named if not district or crew.district.code == district]
        if len(found) == 1:
            return found[0]
        if found:
            words = _("Several districts have a crew “%(name)s”: say which in the column district.")
            raise ShiftRefused(words % {"name": name}, field="district")
        raise ShiftRefused(_("There is no crew “%(name)s” here.") % {"name": name}, field="crew")


def _take_over(row: _Row, report: ImportReport, actor: User | None, at: datetime) -> None:
    known = Shift.objects.filter(crew=row.crew, starts_at=row.times.shift.starts_at)
    shift = known.prefetch_related("breaks").first()
    try:
        if shift is None:
            plan_shift(shift_id=uuid4(), crew_id=row.crew.pk, times=row.times, actor=actor, at=at)
            report.new += 1
        elif times_of(shift) == row.times:
            report.unchanged += 1
        else:
            change_shift(shift_id=shift.uuid, times=row.times, actor=actor, at=at)
            report.changed += 1
    except DomainError as refusal:
        report.faults.append(Fault(row.line, refusal.field or "", refusal.detail))


def faults_in_words(faults: Iterable[Fault]) -> list[str]:
    """A line for each, for a terminal."""
    place = _("line %(line)d, %(field)s: %(words)s")
    return [place % {"line": each.line, "field": each.field or "–", "words": each.words} for each in faults]
