"""A city for a server process: districts, a category, a crew with a job."""

from uuid import uuid4

from dispatch.models import Crew, CrewMember
from dispatch.services.assign import assign_job
from tests.factories import NOW, make_report, make_staff, make_user


def seed_crew(email: str, password: str) -> str:
    """A rider who can sign in, with one job; returns the job's id."""
    report = make_report()
    crew = Crew.objects.create(district=report.district, name="Left 1", is_on_duty=True)
    CrewMember.objects.create(crew=crew, user=make_user(email=email, password=password))
    dispatcher = make_staff(report.district)
    taken = assign_job(report_id=report.pk, crew_id=crew.pk, actor=dispatcher, at=NOW, command_id=uuid4())
    return str(taken.job.pk)
