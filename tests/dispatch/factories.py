"""Districts, people, reports, crews, jobs and photos for the tests of dispatch."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from django.contrib.gis.geos import Point
from django.utils import timezone

from accounts.models import User
from dispatch.models import Crew, CrewMember, Job
from dispatch.services.assign import assign_job
from districts.models import District, Membership, Role
from live.models import Presence, ServerProcess
from reports.codes import new_code
from reports.models import Category, CategoryGroup, Photo, PhotoRole, PhotoStatus, Report

AT = datetime(2026, 11, 3, 7, 0, tzinfo=timezone.get_fixed_timezone(0))
PLACE = (23.3219, 42.6977)  # lon, lat: in the middle of Sofia
_number = count(1)


def make_district(code: str = "centre") -> District:
    return District.objects.get_or_create(code=code, defaults={"names": {"en": code.title()}})[0]


def make_user(name: str = "") -> User:
    label = name or f"person{next(_number)}"
    return User.objects.create_user(f"{label}-{next(_number)}@example.org", name=label)


def make_staff(district: District, role: Role = Role.DISPATCHER) -> User:
    user = make_user(role.value)
    Membership.objects.create(user=user, district=district, role=role)
    return user


def make_crew(district: District | None = None, *, members: int = 1, **fields: Any) -> Crew:
    name = fields.pop("name", f"Crew {next(_number)}")
    crew = Crew.objects.create(district=district or make_district(), name=name, is_on_duty=True, **fields)
    for _ in range(members):
        CrewMember.objects.create(crew=crew, user=make_user("rider"))
    return crew


def rider(crew: Crew, number: int = 0) -> User:
    return crew.members.order_by("crew_memberships__pk")[number]


def make_category(code: str = "pothole", **fields: Any) -> Category:
    group, _ = CategoryGroup.objects.get_or_create(code="roads", defaults={"names": {"en": "Roads"}})
    defaults = {"group": group, "names": {"en": code.title()}, **fields}
    return Category.objects.get_or_create(code=code, defaults=defaults)[0]


def make_report(district: District | None = None, **fields: Any) -> Report:
    district = district or make_district()
    report = Report.objects.create(
        **{
            "fingerprint": "0" * 64,
            "code": new_code(),
            "point": Point(*PLACE, srid=4326),
            "category": fields.pop("category", None) or make_category(),
            "description": "A deep hole.",
            "district": district,
            "received_at": AT,
            "changed_at": AT,
            "acknowledge_due_at": AT + timedelta(hours=8),
            "resolve_due_at": AT + timedelta(days=3),
            **fields,
        }
    )
    return report


def make_photo(uploader: User | None = None, **fields: Any) -> Photo:
    return Photo.objects.create(
        **{
            "uploader": uploader,
            "role": PhotoRole.AFTER,
            "status": PhotoStatus.READY,
            "format": "jpeg",
            "bytes": 1000,
            "sha256": uuid4().hex * 2,
            "uploaded_at": AT,
            **fields,
        }
    )


class Scene:
    """A district with a dispatcher, a crew of two riders, and a report."""

    def __init__(self, code: str = "centre", *, riders: int = 2, **report: Any) -> None:
        self.district = make_district(code)
        self.dispatcher = make_staff(self.district)
        self.crew = make_crew(self.district, members=riders)
        self.rider = rider(self.crew)
        self.report = make_report(self.district, **report)

    def assign(self, crew: Crew | None = None, *, command_id: UUID | None = None, **words: Any) -> Job:
        return assign_job(
            report_id=self.report.pk,
            crew_id=(crew or self.crew).pk,
            actor=self.dispatcher,
            at=words.pop("at", AT),
            command_id=command_id or uuid4(),
            **words,
        ).job

    def step(self, job: Job, actor: User | None = None, *, minutes: int = 5, **words: Any) -> dict[str, Any]:
        """What every step of the crew needs."""
        return {
            "job_id": job.pk,
            "actor": actor or self.rider,
            "at": AT + timedelta(minutes=minutes),
            "command_id": uuid4(),
            **words,
        }


def connect_phone(scene: Scene, at: datetime) -> None:
    """A phone of the crew follows its stream."""
    process = ServerProcess.objects.create(pk=uuid4(), beat_at=at)
    Presence.objects.create(
        connection=uuid4(),
        stream=scene.crew.stream,
        process=process.pk,
        user=scene.rider,
        app="page",
        since=at,
    )
