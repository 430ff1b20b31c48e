"""The import as one step: all or nothing."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.db import transaction

from districts.importing.checking import Area, Fields, check_fields, check_rows
from districts.importing.findings import Findings, Kind
from districts.importing.neighbours import find_gaps, find_overlaps
from districts.importing.reading import Source, SourceRefused, read_source
from districts.importing.saving import Labels, other_areas, save_districts, save_neighbourhoods
from districts.models import DistrictKind

NEIGHBOURHOOD = "neighbourhood"


@dataclass(frozen=True, slots=True)
class Order:
    """What to import, as what, from which day on."""

    path: Path
    fields: Fields
    kind: str
    valid_from: date
    labels: Labels
    layer: str | None = None
    srid: int | None = None
    is_trial: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """`counts` is None when nothing was written because of what `findings` say."""

    source: Source
    findings: Findings
    counts: Counter[str] | None


def import_areas(order: Order) -> Outcome:
    """Read, check and save a file; a trial does the same and takes it back.

    Raises SourceRefused when the file can't be read or its areas contradict what is known; the findings say
    what is wrong with single features, and any that stop the import leave everything as it was.
    """
    source = read_source(order.path, layer_name=order.layer, srid=order.srid)
    check_fields(source, order.fields)
    findings = Findings()
    areas = check_rows(source.rows, order.fields, findings)
    for message in source.messages:
        findings.add(Kind.NOTE, f"GDAL: {message}")
    if areas and order.kind != DistrictKind.CITYWIDE:
        _look_at_neighbours(order, areas, findings)
    return Outcome(source, findings, None if findings.must_stop else _save(order, areas))


def _look_at_neighbours(order: Order, areas: Sequence[Area], findings: Findings) -> None:
    """Districts fill a city: gaps between them matter. Neighbourhoods need not touch."""
    around: list[Area] = []
    if order.kind == DistrictKind.DISTRICT:
        around = other_areas({area.code for area in areas}, order.valid_from)
    find_overlaps([*areas, *around], findings)
    find_gaps([*areas, *around], findings)


def _save(order: Order, areas: Sequence[Area]) -> Counter[str]:
    with transaction.atomic():
        if order.kind == NEIGHBOURHOOD:
            counts = save_neighbourhoods(areas, valid_from=order.valid_from, labels=order.labels)
        else:
            kind = DistrictKind(order.kind)
            counts = save_districts(areas, kind=kind, valid_from=order.valid_from, labels=order.labels)
        transaction.set_rollback(order.is_trial)
    return counts


__all__ = ["NEIGHBOURHOOD", "Order", "Outcome", "SourceRefused", "import_areas"]
