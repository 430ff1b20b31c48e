"""What the desk, the jobs and the resident do to a report's state."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from accounts.errors import NotAllowed, NotFound
from accounts.models import User
from districts.models import District, Role
from live.models import Event
from reports.links import private_token
from reports.models import ClosedBy, Contact, Report, Update
from reports.models import ReportStatus as S
from reports.progress_table import JobFact
from reports.services.changing import Conflict
from reports.services.reasons import ReasonMissing
from reports.services.resident import ReopeningRefused, close_silent_reports, confirm_report, reopen_report
from reports.services.states import (
    acknowledge_report,
    refer_report,
    reject_report,
    resume_report,
    wait_for_resident,
)
from reports.services.visibility import hide_report, make_private, make_public
from reports.services.words import comment_on_report, note_on_report
from reports.workflow import TransitionRefused
from tests.factories import NOW, ON_THE_EDGE, follow, make_photo, make_report, make_staff, make_user

City = tuple[District, District]
HOUR = timedelta(hours=1)


@pytest.fixture
def report(city: City) -> Report:
    return make_report(email="a@example.org")


@pytest.fixture
def dispatcher(city: City) -> User:
    return make_staff(city[0])


def kinds(stream: str) -> list[str]:
    return list(Event.objects.filter(stream__name=stream).order_by("offset").values_list("kind", flat=True))


def finish(report: Report, at: datetime = NOW + HOUR, outcome: str = "fixed") -> Report:
    return follow(report, JobFact("done", outcome, at), at=at)


def test_the_desk_acknowledges_and_everybody_hears(report: Report, dispatcher: User) -> None:
    changed = acknowledge_report(report_id=report.pk, actor=dispatcher, at=NOW + HOUR)
    assert (changed.status, changed.acknowledged_at, changed.version) == (S.ACKNOWLEDGED, NOW + HOUR, 2)
    for stream in (report.stream, "district:left"):
        assert kinds(stream) == ["report.received", "report.acknowledged"]
    update = Update.objects.get(kind=Update.Kind.STATUS)
    assert (update.status, update.data) == (S.ACKNOWLEDGED, {"from": "received", "to": "acknowledged"})


def test_a_report_changed_meanwhile_is_a_conflict_that_tells_its_state(
    report: Report, dispatcher: User
) -> None:
    acknowledge_report(report_id=report.pk, actor=dispatcher, at=NOW, version=1)
    with pytest.raises(Conflict) as refused:
        reject_report(report_id=report.pk, reason="no", actor=dispatcher, at=NOW, version=1)
    assert refused.value.data["report"] == {"code": report.code, "status": "acknowledged", "version": 2}


def test_an_alternative_district_sees_but_does_not_act_and_strangers_get_a_404(city: City) -> None:
    report = make_report(point=ON_THE_EDGE)
    other = city[1] if report.district == city[0] else city[0]
    with pytest.raises(NotAllowed):
        acknowledge_report(report_id=report.pk, actor=make_staff(other), at=NOW)
    with pytest.raises(NotFound):
        acknowledge_report(report_id=report.pk, actor=make_user(), at=NOW)
    with pytest.raises(NotFound):
        acknowledge_report(report_id=0, actor=make_user(), at=NOW)


def test_an_operator_does_not_decide_for_the_district(report: Report, city: City) -> None:
    with pytest.raises(NotAllowed):
        reject_report(report_id=report.pk, reason="no", actor=make_staff(city[0], Role.OPERATOR), at=NOW)


def test_a_rejection_needs_a_reason_and_can_be_taken_back(report: Report, dispatcher: User) -> None:
    with pytest.raises(ReasonMissing):
        reject_report(report_id=report.pk, reason=" \x00 ", actor=dispatcher, at=NOW)
    rejected = reject_report(report_id=report.pk, reason="Private ground.", actor=dispatcher, at=NOW)
    assert (rejected.status, rejected.reason) == (S.REJECTED, "Private ground.")
    again = acknowledge_report(report_id=report.pk, actor=dispatcher, at=NOW)
    assert (again.status, again.reason) == (S.ACKNOWLEDGED, "")


def test_a_referral_names_the_body_and_the_reason(report: Report, dispatcher: User) -> None:
    referred = refer_report(
        report_id=report.pk, body="Railways", reason="Their bridge.", actor=dispatcher, at=NOW
    )
    assert (referred.status, referred.reason) == (S.REFERRED, "Railways: Their bridge.")


def test_the_clock_stands_still_while_the_resident_is_asked(report: Report, dispatcher: User) -> None:
    due = report.resolve_due_at
    asked = wait_for_resident(report_id=report.pk, question="Which lamp?", actor=dispatcher, at=NOW)
    assert (asked.status, asked.waiting_since, asked.resolve_due_at) == (S.WAITING, NOW, due)
    # From Tuesday nine to Wednesday eleven are ten working hours.
    token = private_token(report)
    back = resume_report(report_id=report.pk, actor=None, token=token, answer="The left", at=NOW + 26 * HOUR)
    assert (back.status, back.waiting_since, back.paused_s) == (S.ACKNOWLEDGED, None, 10 * 3600)
    # Monday five o'clock and ten working hours more.
    assert back.resolve_due_at.isoformat() == "2026-11-11T09:00:00+00:00"
    answer = Update.objects.get(kind=Update.Kind.COMMENT)
    assert (answer.audience, answer.text) == (Update.Audience.STAFF, "The left")


def test_a_wrong_link_answers_nothing(report: Report, dispatcher: User) -> None:
    wait_for_resident(report_id=report.pk, question="Which lamp?", actor=dispatcher, at=NOW)
    with pytest.raises(NotFound):
        resume_report(report_id=report.pk, actor=None, token="wrong", at=NOW)


def test_a_report_follows_its_jobs_to_the_end(report: Report) -> None:
    for status, expected in [
        ("assigned", S.PLANNED),
        ("on_the_way", S.IN_PROGRESS),
        ("on_site", S.IN_PROGRESS),
    ]:
        assert follow(report, JobFact(status)).status == expected
    finished = finish(report)
    assert (finished.status, finished.resolved_at) == (S.RESOLVED, NOW + HOUR)
    assert kinds(report.stream)[1:] == ["report.planned", "report.in_progress", "report.resolved"]
    version = finished.version
    assert finish(report).version == version


def test_a_guarantee_begins_when_it_is_fixed(report: Report) -> None:
    report.category.guarantee_days = 365
    report.category.save()
    assert str(finish(report).guarantee_until) == "2027-11-03"


def test_nothing_found_is_a_rejection_in_the_reports_language(report: Report) -> None:
    follow(report, JobFact("assigned"))
    rejected = finish(report, outcome="nothing_found")
    assert rejected.status == S.REJECTED
    assert "found nothing" in rejected.reason


def test_a_job_of_an_ended_report_changes_nothing(report: Report, dispatcher: User) -> None:
    reject_report(report_id=report.pk, reason="no", actor=dispatcher, at=NOW)
    assert finish(report).status == S.REJECTED


def test_crews_at_work_keep_the_desk_from_rejecting(report: Report, dispatcher: User) -> None:
    follow(report, JobFact("assigned"))
    with pytest.raises(TransitionRefused) as refused:
        reject_report(report_id=report.pk, reason="no", actor=dispatcher, at=NOW)
    assert refused.value.data["status"] == "planned"


def test_the_resident_confirms_once_however_often_they_say_so(report: Report) -> None:
    finish(report)
    token = private_token(report)
    for at in (NOW + 2 * HOUR, NOW + 3 * HOUR):
        closed = confirm_report(report_id=report.pk, actor=None, token=token, at=at)
        assert (closed.status, closed.closed_by, closed.closed_at) == (
            S.CLOSED,
            ClosedBy.RESIDENT,
            NOW + 2 * HOUR,
        )
    assert str(Contact.objects.get().erase_on) == "2027-01-02"
    with pytest.raises(ReopeningRefused):
        reopen_report(report_id=report.pk, actor=None, token=token, text="Broken again", at=NOW)


def test_the_resident_reopens_with_a_photo_and_the_promise_starts_again(report: Report) -> None:
    finish(report)
    photo = make_photo()
    later = NOW + timedelta(days=1)
    opened = reopen_report(
        report_id=report.pk, actor=None, token=private_token(report), photo_ids=[photo.pk], at=later
    )
    assert (opened.status, opened.reopened_count, opened.resolved_at) == (S.REOPENED, 1, None)
    assert opened.acknowledged_at is None
    assert opened.acknowledge_due_at > later
    photo.refresh_from_db()
    assert (photo.report_id, photo.role) == (report.pk, "reopening")
    # The old job has no say any more; a new one has.
    assert finish(report).status == S.REOPENED
    assert finish(report, later + HOUR).status == S.RESOLVED


def test_reopening_needs_a_photo_or_words(report: Report) -> None:
    finish(report)
    with pytest.raises(ReasonMissing):
        reopen_report(report_id=report.pk, actor=None, token=private_token(report), at=NOW)
    assert Report.objects.get().status == S.RESOLVED


def test_an_operator_confirms_on_behalf_of_the_resident(report: Report, city: City) -> None:
    finish(report)
    operator = make_staff(city[0], Role.OPERATOR)
    assert confirm_report(report_id=report.pk, actor=operator, at=NOW).closed_by == ClosedBy.RESIDENT


def test_the_signed_in_reporter_needs_no_link(city: City) -> None:
    reporter = make_user()
    report = make_report(actor=reporter)
    finish(report)
    assert confirm_report(report_id=report.pk, actor=reporter, at=NOW).status == S.CLOSED


def test_fourteen_silent_days_close_and_are_told_apart(report: Report) -> None:
    finish(report)
    assert close_silent_reports(at=NOW + timedelta(days=14)) == 0
    assert close_silent_reports(at=NOW + timedelta(days=14, hours=1)) == 1
    assert close_silent_reports(at=NOW + timedelta(days=15)) == 0
    report.refresh_from_db()
    assert (report.status, report.closed_by) == (S.CLOSED, ClosedBy.SILENCE)
    token = private_token(report)
    opened = reopen_report(
        report_id=report.pk, actor=None, token=token, text="It was never fixed", at=NOW + timedelta(days=20)
    )
    assert (opened.status, opened.closed_by, opened.closed_at) == (S.REOPENED, "", None)


def test_hiding_and_showing_leaves_a_trace_for_staff_only(report: Report, dispatcher: User) -> None:
    hide_report(report_id=report.pk, reason="A name in it.", actor=dispatcher, at=NOW)
    assert make_private(report_id=report.pk, actor=dispatcher, at=NOW).visibility == "private"
    assert make_public(report_id=report.pk, actor=dispatcher, at=NOW).visibility == "public"
    assert make_public(report_id=report.pk, actor=dispatcher, at=NOW).version == 4
    staff_only = Update.objects.filter(kind=Update.Kind.CORRECTED)
    assert set(staff_only.values_list("audience", flat=True)) == {"staff"}


def test_a_note_is_not_told_to_the_public_stream_and_a_comment_is(report: Report, dispatcher: User) -> None:
    note_on_report(report_id=report.pk, text="Ask the water works.", actor=dispatcher, at=NOW)
    comment_on_report(report_id=report.pk, text="We come on Friday.", actor=dispatcher, at=NOW)
    assert kinds(report.stream) == ["report.received", "report.comment"]
    assert kinds("district:left") == ["report.received", "report.note", "report.comment"]


def test_a_photo_of_somebody_else_reopens_nothing(report: Report) -> None:
    finish(report)
    with pytest.raises(Exception, match="photo"):
        reopen_report(
            report_id=report.pk, actor=None, token=private_token(report), photo_ids=[uuid4()], at=NOW
        )
    assert Report.objects.get().status == S.RESOLVED
