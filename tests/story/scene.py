"""The scene of the story: a district with its dispatcher and a crew, a neighbour, and two categories."""

from datetime import date
from typing import Any
from uuid import uuid4

from django.contrib.auth.models import AnonymousUser
from django.contrib.gis.geos import MultiPolygon, Polygon
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from dispatch.models import Crew, CrewMember, Job, JobStep
from dispatch.services.assign import assign_job
from dispatch.services.steps import arrive, finish_job
from districts.models import Boundary, District, Membership, Role, WorkingCalendar
from reports.links import private_path, public_path
from reports.models import Category, CategoryGroup, Channel, Photo, PhotoRole, ReplyTemplate, Report, Urgency
from reports.services.create import create_report
from reports.services.draft import ReportDraft
from tests.factories import make_photo

PASSWORD = "a long password for tests"
# West, south, east, north. The middle of Sofia, where the browser of the test stands, lies in the first.
AREAS = {
    "centre": ({"en": "Centre", "bg": "Център"}, (23.29, 42.67, 23.35, 42.72)),
    "east": ({"en": "East", "bg": "Изток"}, (23.35, 42.67, 23.41, 42.72)),
}
ALWAYS = {str(day): [["00:00", "23:59"]] for day in range(7)}


def set_up() -> dict[str, Any]:
    """Make the scene. Returns who can sign in."""
    calendar = WorkingCalendar.objects.create(name="Always", hours=ALWAYS, time_zone="Europe/Sofia")
    for code, (names, box) in AREAS.items():
        district = District.objects.create(code=code, names=names, calendar=calendar)
        polygon = MultiPolygon(Polygon.from_bbox(box), srid=4326)
        Boundary.objects.create(district=district, polygon=polygon, valid_from=date(2020, 1, 1))
        _people(district)
    _categories()
    people = {role: email(role, "centre") for role in ("dispatcher", "supervisor", "crew")}
    return {**people, "password": PASSWORD}


def email(role: str, district: str) -> str:
    return f"{role}.{district}@example.org"


def _people(district: District) -> None:
    dispatcher = User.objects.create_user(email("dispatcher", district.code), PASSWORD, name="Dora")
    Membership.objects.create(user=dispatcher, district=district, role=Role.DISPATCHER)
    supervisor = User.objects.create_user(email("supervisor", district.code), PASSWORD, name="Sava")
    Membership.objects.create(user=supervisor, district=district, role=Role.SUPERVISOR)
    rider = User.objects.create_user(email("crew", district.code), PASSWORD, name="Rado")
    crew = Crew.objects.create(district=district, name=f"Crew {district.code}", is_on_duty=True)
    CrewMember.objects.create(crew=crew, user=rider)


def _categories() -> None:
    group = CategoryGroup.objects.create(code="roads", names={"en": "Roads", "bg": "Улици"})
    Category.objects.create(
        code="pothole",
        group=group,
        names={"en": "Pothole", "bg": "Дупка"},
        icon="road-off",
        keywords={"en": ["hole", "road"], "bg": ["дупка"]},
        guarantee_days=365,
    )
    Category.objects.create(
        code="manhole",
        group=group,
        names={"en": "Open manhole", "bg": "Шахта"},
        icon="alert-triangle",
        urgency=Urgency.DANGER,
        danger_notices={"en": "Call 112 first.", "bg": "Първо се обадете на 112."},
    )


def add_report(stage: str = "on_site") -> dict[str, str]:
    """A report with its job "assigned", "on_site" or "done". Returns the addresses of its pages."""
    draft = ReportDraft(uuid=uuid4(), lon=23.3219, lat=42.6977, category="pothole", address="By the school")
    at = timezone.now()
    report = create_report(draft=draft, channel=Channel.WEB, actor=AnonymousUser(), at=at).report
    dispatcher = User.objects.get(email=email("dispatcher", "centre"))
    crew = Crew.objects.get(district__code="centre")
    job = assign_job(report_id=report.pk, crew_id=crew.pk, actor=dispatcher, at=at, command_id=uuid4()).job
    rider = crew.members.get()
    if stage != "assigned":
        arrive(job_id=job.pk, actor=rider, at=at, command_id=uuid4())
    if stage == "done":
        photo = make_photo(uploader=rider, role=PhotoRole.AFTER, at=at)
        finish_job(
            job_id=job.pk, actor=rider, at=at, command_id=uuid4(), outcome="fixed", photo_ids=[photo.pk]
        )
    desk = reverse("dispatch:desk-report", kwargs={"code": report.code})
    return {"public": public_path(report), "private": private_path(report), "desk": desk}


def facts() -> dict[str, Any]:
    """What the database holds at the end: the report, its job, its steps and its photos."""
    report = Report.objects.get()
    return {
        "status": report.status,
        "closed_by": report.closed_by,
        "district": report.district.code,
        "reopened": report.reopened_count,
        "jobs": list(Job.objects.order_by("created_at").values_list("status", flat=True)),
        "steps": list(JobStep.objects.order_by("at", "id").values_list("name", flat=True)),
        "photos": sorted(Photo.objects.exclude(report=None).values_list("role", flat=True)),
    }


def add_colleague() -> str:
    """A second supervisor beside the dispatcher, and a template of theirs. Returns their e-mail."""
    district = District.objects.get(code="centre")
    colleague = User.objects.create_user(email("colleague", "centre"), PASSWORD, name="Maria")
    Membership.objects.create(user=colleague, district=district, role=Role.SUPERVISOR)
    ReplyTemplate.objects.create(
        district=district, title="Seen", body="We have {code} at {place}.", language="en"
    )
    return colleague.email
