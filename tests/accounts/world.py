"""One of everything that a route may name, and a person for every role."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from uuid import uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client

from accounts.models import User
from dispatch.models import Crew, CrewMember, CrewPhone, DayPlan, Job, ProofReview, SharedCrew, Shift
from dispatch.offline import person_key
from dispatch.services.assign import assign_job
from dispatch.services.plans import propose_plan
from districts.models import District
from districts.models import Role as DistrictRole
from reports.codes import format_code
from reports.links import private_token
from reports.models import Photo, PhotoStatus, Report
from reports.storage import SIZES, derivative_name
from tests.dispatch.phones import enrol
from tests.factories import NOW, jpeg_bytes, make_photo, make_report, make_staff, make_user


class Role(StrEnum):
    ANONYMOUS = "anonymous"
    RESIDENT = "resident"
    CREW = "crew member"
    DISPATCHER = "dispatcher"
    OTHER = "dispatcher of another district"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True)
class World:
    """A report with a photo that is not released, and its job, in the district "left"."""

    report: Report
    photo: Photo
    job: Job
    people: dict[Role, User]
    shift: Shift
    sharing: SharedCrew
    plan: DayPlan
    phone: CrewPhone

    def address(self, template: str) -> str:
        """The template's address: it may name what is here, and `person`, who rides with the crew."""
        return template.format(
            code=format_code(self.report.code),
            token=private_token(self.report),
            photo=self.photo.pk,
            job=self.job.pk,
            crew=self.job.crew_id,
            shift=self.shift.uuid,
            sharing=self.sharing.uuid,
            plan=self.plan.pk,
            phone=self.phone.pk,
            phone_code=self.phone.code.pk,
            person=person_key(self.people[Role.CREW]),
        )

    def client(self, role: Role) -> Client:
        """A browser in which the person is signed in."""
        client = Client()
        if role in self.people:
            client.force_login(self.people[role])
        return client


def make_world() -> World:
    photo = make_photo()
    report = make_report(photos=[photo.pk])
    people = _make_people(report)
    crew = Crew.objects.create(district=report.district, name="Left 1", is_on_duty=True)
    CrewMember.objects.create(crew=crew, user=people[Role.CREW])
    dispatcher = people[Role.DISPATCHER]
    taken = assign_job(report_id=report.pk, crew_id=crew.pk, actor=dispatcher, at=NOW, command_id=uuid4())
    ProofReview.objects.create(job=taken.job, reasons=["far"], raised_at=NOW)
    report.refresh_from_db()
    shift = Shift.objects.create(crew=crew, starts_at=NOW, ends_at=NOW + timedelta(hours=8))
    elsewhere = District.objects.create(code="far")
    sharing = SharedCrew.objects.create(crew=crew, district=elsewhere, starts_on=NOW.date())
    plan = propose_plan(plan_id=uuid4(), district_id=report.district_id, actor=dispatcher, at=NOW)
    phone, _browser = enrol(crew, dispatcher)
    return World(report, _ready(photo), taken.job, people, shift, sharing, plan, phone)


def _make_people(report: Report) -> dict[Role, User]:
    right = type(report.district).objects.get(code="right")
    administrator = make_staff(None, email="ada@example.org", is_staff=True, is_superuser=True)
    return {
        Role.RESIDENT: make_user(email="ana@example.org"),
        Role.CREW: make_user(email="rider@example.org"),
        Role.DISPATCHER: make_staff(report.district, email="mira@example.org"),
        Role.OTHER: make_staff(right, email="boris@example.org"),
        Role.SUPERVISOR: make_staff(report.district, DistrictRole.SUPERVISOR, email="sonya@example.org"),
        Role.ADMINISTRATOR: administrator,
    }


def _ready(photo: Photo) -> Photo:
    names = {size: derivative_name(photo.pk, size) for size in SIZES}
    for name in names.values():
        default_storage.save(name, ContentFile(jpeg_bytes((8, 8))))
    Photo.objects.filter(pk=photo.pk).update(status=PhotoStatus.READY, process_after=None, **names)
    return Photo.objects.get(pk=photo.pk)
