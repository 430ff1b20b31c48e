"""What the crew's browser tests do and look at behind the page's back."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from accounts.models import User
from dispatch.models import Crew, CrewMember, Job, JobStep, Position, Proof
from dispatch.services.assign import assign_job, cancel_job, reassign_job
from dispatch.services.duty import set_duty
from mobile_api.models import PushDevice
from reports.models import Channel, Photo, Update
from reports.services.create import create_report
from reports.services.draft import ReportDraft
from tests.story.scene import PASSWORD, email

# Of a Firebase project that is nowhere.
WEB_APP = {
    "apiKey": "AIza-key",
    "appId": "1:42:web:7",
    "messagingSenderId": "42",
    "projectId": "city",
    "vapidKey": "B" + "A" * 86,
}


def add_job(where: str) -> str:
    """A job for the crew of the centre; its id."""
    at = timezone.now()
    draft = ReportDraft(uuid=uuid4(), lon=23.3219, lat=42.6977, category="pothole", address=where)
    report = create_report(draft=draft, channel=Channel.WEB, actor=AnonymousUser(), at=at).report
    crew = Crew.objects.get(district__code="centre")
    job = assign_job(report_id=report.pk, crew_id=crew.pk, actor=_dispatcher(), at=at, command_id=uuid4()).job
    return str(job.pk)


def cancel(where: str) -> None:
    """The desk calls the job off."""
    job = Job.objects.get(report__address=where)
    cancel_job(
        job_id=job.pk, actor=_dispatcher(), at=timezone.now(), command_id=uuid4(), reason="Done by others"
    )


def sign_off() -> None:
    """The desk signs the crew of the centre off."""
    crew = Crew.objects.get(district__code="centre")
    set_duty(crew_id=crew.pk, is_on_duty=False, actor=_dispatcher(), at=timezone.now())


def add_crossing_day(places: list[str]) -> dict[str, str]:
    """A job at each place, and a second rider with a phone of their own. Returns their codes by place."""
    rider = User.objects.create_user(email("second", "centre"), PASSWORD, name="Ana")
    CrewMember.objects.create(crew=Crew.objects.get(district__code="centre"), user=rider)
    jobs = Job.objects.filter(pk__in=[add_job(place) for place in places])
    return {job.report.address: job.report.code for job in jobs.select_related("report")}


def change_mind(*, reassign: str, to_cancel: str) -> None:
    """The desk gives one job to another crew, and calls another off."""
    crew = Crew.objects.get(district__code="centre")
    others = Crew.objects.create(district=crew.district, name="Others", is_on_duty=True)
    job = Job.objects.get(report__address=reassign)
    reassign_job(job_id=job.pk, crew_id=others.pk, actor=_dispatcher(), at=timezone.now(), command_id=uuid4())
    cancel(to_cancel)


def crossings() -> dict[str, Any]:
    """By place: the crew's job, its steps, the hours between their clocks, which proofs are late."""
    crew = Crew.objects.get(name="Crew centre")
    jobs = Job.objects.filter(crew=crew).select_related("report")
    place = Position.objects.get(crew=crew)
    age = round((timezone.now() - place.at) / timedelta(minutes=5))
    return {job.report.address: _crossed(job) for job in jobs} | {"position": [round(place.point.y, 3), age]}


def _crossed(job: Job) -> dict[str, Any]:
    steps = job.steps.exclude(device_at=None).order_by("at", "id")
    return {
        "status": job.status,
        "outcome": job.outcome,
        "steps": [step.name for step in steps],
        "apart": sorted(
            {round((step.device_at - step.at) / timedelta(hours=1)) for step in steps if step.device_at}
        ),
        "late": sorted(job.proofs.values_list("is_late", flat=True)),
    }


def facts() -> dict[str, Any]:
    """Jobs, steps and photos as the database holds them."""
    return {
        "jobs": list(Job.objects.order_by("created_at").values_list("status", flat=True)),
        "steps": list(JobStep.objects.order_by("at", "id").values_list("name", flat=True)),
        "photos": sorted(Photo.objects.exclude(report=None).values_list("role", flat=True)),
        "notes": dict(Update.objects.exclude(text="").values_list("report__address", "text")),
        "distances": [proof.distance_m for proof in Proof.objects.all()],
    }


def devices() -> list[list[str]]:
    """Platform and kind of identifier of every device that can be woken."""
    return [list(each) for each in PushDevice.objects.values_list("platform", "kind")]


def _dispatcher() -> User:
    return User.objects.get(email=email("dispatcher", "centre"))
