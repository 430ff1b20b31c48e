"""Who answers for a point, or for every row of a CSV file."""

import json
from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.errors import DomainError
from districts import locating
from districts.locating.table import Columns, locate_table
from districts.management.arguments import moment


class Command(BaseCommand):
    help = (
        "Prints who answers for a point, as one JSON object; or adds district, certainty and alternatives to "
        "the rows of a CSV file. Negative coordinates go after “--”."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("lat", nargs="?", help="latitude in degrees (WGS 84), such as 42.6977")
        parser.add_argument("lon", nargs="?", help="longitude in degrees, such as 23.3219")
        parser.add_argument("--category", help="code of the category, for the routing rules")
        parser.add_argument("--accuracy", help="how far off the position may be, in metres")
        parser.add_argument("--at", type=moment, help="day (or time) in ISO 8601; now by default")
        parser.add_argument("--csv", type=Path, metavar="IN", help="a CSV file with a header, in UTF-8")
        parser.add_argument("--lat", dest="lat_column", metavar="COLUMN")
        parser.add_argument("--lon", dest="lon_column", metavar="COLUMN")
        parser.add_argument("--category-column", metavar="COLUMN")
        parser.add_argument("--accuracy-column", metavar="COLUMN", help="metres, one a row")
        parser.add_argument("--out", type=Path, help="the CSV file to write")

    def handle(self, *args: Any, **options: Any) -> None:
        at = options["at"] or timezone.now()
        try:
            if options["csv"] is not None:
                self._locate_file(options, at)
            else:
                self._locate_point(options, at)
        except DomainError as refusal:
            raise CommandError(f"{refusal.field}: {refusal}" if refusal.field else str(refusal)) from refusal

    def _locate_point(self, options: dict[str, Any], at: datetime) -> None:
        if options["lat"] is None or options["lon"] is None:
            raise CommandError("Give LAT and LON, or --csv with --lat, --lon and --out.")
        answer = locating.locate(
            point=(_number(options, "lon"), _number(options, "lat")),
            category=options["category"],
            accuracy_m=_number(options, "accuracy") if options["accuracy"] else None,
            at=at,
        )
        self.stdout.write(json.dumps(answer.as_json(), ensure_ascii=False))

    def _locate_file(self, options: dict[str, Any], at: datetime) -> None:
        source, target = options["csv"], _target(options)
        columns = Columns(
            lat=options["lat_column"],
            lon=options["lon_column"],
            category=options["category_column"],
            accuracy=options["accuracy_column"],
            accuracy_m=_number(options, "accuracy") if options["accuracy"] else None,
        )
        counts = _rewrite(source, target, columns, at)
        summary = ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items()))
        self.stderr.write(f"{counts.total()} rows: {summary or 'none'}.")


def _rewrite(source: Path, target: Path, columns: Columns, at: datetime) -> Any:
    """Write beside the target and take its place at the end, so that it is whole or not there."""
    part = target.with_name(f"{target.name}.part")
    # Bytes that are no UTF-8 pass through as they are.
    how: dict[str, Any] = {"errors": "surrogateescape", "newline": ""}
    try:
        with source.open(encoding="utf-8-sig", **how) as rows, part.open("w", encoding="utf-8", **how) as out:
            counts = locate_table(locating.current(), rows, out, columns, at=at)
        part.replace(target)
    except OSError as error:
        raise CommandError(f"{error.filename}: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)
    return counts


def _target(options: dict[str, Any]) -> Path:
    for name in ("lat_column", "lon_column", "out"):
        if options[name] is None:
            raise CommandError("--csv needs --lat, --lon and --out.")
    target: Path = options["out"]
    if target.resolve() == options["csv"].resolve():
        raise CommandError("--out must not be the file that is read.")
    return target


def _number(options: dict[str, Any], name: str) -> float:
    try:
        return float(options[name])
    except ValueError:
        raise CommandError(f"{name}: “{options[name]}” is not a number.") from None
