"""Makes the demo's desk alive."""

import asyncio
import logging
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from dispatch.demo.people import PASSWORD
from dispatch.simulation.city import simulate
from dispatch.simulation.run import Wishes
from dispatch.simulation.site import SimulationRefused


class Command(BaseCommand):
    help = (
        "Lets crews of a demo city drive and residents report, through HTTP and the sockets of a running "
        "server. Ctrl-C ends it."
    )
    requires_system_checks: list[str] = []  # noqa: RUF012 - it touches nothing here, no database either

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--url", default="http://127.0.0.1:8000", help="where the city is served")
        parser.add_argument("--reports-per-hour", type=_rate, default=60.0, help="0 for none")
        parser.add_argument("--crews", type=int, default=3, help="how many take part, of all districts")
        parser.add_argument("--speed", type=_speed, default=10.0, help="how fast the crews' time passes")
        parser.add_argument("--seconds", type=_speed, help="end after so long; else at Ctrl-C")
        parser.add_argument("--seed", type=int, help="the same seed draws the same choices")
        parser.add_argument(
            "--dispatcher", action="store_true", help="also play the dispatchers: assign and merge"
        )
        parser.add_argument("--password", default=PASSWORD, help="of the demo's accounts")
        parser.add_argument(
            "--yes-this-server", action="store_true", help="also on another machine, or where no demo city is"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        wishes = Wishes(
            url=options["url"],
            reports_per_hour=options["reports_per_hour"],
            crews=options["crews"],
            speed=options["speed"],
            seconds=options["seconds"],
            seed=options["seed"],
            plays_dispatcher=options["dispatcher"],
            yes_this_server=options["yes_this_server"],
            password=options["password"],
        )
        logging.getLogger("live.client").setLevel(logging.WARNING)  # each attempt to connect is too much
        try:
            asyncio.run(simulate(wishes, self._say))
        except SimulationRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        except KeyboardInterrupt:
            self._say("Stopped.")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def _rate(text: str) -> float:
    try:
        rate = float(text)
    except ValueError:
        rate = -1.0
    if not 0 <= rate <= 36_000:
        raise ArgumentTypeError(f"{text} is no number from 0 to 36000")
    return rate


def _speed(text: str) -> float:
    number = _rate(text)
    if not number:
        raise ArgumentTypeError("0 would never end")
    return number
