"""The demo city's people and crews; everybody has the same password, which the start prints."""

from collections.abc import Iterator
from datetime import datetime
from random import Random

from django.contrib.auth.hashers import make_password
from django.contrib.gis.geos import Point

from accounts.models import User
from dispatch.demo.names import invent_names
from dispatch.models import Crew, CrewMember, Position
from districts.models import District, Membership, Role

PASSWORD = "mahala-demo"  # noqa: S105 - printed at the start, for an invented city on this machine
CREWS_PER_DISTRICT = 3
ADMINISTRATOR = "admin@mahala.example"


def dispatcher_email(district: District) -> str:
    return f"dispatcher-{district.code}@mahala.example".lower()


def supervisor_email(district: District) -> str:
    return f"supervisor-{district.code}@mahala.example".lower()


def crew_email(district: District, number: int) -> str:
    return f"crew-{district.code}-{number}@mahala.example".lower()


def make_people(districts: list[District], random: Random) -> None:
    """An administrator; for each district a supervisor, a dispatcher, and its crews with a member each."""
    # One hash for all: hashing seventy passwords would take longer than all the rest.
    hashed = make_password(PASSWORD)
    User.objects.bulk_create(_users(districts, invent_names(random), hashed))
    users = {user.email: user for user in User.objects.all()}
    desks = ((dispatcher_email, Role.DISPATCHER), (supervisor_email, Role.SUPERVISOR))
    memberships = [
        Membership(user=users[email(district)], district=district, role=role)
        for district in districts
        for email, role in desks
    ]
    memberships.append(Membership(user=users[ADMINISTRATOR], role=Role.ADMINISTRATOR))
    Membership.objects.bulk_create(memberships)
    for district in districts:
        _make_crews(district, users)


def _users(districts: list[District], names: Iterator[str], hashed: str) -> list[User]:
    emails = [email for district in districts for email in _emails(district)]
    administrator = User(
        email=ADMINISTRATOR, name=next(names), password=hashed, is_staff=True, is_superuser=True
    )
    return [administrator, *(User(email=email, name=next(names), password=hashed) for email in emails)]


def _emails(district: District) -> list[str]:
    riders = [crew_email(district, number) for number in range(1, CREWS_PER_DISTRICT + 1)]
    return [dispatcher_email(district), supervisor_email(district), *riders]


def _make_crews(district: District, users: dict[str, User]) -> None:
    for number in range(1, CREWS_PER_DISTRICT + 1):
        crew = Crew.objects.create(
            district=district, name=f"{district.names.get('bg') or district.name} {number}", is_on_duty=True
        )
        CrewMember.objects.create(crew=crew, user=users[crew_email(district, number)])


def place_crews(spots: dict[int, list[tuple[float, float]]], random: Random, *, at: datetime) -> None:
    """Put every crew near one of its district's spots (district id → lon/lat)."""
    for crew in Crew.objects.all():
        near = spots.get(crew.district_id)
        if near:
            lon, lat = random.choice(near)
            Position.objects.create(crew=crew, point=Point(lon, lat, srid=4326), accuracy_m=12, at=at)
