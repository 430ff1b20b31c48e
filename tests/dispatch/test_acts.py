"""The desk's acts over HTTP: who may take each, what each does, and what the second writer is shown."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from dispatch.acts.registry import JOB_ACTS, REPORT_ACTS
from dispatch.models import Job, JobStatus
from districts import locating
from reports.codes import format_code
from reports.models import Report, ReportStatus, Update, Visibility
from tests.dispatch.desks import Border, hidden

pytestmark = pytest.mark.django_db
FOR_OPERATORS = {"comment", "note"}
# Taking over is for the other side: tests/dispatch/test_border_desk.py.
OF_OUR_SIDE = [act for act in REPORT_ACTS if act != "take-over"]


@pytest.fixture
def border() -> Iterator[Border]:
    locating.forget()
    yield Border()
    locating.forget()


def test_each_act_is_open_to_the_district_and_to_nobody_else(border: Border) -> None:
    for act in REPORT_ACTS:
        path = border.path(act=act)
        for person, status in (
            (border.mira, 200 if act in OF_OUR_SIDE else 403),
            (border.operator, 200 if act in FOR_OPERATORS else 403),
            (border.boris, 404),
            (border.rider, 403),
            (border.resident, 403),
            (border.stranger, 302),
        ):
            assert person.client.get(path).status_code == status, act
            if status != 200:
                assert person.send(path, text="Words.").status_code == status, act
    assert border.fresh().version == border.report.version


def test_each_act_on_a_job_is_open_to_its_district_alone(border: Border) -> None:
    job, elsewhere = border.assign(), border.make_report()
    for act in JOB_ACTS:
        path = border.path(act=act, job=job)
        for person, status in ((border.mira, 200), (border.operator, 403), (border.boris, 404)):
            assert person.client.get(path).status_code == status, act
            if status != 200:
                assert person.send(path, reason="Words.").status_code == status, act
        assert border.mira.client.get(border.path(elsewhere, act, job)).status_code == 404, act
    job.refresh_from_db()
    assert job.status == JobStatus.ASSIGNED


def test_every_form_carries_the_version_it_was_drawn_from(border: Border) -> None:
    for act in OF_OUR_SIDE:
        page = border.mira.open(border.path(act=act))
        assert hidden(page, "version") == str(border.report.version), act
    assert 'name="version" value="1"' in border.mira.open(border.path())  # the crews' own buttons


def test_the_second_writer_sees_what_the_first_did_and_keeps_what_was_typed(border: Border) -> None:
    path = border.path(act="reject")
    mira, lena = border.mira.open(path), border.lena.open(path)
    first = border.mira.send(border.path(act="ask"), text="Which lane?", version=hidden(mira, "version"))
    assert first.status_code == 302

    second = border.lena.send(path, text="Private land.", version=hidden(lena, "version"))
    assert second.status_code == 409
    page = second.content.decode()
    assert "somebody was faster" in page
    assert "Mira" in page
    assert "Waiting for you" in page
    assert "Private land." in page
    assert border.fresh().status == ReportStatus.WAITING

    again = border.lena.send(path, text="Private land.", version=hidden(page, "version"))
    assert again.status_code == 302
    assert border.fresh().status == ReportStatus.REJECTED


def test_two_who_send_a_crew_at_once_send_one(border: Border) -> None:
    version = border.report.version
    sent = [
        person.send(border.path(act="assign"), crew=str(crew.pk), version=version)
        for person, crew in zip((border.mira, border.lena), border.crews, strict=True)
    ]
    assert [answer.status_code for answer in sent] == [302, 409]
    assert "Planned" in sent[1].content.decode()
    assert Job.objects.get().crew == border.crews[0]


def test_one_more_crew_makes_the_view_of_others_stale_too(border: Border) -> None:
    border.assign()
    border.crews.append(border.make_crew(border.left, "Left 3"))
    version = border.fresh().version
    sent = [
        person.send(border.path(act="assign"), crew=str(crew.pk), version=version)
        for person, crew in zip((border.mira, border.lena), border.crews[1:], strict=True)
    ]
    assert [answer.status_code for answer in sent] == [302, 409]
    assert "Left 2" in sent[1].content.decode()
    assert Job.objects.count() == 2


def test_two_do_not_answer_a_resident_without_knowing_it(border: Border) -> None:
    sent = {"version": border.report.version}
    assert border.mira.send(border.path(act="comment"), text="On Monday.", **sent).status_code == 302
    second = border.lena.send(border.path(act="comment"), text="Never.", **sent)
    assert second.status_code == 409
    assert Update.objects.filter(kind=Update.Kind.COMMENT).count() == 1


def test_a_job_that_has_moved_is_not_called_off_unseen(border: Border) -> None:
    job = border.assign()
    path = border.path(act="cancel", job=job)
    version = hidden(border.mira.open(path), "version")
    Job.objects.filter(pk=job.pk).update(version=job.version + 1)
    refused = border.mira.send(path, reason="Not needed.", version=version)
    assert refused.status_code == 409
    assert "Not needed." in refused.content.decode()
    job.refresh_from_db()
    assert job.status == JobStatus.ASSIGNED


def test_words_that_are_missing_are_asked_for_at_their_field(border: Border) -> None:
    refused = border.mira.send(border.path(act="refer"), text="Not ours.", body=" ")
    assert refused.status_code == 422
    page = refused.content.decode()
    assert "Please name the body" in page
    assert "Not ours." in page
    assert 'aria-invalid="true"' in page
    assert border.fresh().status == ReportStatus.RECEIVED


def test_a_referral_names_the_body_which_is_offered_the_next_time(border: Border) -> None:
    sent = {"body": "Water Works", "text": "The pipe is theirs."}
    assert border.mira.send(border.path(act="refer"), **sent).status_code == 302
    assert border.fresh().reason == "Water Works: The pipe is theirs."
    other = border.make_report()
    assert '<option value="Water Works">' in border.mira.open(border.path(other, "refer"))


def test_waiting_stops_the_clock_and_resuming_gives_the_time_back(border: Border) -> None:
    border.mira.send(border.path(act="ask"), text="Which entrance?")
    Report.objects.filter(pk=border.report.pk).update(waiting_since=timezone.now() - timedelta(days=7))
    page = border.mira.open(border.path())
    assert "The clock stands still" in page
    assert border.mira.send(border.path(act="resume")).status_code == 302
    report = border.fresh()
    assert report.status == ReportStatus.ACKNOWLEDGED
    assert report.resolve_due_at > border.report.resolve_due_at


def test_private_hidden_and_public_again(border: Border) -> None:
    public = f"/r/{format_code(border.report.code)}/"
    for act, seen in (("make-private", 404), ("make-public", 200), ("hide", 404), ("make-public", 200)):
        assert border.mira.send(border.path(act=act), text="Why not.").status_code == 302
        assert border.stranger.client.get(public).status_code == seen
    assert border.fresh().visibility == Visibility.PUBLIC


def test_an_act_answers_a_script_with_the_pane_alone(border: Border) -> None:
    path = f"{border.path(act='reject')}?part=report"
    assert "<html" not in border.mira.open(path)
    refused = border.mira.send(path, text="")
    assert refused.status_code == 422
    assert "data-act-form" in refused.content.decode()
    assert "<html" not in refused.content.decode()
    assert border.mira.send(path, text="Private land.").status_code == 204


def test_the_menu_offers_what_the_state_allows(border: Border) -> None:
    assert "Refuse" in border.mira.open(border.path())
    border.assign()
    page = border.mira.open(border.path())
    assert "Refuse" not in page
    assert "Call the job off" in page
    assert "Who goes?" not in page
    operator = border.operator.open(border.path())
    assert "Reply in public" in operator
    assert "Call the job off" not in operator


def test_a_pane_with_its_acts_costs_a_bounded_number_of_queries(
    border: Border, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    for crew in border.crews:
        border.assign(crew)
    for act in ("", *OF_OUR_SIDE):
        border.mira.open(f"{border.path(act=act)}?part=report")
        with django_assert_max_num_queries(26):
            border.mira.open(f"{border.path(act=act)}?part=report")
