"""Takes over shifts from a CSV file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from dispatch.services.shift_import import faults_in_words, import_shifts


class Command(BaseCommand):
    help = (
        "Imports shifts from a CSV file with the columns crew, day, starts, ends and if wanted breaks and "
        "district: all or none. The same file again changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="report, and change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            data = options["file"].read_bytes()
        except OSError as error:
            raise CommandError(f"{options['file']}: {error.strerror}") from error
        report = import_shifts(data, actor=None, at=timezone.now(), is_trial=options["dry_run"])
        for line in faults_in_words(report.faults):
            self.stderr.write(line)
        if report.faults:
            raise CommandError("Nothing was imported, because of what is listed above.")
        self.stdout.write(f"New: {report.new}\nChanged: {report.changed}\nAs they were: {report.unchanged}")
        self.stdout.write("A trial: nothing was written." if report.is_trial else "Done.")
