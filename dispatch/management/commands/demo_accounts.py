"""Prints who can sign in to the demo city, and what to try."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from accounts.models import User
from dispatch.demo.city import SHOWN
from dispatch.demo.people import ADMINISTRATOR, PASSWORD, crew_email, dispatcher_email, supervisor_email
from dispatch.models import Crew
from districts.models import Boundary, District


class Command(BaseCommand):
    help = "Prints who can sign in to the demo city, and what to try."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--address", default=settings.BASE_URL, help="where the city is served")

    def handle(self, *args: Any, **options: Any) -> None:
        district = District.objects.filter(code=SHOWN).first() or District.objects.order_by("code").first()
        if district is None or not User.objects.filter(email=ADMINISTRATOR).exists():
            self.stdout.write("No demo city here.")
            return
        self.stdout.write(_words(options["address"], district))


def _crew_name(district: District) -> str:
    """The crew of the account that is printed; on the desk another one may stand first."""
    return str(Crew.objects.get(members__email=crew_email(district, 1)))


def _account(email: str) -> str:
    return f"{email}   {User.objects.filter(email=email).values_list('name', flat=True).first() or '–'}"


def _words(address: str, district: District) -> str:
    is_approximate = Boundary.objects.filter(approximate=True).exists()
    borders = " with approximate boundaries" if is_approximate else ""
    return f"""
Mahala is at {address} — a demo city{borders}.

  resident     {address}/            no account needed
  dispatcher   {address}/desk/       {_account(dispatcher_email(district))}
  supervisor   {address}/desk/stats/ {_account(supervisor_email(district))}
  crew         {address}/crew/       {_account(crew_email(district, 1))}
  everything   {address}/admin/      {_account(ADMINISTRATOR)}
  for all of them the password is    {PASSWORD}

Try: report something in {district.name}, see it appear on the desk, release the photo, assign it to the crew
{_crew_name(district)}, and take it through on /crew/ in a second browser (or a private window).

See it alive: in a second terminal, residents who report and crews that drive to what you assign:
  .venv/bin/python manage.py simulate --url {address}
"""
