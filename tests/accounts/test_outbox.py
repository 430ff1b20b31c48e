"""Mails that nobody is configured to carry: on the console, and kept for a while."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.mail import send_mail
from django.utils import timezone

from accounts import outbox
from accounts.models import OutboxItem
from config import env


@pytest.mark.django_db
def test_a_mail_is_written_to_the_console_and_kept(
    settings: LazySettings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.EMAIL_BACKEND = "accounts.outbox.ConsoleMail"
    assert send_mail("Fixed, says the crew", "Is it?", None, ["ann@example.org"]) == 1
    assert "Subject: Fixed, says the crew" in capsys.readouterr().out
    item = OutboxItem.objects.get()
    assert (item.kind, item.to, item.subject, item.text) == (
        "mail",
        "ann@example.org",
        "Fixed, says the crew",
        "Is it?",
    )


@pytest.mark.django_db
def test_what_is_a_week_old_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    at = timezone.now()
    for days in (8, 3, 2, 1):
        OutboxItem.objects.create(
            kind="mail", to=str(days), subject="", text="", at=at - timedelta(days=days)
        )
    outbox.forget_old(at=at)
    assert [item.to for item in OutboxItem.objects.all()] == ["1", "2", "3"]
    monkeypatch.setattr(outbox, "KEPT_AT_MOST", 2)
    outbox.forget_old(at=at)
    assert [item.to for item in OutboxItem.objects.all()] == ["1", "2"]


def test_without_a_mail_server_mails_go_to_the_outbox(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EMAIL_URL", raising=False)
    assert env.email("EMAIL_URL")["EMAIL_BACKEND"] == "accounts.outbox.ConsoleMail"


@pytest.mark.parametrize("content", ["", "no json", "[]", '{"project_id": "x"}'])
def test_a_file_that_is_no_service_account_stops_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str
) -> None:
    file = tmp_path / "account.json"
    file.write_text(content)
    monkeypatch.setenv("MAHALA_FCM_CREDENTIALS", str(file))
    with pytest.raises(env.SettingUnreadable, match="MAHALA_FCM_CREDENTIALS"):
        env.service_account("MAHALA_FCM_CREDENTIALS")
