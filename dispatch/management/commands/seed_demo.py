"""Fills an empty installation with the demo city."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from dispatch.demo.city import build_city
from districts.models import District

REPORTS = 300


class Command(BaseCommand):
    help = "Fills an empty installation with the demo city; does nothing where districts exist."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--reports", type=int, default=REPORTS, help="how many reports are invented")
        parser.add_argument("--districts", metavar="FILE", help="a file of real districts instead of ours")
        parser.add_argument("--code", metavar="FIELD", help="with --districts: the field of their codes")
        parser.add_argument("--name", metavar="FIELD[:LANG]", action="append", default=[])
        parser.add_argument(
            "--on-a-server",
            action="store_true",
            help="also where DATABASE_URL is set: its passwords are known",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.EMBEDDED and not options["on_a_server"]:
            raise CommandError(
                "DATABASE_URL is set, and the demo's passwords are known to everyone. Nothing was changed; "
                "--on-a-server fills this database all the same."
            )
        if District.objects.exists() and options["districts"]:
            raise CommandError("There is a city already, and it was kept: --fresh begins a new one.")
        if District.objects.exists():
            self.stdout.write("There are districts already: nothing was changed.")
            return
        build_city(
            settings.VAR_DIR / "demo",
            reports=options["reports"],
            now=timezone.now(),
            given=_given(options),
            say=self.stdout.write,
        )


def _given(options: dict[str, Any]) -> tuple[str, str, list[str]] | None:
    if not options["districts"]:
        return None
    if not options["code"] or not options["name"]:
        raise CommandError("--districts needs --code FIELD and --name FIELD, the fields of its table.")
    return options["districts"], options["code"], options["name"]
