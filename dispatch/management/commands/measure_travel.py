"""Compares the estimated travel times with the ways that crews have driven."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from dispatch.selectors.driven import measure_ways
from dispatch.travel import PACES


class Command(BaseCommand):
    help = (
        "From the tracks that are still kept: by vehicle, roads against the straight line, speed, and by how "
        "much the estimate is off. The last is a value for MAHALA_TRAVEL_SCALE."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--days", type=int, default=14)

    def handle(self, *args: Any, **options: Any) -> None:
        found = measure_ways(since=timezone.now() - timedelta(days=options["days"]))
        for vehicle, driven in found.items():
            pace = PACES[vehicle]  # type: ignore[index]
            self.stdout.write(
                f"{vehicle}: {driven.ways} ways, detour {driven.detour:.2f} (estimated {pace.detour}), "
                f"{driven.kmh:.0f} km/h (estimated {pace.kmh:.0f}), scale {driven.scale:.2f}"
            )
        if not found:
            self.stdout.write("No way with a track between “on the way” and “on site” is kept.")
