"""A city for a server process: districts, a category, a crew with a job."""

from uuid import uuid4

from dispatch.models import Crew, CrewMember
from dispatch.services.assign import assign_job
from dispatch.services.trackers import issue_tracker_token
from tests.factories import NOW, make_report, make_staff, make_user


def give_tracker(email: str) -> str:
    """The token of the tracking app of the rider's crew."""
    crew = Crew.objects.get(members__email=email)
    return issue_tracker_token(crew=crew, actor=make_staff(crew.district), at=NOW)


def seed_crew(email: str, password: str) -> str:
    """A rider who can sign in, with one job; returns the job's id."""
    report = make_report()
    crew = Crew.objects.create(district=report.district, name="Left 1", is_on_duty=True)
    CrewMember.objects.create(crew=crew, user=make_user(email=email, password=password))
    dispatcher = make_staff(report.district)
    taken = assign_job(report_id=report.pk, crew_id=crew.pk, actor=dispatcher, at=NOW, command_id=uuid4())
    return str(taken.job.pk)
