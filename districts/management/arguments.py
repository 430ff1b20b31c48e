"""Values that several commands take on the command line."""

from argparse import ArgumentTypeError
from datetime import date, datetime, time

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime


def day(text: str) -> date:
    try:
        found = parse_date(text)
    except ValueError:
        found = None
    if found is None:
        raise ArgumentTypeError(f"“{text}” is not a day such as 2026-11-03")
    return found


def moment(text: str) -> datetime:
    """A day (its first second, in the city's time) or a time; without an offset it is the city's."""
    try:
        found = parse_datetime(text) if len(text) > len("2026-11-03") else None
    except ValueError:
        found = None
    found = found or datetime.combine(day(text), time())
    return found if found.tzinfo else timezone.make_aware(found)
