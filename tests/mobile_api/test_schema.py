"""The API's own description."""

import io
import json

import pytest
from django.core.management import call_command
from django.test import Client

pytestmark = pytest.mark.django_db


def test_the_schema_is_valid_and_leaves_nothing_open() -> None:
    call_command("spectacular", validate=True, fail_on_warn=True, stdout=io.StringIO())


def test_the_schema_is_served_and_not_sent_twice(client: Client) -> None:
    answer = client.get("/api/v1/schema/", headers={"Accept": "application/vnd.oai.openapi+json"})
    assert json.loads(answer.content)["openapi"].startswith("3.")
    again = client.get(
        "/api/v1/schema/",
        headers={"Accept": "application/vnd.oai.openapi+json", "If-None-Match": answer["ETag"]},
    )
    assert again.status_code == 304


def test_the_page_to_browse_it_has_no_inline_script_or_style(client: Client) -> None:
    page = client.get("/api/v1/docs/")
    assert page.status_code == 200
    assert "<script>" not in page.text
    assert "<style" not in page.text
    assert "http://" not in page.text.replace("http://testserver", "").replace("http://www.w3.org", "")
    script = client.get("/api/v1/docs/?script=")
    assert script["Content-Type"].startswith("application/javascript")
