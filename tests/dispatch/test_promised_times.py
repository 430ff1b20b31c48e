"""The desk is warned before a promised time is over, and the supervisors told when it is: each once."""

from collections.abc import Callable
from datetime import datetime, timedelta
from importlib import import_module
from smtplib import SMTPException
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.core import mail
from django.core.mail import EmailMessage
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import User
from dispatch.models import Letter, PromiseNote
from dispatch.selectors.desk import mark_of
from dispatch.services import letters, promised_times
from districts.models import District, Role
from live.models import Event, Setback
from reports.codes import format_code
from reports.models import Matter, Report
from reports.models import ReportStatus as S
from reports.services.changing import announce
from reports.services.correct import correct_report
from reports.services.matters import dismiss_matters
from reports.services.resident import reopen_report
from reports.services.states import acknowledge_report, resume_report, wait_for_resident
from tests.dispatch.test_races import at_once
from tests.factories import NOW, make_category, make_city, make_report, make_staff

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
# Seen within eight working hours, fixed within forty; a fifth of that before, the desk is warned.
SEEN_NEAR, SEEN_OVER = NOW + 6.4 * HOUR, NOW + 8 * HOUR
FIXED_NEAR, FIXED_OVER = (
    datetime(2026, 11, 9, 9, tzinfo=NOW.tzinfo),
    datetime(2026, 11, 9, 17, tzinfo=NOW.tzinfo),
)
MOMENT = timedelta(seconds=1)


class Watched:
    """A district with a dispatcher and two supervisors, and a report that came in at nine on a Tuesday."""

    def __init__(self) -> None:
        self.district, _right = make_city()
        self.dispatcher = make_staff(self.district)
        self.supervisors = [
            make_staff(self.district, Role.SUPERVISOR, language=each) for each in ("bg", "en")
        ]
        self.report = make_report()

    @property
    def by(self) -> dict[str, Any]:
        return {"report_id": self.report.pk, "actor": self.dispatcher}

    def run(self, at: datetime) -> None:
        promised_times.look_at_due_reports(at=at)
        letters.write_letters(at=at)
        letters.send_letters(at=at)

    def told(self) -> list[str]:
        events = Event.objects.filter(stream__name=f"district:{self.district.code}").order_by("offset")
        named = events.filter(kind__in=["report.due_soon", "report.overdue"])
        return [f"{event.payload['promise']} {event.kind.removeprefix('report.')}" for event in named]

    def fresh(self) -> Report:
        return Report.objects.select_related("category", "district").get(pk=self.report.pk)

    def open_matters(self) -> list[str]:
        return list(Matter.objects.filter(settled_at=None).values_list("kind", flat=True))


@pytest.fixture
def watched() -> Watched:
    return Watched()


def test_the_desk_is_warned_before_and_the_supervisors_told_after_each_once(watched: Watched) -> None:
    watched.run(SEEN_NEAR - MOMENT)
    assert watched.told() == []
    for at in (SEEN_NEAR, SEEN_NEAR + MOMENT, SEEN_OVER - MOMENT):
        watched.run(at)
        assert (watched.told(), len(mail.outbox)) == (["seen due_soon"], 0)
    assert mark_of(watched.fresh(), at=SEEN_NEAR).word == "due soon"
    for at in (SEEN_OVER, SEEN_OVER + MOMENT, FIXED_NEAR - MOMENT):
        watched.run(at)
        assert watched.told() == ["seen due_soon", "seen overdue"]
        assert watched.open_matters() == ["unseen"]
    assert {each.to[0] for each in mail.outbox} == {person.email for person in watched.supervisors}
    assert {each.subject for each in mail.outbox} >= {"Left: 1 promised time is over"}
    assert format_code(watched.report.code) in mail.outbox[0].body
    watched.run(FIXED_OVER)
    assert watched.told()[2:] == ["fixed overdue"]  # a warning that comes too late is none
    assert (len(mail.outbox), watched.fresh().look_at) == (4, None)


def test_what_was_seen_in_time_is_warned_of_for_its_repair_alone(watched: Watched) -> None:
    acknowledge_report(**watched.by, at=NOW + HOUR)
    for at in (SEEN_NEAR, SEEN_OVER, FIXED_NEAR, FIXED_OVER):
        watched.run(at)
    assert watched.told() == ["fixed due_soon", "fixed overdue"]


def test_while_the_resident_is_asked_nothing_is_told_and_then_the_new_time_counts(watched: Watched) -> None:
    acknowledge_report(**watched.by, at=NOW)
    watched.run(FIXED_NEAR)
    wait_for_resident(**watched.by, question="Which side?", at=FIXED_NEAR + HOUR)
    assert watched.fresh().look_at is None
    watched.run(FIXED_OVER + 24 * HOUR)
    assert watched.told() == ["fixed due_soon"]
    resume_report(**watched.by, at=FIXED_OVER + 18 * HOUR)  # having waited for nine working hours
    again = watched.fresh()
    assert again.resolve_due_at == FIXED_OVER + 41 * HOUR
    watched.run(FIXED_OVER + 18 * HOUR)
    watched.run(FIXED_OVER + 41 * HOUR)
    assert watched.told() == ["fixed due_soon", "fixed due_soon", "fixed overdue"]


def test_another_promise_is_told_anew_and_takes_the_old_word_from_the_desk(watched: Watched) -> None:
    acknowledge_report(**watched.by, at=NOW)
    make_category("lamp", resolve_within_s=80 * 3600)
    watched.run(FIXED_OVER)
    assert watched.open_matters() == ["overdue"]
    correct_report(**watched.by, category="lamp", at=FIXED_OVER)
    assert (watched.open_matters(), watched.fresh().undecided_since) == ([], None)
    watched.run(watched.fresh().resolve_due_at)
    assert watched.told() == ["fixed overdue", "fixed overdue"]


def test_what_is_reopened_is_promised_anew_and_what_has_ended_is_not_looked_at(watched: Watched) -> None:
    over = NOW + 2 * HOUR
    Report.objects.filter(pk=watched.report.pk).update(status=S.RESOLVED, resolved_at=NOW)
    watched.run(FIXED_OVER)
    assert (watched.told(), watched.fresh().look_at) == ([], None)
    reopen_report(**watched.by, at=over, text="It is broken still.")
    watched.run(watched.fresh().acknowledge_due_at)
    assert watched.told() == ["seen overdue"]


def test_a_decision_settles_it_and_it_is_not_raised_again(watched: Watched) -> None:
    watched.run(SEEN_OVER)
    dismiss_matters(**watched.by, at=SEEN_OVER)
    watched.run(SEEN_OVER + HOUR)
    assert (watched.open_matters(), watched.told()) == ([], ["seen overdue"])


def test_the_desk_reads_what_was_promised_and_whether_anybody_was_told(watched: Watched) -> None:
    watched.run(SEEN_OVER)
    desk = Client()
    desk.force_login(watched.dispatcher)
    path = f"/desk/r/{format_code(watched.report.code)}/"
    assert "17:00, as was promised. The supervisors of the district are told." in desk.get(path).text
    User.objects.filter(pk__in=[each.pk for each in watched.supervisors]).update(is_active=False)
    page = desk.get(path).text
    assert "17:00, as was promised." in page
    assert "supervisors of the district are told" not in page


def test_a_backlog_is_one_letter_and_no_decision(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    for _number in range(24):
        make_report()
    Report.objects.update(look_at=FIXED_OVER)
    monkeypatch.setattr(letters, "NAMED_AT_ONCE", 7)
    migration = import_module("dispatch.migrations.0015_promise_notes")
    at = timezone.now
    timezone.now = lambda: FIXED_OVER
    try:
        migration.note_what_is_over(apps, SimpleNamespace(connection=connection))
    finally:
        timezone.now = at
    watched.run(FIXED_OVER)
    assert (watched.open_matters(), watched.told()) == ([], [])
    assert len(mail.outbox) == 2
    english = next(each for each in mail.outbox if each.subject.startswith("Left"))
    assert english.subject == "Left: 50 promised times are over"
    assert "And 30 more, at the desk." in english.body
    assert not Report.objects.filter(look_at__isnull=False).exists()


def test_a_worker_killed_in_between_tells_it_once(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    def die(*_args: object, **_words: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(promised_times, "announce", die)
        with pytest.raises(KeyboardInterrupt):
            watched.run(SEEN_OVER)
    assert not PromiseNote.objects.exists()
    with monkeypatch.context() as broken:
        broken.setattr(letters, "send_letters", die)
        with pytest.raises(KeyboardInterrupt):
            watched.run(SEEN_OVER)
    assert (watched.told(), len(mail.outbox)) == (["seen overdue"], 0)
    watched.run(SEEN_OVER + HOUR)
    assert (watched.told(), len(mail.outbox)) == (["seen overdue"], 2)


def test_a_letter_that_another_run_sends_just_now_is_left_to_it(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    promised_times.look_at_due_reports(at=SEEN_OVER)
    letters.write_letters(at=SEEN_OVER)
    send = EmailMessage.send

    def send_slowly(mail: EmailMessage, *args: Any, **words: Any) -> int:
        soon = SEEN_OVER + timedelta(minutes=6)
        Letter.objects.filter(claimed_until=None, sent_at=None).update(claimed_until=soon)
        return send(mail, *args, **words)

    with monkeypatch.context() as slow:
        slow.setattr(EmailMessage, "send", send_slowly)
        letters.send_letters(at=SEEN_OVER)
    assert len(mail.outbox) == 1
    watched.run(SEEN_OVER + timedelta(minutes=7))  # the other run was killed
    assert len({each.to[0] for each in mail.outbox}) == len(mail.outbox) == 2


def test_a_report_at_which_the_look_fails_waits_and_the_others_are_told(
    watched: Watched, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    poisoned, healthy = watched.report, make_report()
    tried: list[int] = []

    def announce_or_fail(report: Report, *args: Any, **words: Any) -> None:
        tried.append(report.pk)
        if report.pk == poisoned.pk:
            raise ZeroDivisionError
        announce(report, *args, **words)

    with monkeypatch.context() as broken:
        broken.setattr(promised_times, "announce", announce_or_fail)
        for minute in (0, 0.5, 1, 2, 6):
            watched.run(SEEN_OVER + minute * timedelta(minutes=1))
    # Tried again after one minute and after five more, and nothing kept of what failed.
    assert tried == [poisoned.pk, healthy.pk, poisoned.pk, poisoned.pk]
    assert list(PromiseNote.objects.values_list("report", flat=True)) == [healthy.pk]
    assert f"dispatch.promised_times failed at {poisoned.pk}:" in caplog.text
    assert "ZeroDivisionError" in caplog.text
    watched.run(SEEN_OVER + HOUR)
    assert (watched.told(), len(mail.outbox)) == (["seen overdue"] * 2, 4)
    assert not Setback.objects.exists()


def test_what_code_without_promised_times_wrote_is_found(watched: Watched) -> None:
    late, asked = make_report(), make_report()
    acknowledge_report(report_id=asked.pk, actor=watched.dispatcher, at=NOW)
    wait_for_resident(report_id=asked.pk, actor=watched.dispatcher, question="Which side?", at=NOW)
    watched.run(FIXED_OVER)
    assert set(Report.objects.values_list("look_at", flat=True)) == {None}
    assert promised_times.watch_unwatched_reports(at=FIXED_OVER) == 0
    Report.objects.filter(pk=late.pk).update(resolve_due_at=FIXED_OVER + HOUR)  # reopened, say
    assert promised_times.watch_unwatched_reports(at=FIXED_OVER) == 1
    watched.run(FIXED_OVER + HOUR)
    assert watched.told()[-1] == "fixed overdue"
    assert promised_times.watch_unwatched_reports(at=FIXED_OVER + HOUR) == 0
    assert Report.objects.get(pk=asked.pk).look_at is None


def test_a_mail_server_that_is_away_gets_the_letter_later(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object) -> int:
        raise SMTPException

    with monkeypatch.context() as broken:
        broken.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
        watched.run(SEEN_OVER)
    watched.run(SEEN_OVER + timedelta(minutes=4))
    assert not mail.outbox
    watched.run(SEEN_OVER + timedelta(minutes=5))
    assert len(mail.outbox) == 2
    assert not Letter.objects.filter(sent_at=None).exists()


def test_nothing_due_costs_three_statements_however_much_is_open(
    watched: Watched, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    for _number in range(5):
        make_report()
    with django_assert_max_num_queries(5):  # savepoint and its release included
        watched.run(NOW + HOUR)


def test_a_district_without_supervisors_keeps_its_word_to_the_desk(watched: Watched) -> None:
    District.objects.get(pk=watched.district.pk).memberships.filter(role=Role.SUPERVISOR).delete()
    watched.run(SEEN_OVER)
    assert (watched.open_matters(), len(mail.outbox)) == (["unseen"], 0)


@pytest.mark.postgis
@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_tell_and_write_it_once() -> None:
    watched = Watched()
    at_once(*[lambda: watched.run(SEEN_OVER)] * 3)
    watched.run(SEEN_OVER)
    assert watched.told() == ["seen overdue"]
    assert sorted(each.to[0] for each in mail.outbox) == sorted(each.email for each in watched.supervisors)
