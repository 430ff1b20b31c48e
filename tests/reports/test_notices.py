"""Mails to those who want to hear how a report goes on."""

from datetime import datetime
from smtplib import SMTPRecipientsRefused

import pytest
from django.core import mail
from django.core.mail import EmailMessage

from accounts.models import User
from districts.models import District
from live.readers import run_readers
from reports.links import private_address, public_address
from reports.models import Follow, Notice, Report
from reports.progress_table import JobFact
from reports.services.duplicates import mark_duplicate
from reports.services.states import acknowledge_report, reject_report
from reports.services.words import comment_on_report, note_on_report
from tests.factories import NOW, follow, make_report, make_staff, make_user

City = tuple[District, District]


@pytest.fixture
def dispatcher(city: City) -> User:
    return make_staff(city[0])


def sent(at: datetime = NOW) -> list[EmailMessage]:
    mail.outbox.clear()
    run_readers(at=at)
    return list(mail.outbox)


def test_who_left_an_address_hears_with_the_private_link_and_only_once(city: City, dispatcher: User) -> None:
    report = make_report(email="a@example.org")
    assert sent() == []
    acknowledge_report(report_id=report.pk, actor=dispatcher, at=NOW)
    [letter] = sent()
    assert letter.to == ["a@example.org"]
    assert "Left has seen your report" in letter.subject
    assert private_address(report) in letter.body
    assert sent() == []
    assert "example" not in Notice.objects.get().recipient


def test_a_mail_is_in_the_language_of_the_report(city: City, dispatcher: User) -> None:
    report = make_report(email="a@example.org", language="bg")
    reject_report(report_id=report.pk, reason="Частен имот.", actor=dispatcher, at=NOW)
    [letter] = sent()
    assert "Район left" in letter.subject
    assert "Частен имот." in letter.body
    assert "Вид pothole" in letter.body


def test_a_reply_is_sent_with_its_words(city: City, dispatcher: User) -> None:
    report = make_report(email="a@example.org")
    comment_on_report(report_id=report.pk, text="We come on Monday.", actor=dispatcher, at=NOW)
    [letter] = sent()
    assert "writes to you" in letter.subject
    assert "We come on Monday." in letter.body
    assert sent() == []


def test_the_followers_of_a_merged_report_hear_the_outcome(city: City, dispatcher: User) -> None:
    report, merged = make_report(email="a@example.org"), make_report(email="b@example.org")
    reader = make_user()
    Follow.objects.create(report=merged, user=reader, language="en", created_at=NOW)
    Follow.objects.create(report=report, email="A@example.org", language="en", created_at=NOW)
    mark_duplicate(report_id=merged.pk, of_id=report.pk, actor=dispatcher, at=NOW)
    assert {letter.to[0] for letter in sent()} == {"b@example.org", reader.email}  # that it was joined
    follow(report, JobFact("done", "fixed", NOW))
    letters = {letter.to[0]: letter.body for letter in sent()}
    assert set(letters) == {"a@example.org", "b@example.org", reader.email}
    assert private_address(report) in letters["a@example.org"]
    assert public_address(report) in letters["b@example.org"]
    assert "/mine/" not in letters["b@example.org"]


def test_of_a_private_report_only_its_own_sender_hears(city: City, dispatcher: User) -> None:
    report = make_report(email="a@example.org")
    Follow.objects.create(report=report, email="b@example.org", language="en", created_at=NOW)
    Report.objects.update(visibility="private")
    acknowledge_report(report_id=report.pk, actor=dispatcher, at=NOW)
    assert [letter.to for letter in sent()] == [["a@example.org"]]


def test_notes_and_crews_called_back_write_to_nobody(city: City, dispatcher: User) -> None:
    report = make_report(email="a@example.org")
    note_on_report(report_id=report.pk, text="Ask first.", actor=dispatcher, at=NOW)
    for status in ("assigned", "cancelled"):
        follow(report, JobFact(status), actor=dispatcher)
    assert sent() == []


def test_who_wants_no_mail_gets_none(city: City, dispatcher: User) -> None:
    report = make_report(email="a@example.org")
    report.contact.__class__.objects.update(wants_updates=False)
    acknowledge_report(report_id=report.pk, actor=dispatcher, at=NOW)
    assert sent() == []


def test_a_mail_that_could_not_be_sent_is_tried_again_and_a_refused_address_is_not(
    city: City, dispatcher: User, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    report = make_report(email="a@example.org")
    acknowledge_report(report_id=report.pk, actor=dispatcher, at=NOW)

    def break_down(_mail: EmailMessage) -> None:
        raise OSError("no server")

    with monkeypatch.context() as broken:
        broken.setattr(EmailMessage, "send", break_down)
        assert sent() == []
    assert len(sent()) == 1

    def refuse(_mail: EmailMessage) -> None:
        raise SMTPRecipientsRefused({})

    reject_report(report_id=report.pk, reason="no", actor=dispatcher, at=NOW)
    with monkeypatch.context() as refusing:
        refusing.setattr(EmailMessage, "send", refuse)
        assert sent() == []
    assert sent() == []
    assert "a@example.org" not in caplog.text
