"""Routes, suggestions, photos and duty: what each reader gets, and at what cost."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.gis.geos import Point

from accounts.errors import NotFound
from dispatch import access
from dispatch.models import Crew, CrewMember, Job, Position
from dispatch.selectors import crew_jobs, crew_of, get_job_facts, list_report_jobs, recent_jobs, suggestions
from dispatch.selectors.jobs import open_jobs_by_report
from dispatch.services import assign, steps
from dispatch.services.duty import set_duty
from reports.models import Report
from tests.dispatch.factories import (
    AT,
    PLACE,
    Scene,
    make_category,
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


def test_the_nearest_crew_with_the_skill_is_suggested_first_with_the_reasons() -> None:
    scene = Scene()
    pothole, litter = make_category("pothole"), make_category("litter")
    near, far, other = (make_crew(scene.district, name=name) for name in ("Near", "Far", "Litter"))
    for crew, east in ((near, 0.005), (far, 0.05), (other, 0.0)):
        place(crew, east)
    near.skills.add(pothole)
    other.skills.add(litter)
    found = suggestions(scene.report, at=AT, most=None)
    assert [crew.name for crew in found] == ["Near", "Far", scene.crew.name, "Litter"]
    assert found[0].reasons == ("410 m away", "no job left", "can do: Pothole")
    assert found[-1].reasons == ("0 m away", "no job left", "not equipped for: Pothole")


def place(crew: Crew, east: float, minutes_ago: int = 1) -> None:
    point = Point(PLACE[0] + east, PLACE[1], srid=4326)
    Position.objects.create(crew=crew, point=point, at=AT - timedelta(minutes=minutes_ago))


def test_a_place_that_is_old_and_a_crew_off_duty_say_so() -> None:
    scene = Scene()
    place(scene.crew, 0.0, minutes_ago=90)
    Crew.objects.update(is_on_duty=False)
    only = suggestions(scene.report, at=AT)[0]
    assert only.distance_m is None
    assert only.reasons == ("place unknown", "no job left", "off duty")


def test_load_outweighs_a_short_way_and_the_crew_that_has_the_job_is_left_out() -> None:
    scene = Scene()
    busy, free = make_crew(scene.district, name="Busy"), make_crew(scene.district, name="Free")
    place(busy, 0.001)
    place(free, 0.02)
    report = scene.report
    for _ in range(2):
        scene.report = make_report(scene.district)
        scene.assign(busy)
    scene.report = report
    scene.assign()
    names = [(crew.name, crew.jobs_left) for crew in suggestions(report, at=AT)]
    assert names == [("Free", 0), ("Busy", 2)]


def test_suggestions_cost_the_same_for_any_number_of_crews(django_assert_num_queries: Queries) -> None:
    scene = Scene()
    for _ in range(6):
        make_crew(scene.district)
    with django_assert_num_queries(2):
        assert len(suggestions(scene.report, at=AT)) == 3


def test_strangers_sign_nobody_on_or_off() -> None:
    scene = Scene()
    for stranger in (make_user(), Scene("far").dispatcher):
        with pytest.raises(NotFound):
            set_duty(crew_id=scene.crew.pk, is_on_duty=False, actor=stranger, at=AT)
    assert not set_duty(crew_id=scene.crew.pk, is_on_duty=False, actor=scene.dispatcher, at=AT).is_on_duty
