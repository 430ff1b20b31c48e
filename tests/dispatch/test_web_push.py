"""What the crew's page gets to have its browser woken: only where a web app is configured."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from config import env
from dispatch.web_push import HOSTS
from tests.dispatch.crew_scene import WEB_APP
from tests.dispatch.test_crew_pages import Street, street

__all__ = ["street"]

FIREBASE = Path(settings.BASE_DIR) / "static" / "vendor" / "firebase"


@pytest.mark.django_db
def test_without_a_web_app_the_page_knows_no_pushes_and_no_foreign_host(street: Street) -> None:
    answer = street.client.get("/crew/")
    assert "data-push" not in answer.content.decode()
    assert "crew-push" not in answer.content.decode()
    assert "googleapis" not in answer["Content-Security-Policy"]


@pytest.mark.django_db
def test_with_one_the_crews_page_may_ask_two_hosts_and_no_other_page_may(
    street: Street, settings: Any
) -> None:
    settings.FIREBASE_WEB = WEB_APP
    answer = street.client.get("/crew/")
    found = re.search(r'id="crew-push" type="application/json">(.*?)</script>', answer.content.decode())
    assert found
    facts = json.loads(found[1])
    assert facts["vapidKey"] == WEB_APP["vapidKey"]
    assert facts["config"] == {name: WEB_APP[name] for name in WEB_APP if name != "vapidKey"}
    assert facts["devices"] == "/api/v1/devices/"
    connect = re.search(r"connect-src ([^;]+)", answer["Content-Security-Policy"])
    assert connect
    assert set(connect[1].split()) == {"'self'", *HOSTS}
    for page in ("/accounts/account/", "/"):
        assert "googleapis" not in Client().get(page)["Content-Security-Policy"]


def test_firebases_modules_import_nothing_that_is_not_there() -> None:
    modules = [path for path in FIREBASE.iterdir() if path.suffix in {".js", ".mjs"}]
    names = [
        name
        for path in modules
        for name in re.findall(r"^(?:import|export) .*? from '(.*?)'", path.read_text(), re.M)
    ]
    assert len(names) > 10
    assert [name for name in names if not name.startswith("./") or not (FIREBASE / name).exists()] == []
    for host in HOSTS:
        assert any(host in path.read_text() for path in modules)


def test_a_web_app_is_read_from_json_or_a_file_of_it_and_nothing_else_goes_along(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    said = json.dumps({**WEB_APP, "databaseURL": "https://city.example"})
    (tmp_path / "web.json").write_text(said)
    for value in (said, str(tmp_path / "web.json")):
        monkeypatch.setenv("MAHALA_TRIED", value)
        assert env.firebase_web("MAHALA_TRIED") == WEB_APP
    monkeypatch.delenv("MAHALA_TRIED")
    assert env.firebase_web("MAHALA_TRIED") is None


@pytest.mark.parametrize(
    "value",
    [
        "missing.json",
        "{",
        "{}",
        json.dumps({**WEB_APP, "vapidKey": "AAAA"}),
        json.dumps({**WEB_APP, "appId": 3}),
    ],
)
def test_a_web_app_that_can_not_be_read_stops_the_start(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAHALA_TRIED", value)
    with pytest.raises(env.SettingUnreadable, match="MAHALA_TRIED: expected"):
        env.firebase_web("MAHALA_TRIED")
