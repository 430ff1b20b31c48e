"""Takes over districts, city-wide bodies or neighbourhoods from a file of areas."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from districts.importing.checking import Fields
from districts.importing.saving import Labels
from districts.importing.services import NEIGHBOURHOOD, Order, Outcome, SourceRefused, import_areas
from districts.management.arguments import day
from districts.models import DistrictKind


class Command(BaseCommand):
    help = (
        "Imports areas from any file that GDAL reads, all or none, and reports what is wrong with them. "
        "The same file again changes nothing; a changed polygon is dated."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file", type=Path, help="GeoJSON, Shapefile, GeoPackage, …, or one of them in a zip"
        )
        parser.add_argument("--code", required=True, metavar="FIELD")
        parser.add_argument(
            "--name", required=True, action="append", metavar="FIELD[:LANG]", help="once for each language"
        )
        parser.add_argument(
            "--kind", choices=[*DistrictKind.values, NEIGHBOURHOOD], default=DistrictKind.DISTRICT.value
        )
        parser.add_argument("--district", metavar="FIELD", help="code of a neighbourhood's district")
        parser.add_argument("--valid-from", type=day, metavar="DATE", help="today by default")
        parser.add_argument("--dry-run", action="store_true", help="report, and change nothing")
        parser.add_argument("--approximate", action="store_true", help="label the areas as approximate")
        parser.add_argument("--source", metavar="TEXT", help="where the areas come from, and their licence")
        parser.add_argument("--layer", metavar="NAME", help="for a file with several layers")
        parser.add_argument("--srid", type=int, help="EPSG code of a file that names no projection")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            outcome = import_areas(_order(options))
        except SourceRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        self._report(outcome, is_trial=options["dry_run"])

    def _report(self, outcome: Outcome, *, is_trial: bool) -> None:
        source = outcome.source
        self.stdout.write(f"{len(source.rows)} features in layer {source.layer} ({source.projection})")
        for line in outcome.findings.lines():
            self.stdout.write(line)
        if outcome.counts is None:
            raise CommandError("Nothing was imported, because of what is listed above.")
        for fate, count in outcome.counts.items():
            self.stdout.write(f"{fate.capitalize()}: {count}")
        self.stdout.write("A trial: nothing was written." if is_trial else "Done.")


def _order(options: dict[str, Any]) -> Order:
    return Order(
        path=options["file"],
        fields=Fields(options["code"], _names(options["name"]), options["district"]),
        kind=options["kind"],
        valid_from=options["valid_from"] or timezone.localdate(),
        labels=Labels(options["file"].name, options["source"], options["approximate"]),
        layer=options["layer"],
        srid=options["srid"],
        is_trial=options["dry_run"],
    )


def _names(given: list[str]) -> dict[str, str]:
    """Language → field; without a language, the field's ending (name_bg) or the site's language says it."""
    names: dict[str, str] = {}
    for text in given:
        field, _, language = text.partition(":")
        language = language or _guess_language(field)
        if language in names:
            raise CommandError(f"Two fields for the names in “{language}”: write --name FIELD:LANG.")
        names[language] = field
    return names


def _guess_language(field: str) -> str:
    ending = field.lower().rpartition("_")[2]
    known = {*dict(settings.LANGUAGES), "tr", "ar"}
    return ending if ending in known else str(settings.LANGUAGE_CODE)
