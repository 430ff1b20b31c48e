"""The page to browse the API: all of it, without a script, for everybody."""

from html import unescape

import pytest
from django.test import Client

from mobile_api.reference import METHODS, list_operations
from mobile_api.views.docs import describe

pytestmark = pytest.mark.django_db


def test_the_page_tells_every_call_with_its_fields_and_a_command() -> None:
    answer = Client().get("/api/v1/docs/")
    page = unescape(answer.content.decode())
    described = describe("en")["paths"]
    calls = [
        methods[method]["operationId"]
        for methods in described.values()
        for method in METHODS
        if method in methods
    ]
    assert [call for call in calls if f'id="{call}"' not in page] == []
    assert page.count("<script") == 1  # the site's own
    for told in (
        "curl 'http://127.0.0.1:8000/api/v1/locate/?lat=LAT&lon=LON'",
        """-d '{"lat": "LAT", "lon": "LON", "category": "CATEGORY"}'""",
        "Degrees north, WGS 84.",
        '<code class="api-fields__name">contact</code>',
        '<a href="/api/v1/categories/">',
        "<code>received_at</code>",
    ):
        assert told in page, told
    assert '<a href="/api/v1/crew/jobs/">' not in page
    assert Client().post("/api/v1/docs/").status_code == 405


def test_a_schema_that_holds_itself_ends_and_parts_are_put_together() -> None:
    node = {
        "type": "object",
        "allOf": [{"type": "object", "properties": {"name": {"type": "string", "nullable": True}}}],
        "properties": {"nodes": {"type": "array", "items": {"$ref": "#/components/schemas/Node"}}},
    }
    answers = {"200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Node"}}}}}
    document = {
        "paths": {"/nodes/": {"get": {"operationId": "nodes", "responses": answers}}},
        "components": {"schemas": {"Node": node}},
    }
    [operation] = list_operations(document, site="")[""]
    field, depth = operation.replies[0].shapes[0].fields[0], 1
    while field.inside:
        field, depth = field.inside[0], depth + 1
    assert (field.name, field.kind, depth) == ("nodes", "[object]", 5)
