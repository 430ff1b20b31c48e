"""`manage.py renew_epochs`: after a restored backup, so that no client trusts offsets of the lost time."""

from typing import Any

from django.core.management.base import BaseCommand

from live.log import renew_epochs


class Command(BaseCommand):
    help = "Give every stream a new epoch. Run it after restoring a backup: clients then get a fresh state."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{renew_epochs()} streams renewed.")
