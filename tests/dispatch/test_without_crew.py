"""A report that was begun and has nobody on it stands at the top of what waits for a decision."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from dispatch.models import Crew, Job, JobStatus
from dispatch.selectors.desk import DeskQueue, desk_queue
from dispatch.selectors.filters import Filters, Tab
from dispatch.services import assign, steps
from reports.models import Outcome, Report, ReportStatus, Urgency
from reports.services.matters import dismiss_matters
from tests.dispatch.factories import AT, Scene, make_crew, make_photo, make_report, rider

pytestmark = pytest.mark.django_db


def queue(scene: Scene, tab: Tab) -> DeskQueue:
    return desk_queue(scene.district, filters=Filters(tab=tab), sees_contacts=True, after="", at=AT)


def where(scene: Scene) -> tuple[Tab, str]:
    """The tab, of those with open reports, that holds the scene's report, and the heading above it."""
    found = [
        (tab, group.part.words)
        for tab in (Tab.WAITING, Tab.ASSIGNED)
        for group in queue(scene, tab).groups
        for row in group.rows
        if row.report == scene.report
    ]
    assert len(found) == 1
    return found[0]


def counted(scene: Scene) -> tuple[int, int]:
    counts = {each.tab: each.count for each in queue(scene, Tab.ALL).tabs}
    return counts[Tab.WAITING], counts[Tab.ASSIGNED]


def make_safe(scene: Scene, job: Job, crew: Crew | None = None) -> Job:
    """The crew makes it safe; the draft for the rest."""
    actor = rider(crew or scene.crew)
    photo = make_photo(actor)
    steps.finish_job(**scene.step(job, actor), outcome=Outcome.MADE_SAFE, photo_ids=[photo.pk])
    return Job.objects.get(previous=job)


def status(scene: Scene) -> str:
    return Report.objects.get(pk=scene.report.pk).status


def desk(scene: Scene, job: Job) -> dict[str, Any]:
    return {"job_id": job.pk, "actor": scene.dispatcher, "at": AT, "command_id": uuid4()}


def dismiss(scene: Scene) -> None:
    dismiss_matters(report_id=scene.report.pk, actor=scene.dispatcher, at=AT)


def test_what_was_made_safe_waits_for_a_crew_until_one_is_sent() -> None:
    scene = Scene()
    draft = make_safe(scene, scene.assign())
    assert (status(scene), where(scene)) == (ReportStatus.IN_PROGRESS, (Tab.WAITING, "Without a crew"))
    assert counted(scene) == (1, 0)
    assert scene.assign(make_crew(scene.district)).pk == draft.pk
    assert (status(scene), where(scene)[0], counted(scene)) == (
        ReportStatus.IN_PROGRESS,
        Tab.ASSIGNED,
        (0, 1),
    )


def test_the_follow_on_taken_back_from_its_crew_waits_again() -> None:
    scene = Scene()
    make_safe(scene, scene.assign())
    second = scene.assign(make_crew(scene.district))
    draft = assign.recall_job(**desk(scene, second)).job
    assert draft.status == JobStatus.DRAFT
    assert (status(scene), where(scene)) == (ReportStatus.IN_PROGRESS, (Tab.WAITING, "Without a crew"))


def test_the_only_job_taken_back_leaves_the_report_to_the_desk() -> None:
    scene = Scene()
    assign.recall_job(**desk(scene, scene.assign()))
    assert (status(scene), where(scene)[0]) == (ReportStatus.ACKNOWLEDGED, Tab.WAITING)


def test_declining_counts_only_when_nobody_else_is_on_it() -> None:
    scene = Scene()
    other = make_crew(scene.district)
    draft = make_safe(scene, scene.assign())
    second, third = scene.assign(), scene.assign(other)
    assert second.pk == draft.pk
    steps.decline_job(**scene.step(second), reason="too_far")
    dismiss(scene)
    assert where(scene)[0] == Tab.ASSIGNED
    steps.decline_job(**scene.step(third, rider(other)), reason="too_far")
    assert (status(scene), where(scene)[0]) == (ReportStatus.ACKNOWLEDGED, Tab.WAITING)


def test_the_rest_waits_for_a_crew_although_the_desk_has_seen_that_the_other_declined() -> None:
    scene = Scene()
    other = make_crew(scene.district)
    first, second = scene.assign(), scene.assign(other)
    make_safe(scene, first)
    assert where(scene)[0] == Tab.ASSIGNED
    steps.decline_job(**scene.step(second, rider(other)), reason="too_far")
    assert where(scene) == (Tab.WAITING, "Needs a decision")
    dismiss(scene)
    assert (status(scene), where(scene)) == (ReportStatus.IN_PROGRESS, (Tab.WAITING, "Without a crew"))


def test_a_draft_beside_a_crew_at_work_waits_when_the_crew_is_called_off() -> None:
    scene = Scene()
    make_safe(scene, scene.assign())
    sent = scene.assign(make_crew(scene.district))
    extra = assign.draft_job(
        report_id=scene.report.pk, actor=scene.dispatcher, at=AT, command_id=uuid4(), note="A second one"
    ).job
    assert where(scene)[0] == Tab.ASSIGNED
    assign.cancel_job(**desk(scene, sent))
    assert where(scene)[0] == Tab.WAITING
    assign.cancel_job(**desk(scene, extra))
    assert (status(scene), where(scene)[0]) == (ReportStatus.ACKNOWLEDGED, Tab.WAITING)
    assert not Report.objects.get(pk=scene.report.pk).needs_crew


def test_it_leads_what_is_as_urgent_and_danger_still_leads_it() -> None:
    scene = Scene(resolve_due_at=AT.replace(year=2027))
    late = make_report(scene.district, acknowledge_due_at=AT.replace(year=2025))
    danger = make_report(scene.district, urgency=Urgency.DANGER)
    make_safe(scene, scene.assign())
    for tab in (Tab.WAITING, Tab.ALL):
        assert [row.report for row in queue(scene, tab).rows] == [danger, scene.report, late]
    Report.objects.filter(pk=scene.report.pk).update(urgency=Urgency.DANGER)
    assert where(scene) == (Tab.WAITING, "Danger and urgent")
    [row] = [row for row in queue(scene, Tab.WAITING).rows if row.report == scene.report]
    assert row.mark.word == "needs a crew"


def test_nobodys_view_of_the_report_grows_stale_when_a_crew_makes_it_safe() -> None:
    scene = Scene()
    job = scene.assign()
    steps.start_job(**scene.step(job))
    before = Report.objects.get(pk=scene.report.pk)
    make_safe(scene, job)
    after = Report.objects.get(pk=scene.report.pk)
    assert (before.needs_crew, after.needs_crew) == (False, True)
    assert after.version == before.version


def test_the_page_shows_it_where_decisions_wait_with_no_more_queries(
    django_assert_max_num_queries: Callable[..., Any],
) -> None:
    scene = Scene()
    make_safe(scene, scene.assign())
    client = Client()
    client.force_login(scene.dispatcher)
    client.get("/desk/")  # the areas are read once in each process
    with django_assert_max_num_queries(12):
        page = client.get("/desk/?tab=waiting").content.decode()
    assert "needs a crew" in page
    assert "needs a crew" not in client.get("/desk/?tab=assigned").content.decode()


def test_the_queue_costs_six_queries_however_many_wait_for_a_crew(
    django_assert_num_queries: Callable[..., Any],
) -> None:
    scenes = [Scene() for _number in range(4)]
    for scene in scenes:
        make_safe(scene, scene.assign())
    with django_assert_num_queries(6):
        rows = queue(scenes[0], Tab.WAITING).rows
        assert [row.mark.word for row in rows] == ["needs a crew"] * 4


@pytest.mark.parametrize("refused", ["received", "acknowledged", "rejected"])
def test_the_database_knows_no_crewless_report_that_was_not_begun(refused: str) -> None:
    report = make_report()
    with pytest.raises(IntegrityError), transaction.atomic():
        Report.objects.filter(pk=report.pk).update(status=refused, needs_crew=True)
