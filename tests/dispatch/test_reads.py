"""Routes, photos and duty: what each reader gets, and at what cost."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from uuid import uuid4

import pytest

from accounts.errors import NotFound
from dispatch import access
from dispatch.models import Crew, CrewMember, Job
from dispatch.selectors import crew_jobs, crew_of, get_job_facts, list_report_jobs, recent_jobs
from dispatch.selectors.jobs import open_jobs_by_report
from dispatch.services import assign, steps
from dispatch.services.duty import set_duty
from reports.models import Report
from tests.dispatch.factories import (
    AT,
    Scene,
    make_crew,
    make_photo,
    make_report,
    make_user,
    rider,
)

pytestmark = pytest.mark.django_db
Queries = Callable[[int], AbstractContextManager[object]]


def fill_route(scene: Scene, jobs: int) -> None:
    for _ in range(jobs):
        scene.report = make_report(scene.district)
        make_photo(report=scene.report)
        scene.assign()


@pytest.mark.parametrize("jobs", [1, 7])
def test_a_route_costs_five_queries_whatever_its_length(
    jobs: int, django_assert_num_queries: Queries
) -> None:
    scene = Scene()
    fill_route(scene, jobs)
    with django_assert_num_queries(5):
        assert len(crew_jobs(scene.crew)) == jobs


def test_open_jobs_of_a_queue_come_in_one_query(django_assert_num_queries: Queries) -> None:
    scene = Scene()
    fill_route(scene, 5)
    ids = list(Report.objects.values_list("pk", flat=True))
    with django_assert_num_queries(1):
        found = open_jobs_by_report(ids)
    assert sum(len(jobs) for jobs in found.values()) == 5
    assert found[scene.report.pk][0]["crew"]["name"] == scene.crew.name


def test_jobs_that_ended_today_are_listed_the_latest_first() -> None:
    scene = Scene()
    fill_route(scene, 2)
    first, second = Job.objects.order_by("position")
    steps.decline_job(**scene.step(first, minutes=1), reason="too_far")
    steps.decline_job(**scene.step(second, minutes=2), reason="too_far")
    ended = [job["id"] for job in recent_jobs(scene.crew, since=AT)]
    assert ended == [str(second.pk), str(first.pk)]
    assert recent_jobs(scene.crew, since=AT + timedelta(hours=1)) == []


def test_a_report_shows_its_open_jobs_first() -> None:
    scene = Scene()
    first = scene.assign()
    second = scene.assign(make_crew(scene.district))
    assign.cancel_job(job_id=second.pk, actor=scene.dispatcher, at=AT, command_id=uuid4())
    assert [job["id"] for job in list_report_jobs(scene.report)] == [str(first.pk), str(second.pk)]
    assert list_report_jobs(scene.report)[0]["allowed"] == ["hand_over", "cancel"]


def test_a_job_is_shown_to_its_crew_and_its_desk_and_to_nobody_else() -> None:
    scene = Scene()
    job = scene.assign()
    assert get_job_facts(user=scene.rider, job_id=job.pk)["allowed"][0] == "accept"
    assert get_job_facts(user=scene.dispatcher, job_id=job.pk)["allowed"] == ["hand_over", "cancel"]
    for stranger in (make_user(), rider(make_crew(scene.district))):
        with pytest.raises(NotFound):
            get_job_facts(user=stranger, job_id=job.pk)
    with pytest.raises(NotFound):
        get_job_facts(user=scene.rider, job_id=uuid4())


def test_a_crew_sees_the_unreleased_photos_of_its_own_jobs_only() -> None:
    scene = Scene()
    photo = make_photo(report=scene.report)
    assert not access.may_see_photo(scene.rider, photo)
    job = scene.assign()
    assert access.may_see_photo(scene.rider, photo)
    assert not access.may_see_photo(rider(make_crew(scene.district)), photo)
    steps.decline_job(**scene.step(job), reason="too_far")
    assert not access.may_see_photo(scene.rider, photo)
    own = make_photo(scene.rider)
    assert access.may_see_photo(scene.rider, own)
    assert not access.may_see_photo(make_user(), own)


def test_a_person_rides_with_the_active_crew_joined_first() -> None:
    scene = Scene()
    other = make_crew(scene.district, members=0)
    CrewMember.objects.create(crew=other, user=scene.rider)
    assert crew_of(scene.rider) == scene.crew
    Crew.objects.filter(pk=scene.crew.pk).update(is_active=False)
    assert crew_of(scene.rider) == other
    assert crew_of(make_user()) is None


def test_strangers_sign_nobody_on_or_off() -> None:
    scene = Scene()
    for stranger in (make_user(), Scene("far").dispatcher):
        with pytest.raises(NotFound):
            set_duty(crew_id=scene.crew.pk, is_on_duty=False, actor=stranger, at=AT)
    assert not set_duty(crew_id=scene.crew.pk, is_on_duty=False, actor=scene.dispatcher, at=AT).is_on_duty
