"""The desk's acts on crews and on twins over HTTP: each one's effect and its refusal."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.utils import timezone

from dispatch.facts import list_questions
from dispatch.models import Job, JobStatus
from districts import locating
from live.models import Event
from live.readers import run_readers
from reports.codes import format_code
from reports.models import Follow, Report, ReportStatus, Update
from reports.progress_table import JobFact
from tests.dispatch.desks import Border, Person, hidden
from tests.factories import IN_LEFT, follow

pytestmark = pytest.mark.django_db


@pytest.fixture
def border() -> Iterator[Border]:
    locating.forget()
    yield Border()
    locating.forget()


def beside(metres: float) -> tuple[float, float]:
    """A place so far east of the report's."""
    lon, lat = IN_LEFT
    return lon + metres / 81_900, lat


def command(border: Border, name: str, job: Job, **said: Any) -> Any:
    """What the crew's phone sends."""
    body = {"commands": [{"id": str(uuid4()), "name": name, "job": str(job.pk), **said}]}
    answer = border.rider.client.post("/api/v1/crew/commands/", body, content_type="application/json")
    return answer.json()["results"][0]


def test_a_job_is_given_to_another_crew_with_its_note(border: Border) -> None:
    first, second = border.crews
    sent = {"crew": str(first.pk), "note": "Bring cones.", "id": str(uuid4())}
    border.mira.send(border.path(act="assign"), **sent)
    job = Job.objects.get()
    path = border.path(act="reassign", job=job)
    page = border.mira.open(path)
    assert second.name in page
    again = {"crew": str(second.pk), "id": hidden(page, "id"), "version": hidden(page, "version")}
    for _time in range(2):
        assert border.mira.send(path, **again).status_code == 302
    old, new = Job.objects.order_by("created_at")
    assert (old.status, new.status) == (JobStatus.HANDED_OVER, JobStatus.ASSIGNED)
    assert (new.crew, new.note, new.previous) == (second, "Bring cones.", old)
    stale = border.lena.send(path, crew=str(first.pk), version=job.version)
    assert stale.status_code == 409
    assert "Handed over" in stale.content.decode()


def test_a_crew_is_called_back_and_the_draft_gets_another(border: Border) -> None:
    first, second = border.crews
    job = border.assign(first)
    border.mira.send(border.path(act="recall", job=job), reason="Rain.", version=job.version)
    draft = Job.objects.get(status=JobStatus.DRAFT)
    assert draft.previous == job
    path = border.path(act="send", job=draft)
    foreign = border.make_crew(border.right, "Right 1")
    assert border.mira.send(path, crew=str(foreign.pk)).status_code == 404
    assert border.mira.send(path, crew=str(second.pk), version=draft.version).status_code == 302
    draft.refresh_from_db()
    assert (draft.crew, draft.status) == (second, JobStatus.ASSIGNED)


def test_the_crew_is_asked_and_answers_from_its_page(border: Border) -> None:
    job = border.assign()
    path = border.path(act="question", job=job)
    assert border.mira.send(path, text=" ").status_code == 422
    assert border.operator.send(path, text="Where?").status_code == 403
    asked = {"text": "Is the lid there?", "id": str(uuid4())}
    for _time in range(2):
        assert border.mira.send(path, **asked).status_code == 302
    crew_page = border.rider.open("/crew/")
    assert "Is the lid there?" in crew_page
    [question] = list_questions(job.steps.all())
    assert Event.objects.filter(kind="job.asked", stream__name=border.crews[0].stream).count() == 1

    answer = {"question": question["id"], "note": "No, gone.", "id": str(uuid4())}
    assert border.rider.send(f"/crew/jobs/{job.pk}/answer/", **answer).status_code == 302
    pane = border.mira.open(border.path())
    assert "No, gone." in pane
    assert "Answer of Left 1" in pane
    assert "No, gone." in border.rider.open("/crew/")
    job.refresh_from_db()
    assert (job.status, job.version) == (JobStatus.ASSIGNED, 1)


def test_an_answer_is_taken_after_the_job_was_called_off(border: Border) -> None:
    job = border.assign()
    border.mira.send(border.path(act="question", job=job), text="Still there?")
    [question] = list_questions(job.steps.all())
    border.mira.send(border.path(act="cancel", job=job))
    told = command(border, "job.answer", job, question=question["id"], note="It is.")
    assert told["ok"], told
    [question] = list_questions(job.steps.all())
    assert question["answer"]["text"] == "It is."
    assert border.mira.client.get(border.path(act="question", job=job)).status_code == 200
    late = border.mira.send(border.path(act="question", job=job), text="And now?")
    assert late.status_code == 409
    wrong = command(border, "job.answer", job, question=str(uuid4()), note="What?")
    assert (wrong["ok"], wrong["error"]["field"]) == (False, "question")


def test_a_report_is_split_for_several_skills(border: Border) -> None:
    first, second = border.crews
    path = border.path(act="split")
    one = {"skill_1": "pothole", "crew_1": str(first.pk), "note_1": "The hole."}
    assert border.mira.send(path, **one).status_code == 422
    assert not Job.objects.exists()
    sent = {**one, "skill_2": "lamp", "note_2": "The lamp.", "id": str(uuid4()), "version": 1}
    for _time in range(2):
        assert border.mira.send(path, **sent).status_code == 302
    jobs = {job.note: job for job in Job.objects.select_related("category")}
    assert set(jobs) == {"The hole.", "The lamp."}
    hole, lamp = jobs["The hole."], jobs["The lamp."]
    assert (hole.crew, hole.category, hole.status) == (first, None, JobStatus.ASSIGNED)
    assert (lamp.crew, lamp.status) == (None, JobStatus.DRAFT)
    assert lamp.category is not None
    assert lamp.category.code == "lamp"

    second.skills.add(lamp.category)
    page = border.mira.open(border.path(act="send", job=lamp))
    assert "can do: Lamp" in page
    border.mira.send(border.path(act="send", job=lamp), crew=str(second.pk))
    assert border.fresh().status == ReportStatus.PLANNED
    rider = Person(second.members.get())
    assert "Your part: Lamp" in rider.open("/crew/")


def test_nothing_is_begun_when_one_part_is_refused(border: Border) -> None:
    first = str(border.crews[0].pk)
    twice = {"skill_1": "pothole", "crew_1": first, "skill_2": "lamp", "crew_2": first}
    assert border.mira.send(border.path(act="split"), **twice).status_code == 409
    assert not Job.objects.exists()


def test_several_reports_are_one_visit_in_the_route(border: Border) -> None:
    crew = border.crews[0]
    elsewhere = border.make_report()
    border.assign(crew, elsewhere)
    near = border.make_report(point=beside(40))
    far = border.make_report(point=beside(900))
    busy = border.make_report(point=beside(20))
    border.assign(border.crews[1], busy)
    path = border.path(act="visit")
    page = border.mira.open(f"{path}?part=report")
    pick = f'value="{near.code}.{near.version}"'
    assert pick in page
    assert far.code not in page
    assert f'value="{busy.code}.' not in page

    sent = {"crew": str(crew.pk), "others": [f"{near.code}.{near.version}"], "id": str(uuid4()), "version": 1}
    assert border.mira.send(path, **{**sent, "others": []}).status_code == 422
    for _time in range(2):
        assert border.mira.send(path, **sent).status_code == 302
    own, other = Job.objects.filter(visit__isnull=False).order_by("position")
    assert (own.report, other.report) == (border.report, near)
    assert own.visit == other.visit
    assert other.position == own.position + 1
    assert {border.fresh().status, border.fresh(near).status} == {ReportStatus.PLANNED}
    assert "Part of one visit" in border.rider.open("/crew/")

    # The visit is one crew's: a job that goes to another leaves it, and one job alone is none.
    assert (
        border.mira.send(border.path(act="reassign", job=own), crew=str(border.crews[1].pk)).status_code
        == 302
    )
    given = Job.objects.get(previous=own)
    other.refresh_from_db()
    assert (given.visit, other.visit, other.crew) == (None, own.visit, crew)
    assert "Part of one visit" not in border.rider.open("/crew/")
    border.mira.send(border.path(act="cancel", job=given))
    assert border.fresh(near).status == ReportStatus.PLANNED


def test_a_visit_is_refused_whole_when_one_report_has_changed(border: Border) -> None:
    near = border.make_report(point=beside(40))
    border.lena.send(border.path(near, "ask"), text="Which side?")
    sent = {"crew": str(border.crews[0].pk), "others": [f"{near.code}.1"], "version": 1}
    refused = border.mira.send(border.path(act="visit"), **sent)
    assert refused.status_code == 409
    assert "Somebody has changed this report since" in refused.content.decode()
    assert not Job.objects.exists()


def test_a_twin_is_merged_and_its_people_hear_the_outcome(border: Border) -> None:
    original = border.make_report(point=beside(60), email="otto@example.org")
    Follow.objects.create(report=border.report, email="follower@example.org", created_at=timezone.now())
    far = border.make_report(point=beside(400))
    path = border.path(act="merge")
    page = border.mira.open(f"{path}?part=report")
    assert format_code(original.code) in page
    assert format_code(far.code) not in page
    assert border.mira.send(path).status_code == 422
    refused = border.mira.send(path, of=format_code(border.report.code))
    assert refused.status_code == 422
    sent = {"of": format_code(original.code), "version": border.report.version}
    assert border.mira.send(path, **sent).status_code == 302
    report = border.fresh()
    assert (report.status, report.duplicate_of) == (ReportStatus.DUPLICATE, original)
    assert border.fresh(original).voices == 2

    run_readers(at=timezone.now())
    mail.outbox.clear()
    follow(border.fresh(original), JobFact("done", "fixed", timezone.now()))
    run_readers(at=timezone.now())
    heard = {letter.to[0] for letter in mail.outbox}
    assert heard == {"ann@example.org", "follower@example.org", "otto@example.org"}

    assert border.mira.send(border.path(act="separate")).status_code == 302
    assert border.fresh().status == ReportStatus.ACKNOWLEDGED
    assert border.fresh(original).voices == 1


def test_a_report_of_another_district_that_is_not_seen_is_no_twin(border: Border) -> None:
    lon, lat = IN_LEFT
    theirs = border.make_report(point=(23.38, lat))
    refused = border.mira.send(border.path(act="merge"), code=format_code(theirs.code))
    assert refused.status_code == 404
    assert format_code(theirs.code) in refused.content.decode()  # what was typed stays
    assert not Report.objects.filter(status=ReportStatus.DUPLICATE).exists()
    assert not Update.objects.filter(status=ReportStatus.DUPLICATE).exists()
