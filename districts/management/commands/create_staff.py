"""Make the city's first people, and more: an account with a role."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email

from districts.models import Role
from districts.staff import AppointmentRefused, appoint


class Command(BaseCommand):
    help = "Gives a person a role in a district, or city-wide as administrator; makes the account if need be."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--role", required=True, choices=[str(role) for role in Role])
        parser.add_argument("--district", help="The district's code; not for an administrator.")
        parser.add_argument("--name", default="", help="The person's name, for a new account.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            validate_email(options["email"])
            done = appoint(
                email=options["email"],
                role=Role(options["role"]),
                district=options["district"],
                name=options["name"],
            )
        except AppointmentRefused as error:
            raise CommandError(error.detail) from error
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        where = f" in {done.membership.district}" if done.membership.district else ""
        self.stdout.write(f"{done.user.email} is now {done.membership.get_role_display()}{where}.")
        if done.password:
            self.stdout.write(f"Password, shown only now: {done.password}")
