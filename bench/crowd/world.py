"""A city for the load: districts with desks, crews with one rider each, and reports to send them to."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

CREWS, DESKS, REPORTS = 2_000, 40, 4_000
LON, LAT = 23.3219, 42.6977


def make_world(file: Path) -> None:
    """Write the rows in bulk, and what clients and writers need to know to `file` as JSON."""
    districts = _make_districts()
    crews = _make_crews(districts)
    desks = _make_desks(districts)
    reports = _make_reports(districts)
    file.write_text(json.dumps({"crews": crews, "desks": desks, "reports": reports}))


def _make_districts() -> list[Any]:
    from districts.models import District

    return District.objects.bulk_create(
        District(code=f"D{number:02}", names={"en": f"District {number}"}) for number in range(DESKS)
    )


def _make_people(name: str, count: int) -> tuple[list[Any], list[str]]:
    from django.utils import timezone

    from accounts.models import ApiToken, User

    people = User.objects.bulk_create(
        User(email=f"{name}{number}@example.org", name=f"{name} {number}", password="!")  # noqa: S106
        for number in range(count)
    )
    at, secrets = timezone.now(), [uuid4().hex for _ in people]
    ApiToken.objects.bulk_create(
        ApiToken(
            user=person,
            name="bench",
            digest=ApiToken.digest_of(secret),
            created_at=at,
            expires_at=at + timedelta(days=1),
        )
        for person, secret in zip(people, secrets, strict=True)
    )
    return people, secrets


def _make_crews(districts: list[Any]) -> list[dict[str, Any]]:
    from dispatch.models import Crew, CrewMember

    people, secrets = _make_people("rider", CREWS)
    crews = Crew.objects.bulk_create(
        Crew(district=districts[number % DESKS], name=f"Crew {number}", is_on_duty=True)
        for number in range(CREWS)
    )
    CrewMember.objects.bulk_create(
        CrewMember(crew=crew, user=person) for crew, person in zip(crews, people, strict=True)
    )
    pairs = zip(crews, secrets, strict=True)
    return [{"id": str(crew.pk), "stream": crew.stream, "token": secret} for crew, secret in pairs]


def _make_desks(districts: list[Any]) -> list[dict[str, Any]]:
    from districts.models import Membership, Role

    people, secrets = _make_people("dispatcher", DESKS)
    Membership.objects.bulk_create(
        Membership(user=person, district=district, role=Role.DISPATCHER)
        for person, district in zip(people, districts, strict=True)
    )
    rows = zip(districts, people, secrets, strict=True)
    return [
        {"person": person.pk, "stream": f"district:{district.code}", "token": secret}
        for district, person, secret in rows
    ]


def _make_reports(districts: list[Any]) -> list[int]:
    from django.contrib.gis.geos import Point
    from django.utils import timezone

    from reports.codes import new_code
    from reports.models import Category, CategoryGroup, Report

    group = CategoryGroup.objects.create(code="roads", names={"en": "Roads"})
    category = Category.objects.create(code="pothole", group=group, names={"en": "Pothole"})
    at = timezone.now()
    codes = {new_code() for _ in range(REPORTS * 2)}
    reports = Report.objects.bulk_create(
        Report(
            fingerprint="0" * 64,
            code=codes.pop(),
            point=Point(LON, LAT, srid=4326),
            category=category,
            description="A deep hole.",
            district=districts[number % DESKS],
            received_at=at,
            changed_at=at,
            acknowledge_due_at=at + timedelta(hours=8),
            resolve_due_at=at + timedelta(days=3),
        )
        for number in range(REPORTS)
    )
    return [report.pk for report in reports]
