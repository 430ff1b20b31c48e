"""What follows in dispatch when a report ends by the desk's own word."""

from uuid import uuid4

import pytest

from dispatch.models import Job, JobStatus
from dispatch.readers import EndedReports
from dispatch.services.assign import draft_job
from live.events import read_after, standings
from reports.models import ReportStatus
from reports.services.states import acknowledge_report, reject_report
from tests.dispatch.factories import AT, Scene

pytestmark = pytest.mark.django_db


def reject_with_draft() -> Scene:
    scene = Scene()
    draft_job(report_id=scene.report.pk, actor=scene.dispatcher, at=AT, command_id=uuid4())
    reject_report(report_id=scene.report.pk, reason="A private yard", actor=scene.dispatcher, at=AT)
    return scene


def read(scene: Scene) -> None:
    name = scene.report.stream
    EndedReports().handle(read_after(standings([name])[name], name, 0, limit=100))


def test_a_draft_is_called_off_when_its_report_is_rejected() -> None:
    scene = reject_with_draft()
    for _ in range(2):
        read(scene)
    job = Job.objects.get()
    scene.report.refresh_from_db()
    assert (job.status, job.steps.filter(name="cancel").count()) == (JobStatus.CANCELLED, 1)
    assert scene.report.status == ReportStatus.REJECTED


def test_a_draft_stays_when_the_desk_took_its_word_back() -> None:
    scene = reject_with_draft()
    acknowledge_report(report_id=scene.report.pk, actor=scene.dispatcher, at=AT)
    read(scene)
    assert Job.objects.get().status == JobStatus.DRAFT
