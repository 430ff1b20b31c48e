"""What the crew's browser tests do and look at behind the page's back."""

from typing import Any
from uuid import uuid4

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from accounts.models import User
from dispatch.models import Crew, Job, JobStep, Proof
from dispatch.services.assign import assign_job, cancel_job
from dispatch.services.duty import set_duty
from mobile_api.models import PushDevice
from reports.models import Channel, Photo, Update
from reports.services.create import create_report
from reports.services.draft import ReportDraft
from tests.story.scene import email

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
