"""Calling the API in tests: tokens, reports, and answers held against the schema."""

from typing import Any
from uuid import uuid4

import jsonschema
from django.test import Client
from django.utils import timezone

from accounts.models import ApiToken, User
from mobile_api.views.docs import describe
from tests.factories import IN_LEFT

REPORTS = "/api/v1/reports/"


def signed_in(user: User) -> Client:
    """A native client with a token of the user."""
    _token, raw = ApiToken.issue(user=user, name="test", at=timezone.now())
    return Client(headers={"Authorization": f"Bearer {raw}"})


def draft(**fields: Any) -> dict[str, Any]:
    """A report that will do."""
    lon, lat = IN_LEFT
    return {
        "id": str(uuid4()),
        "lat": lat,
        "lon": lon,
        "category": "pothole",
        "description": "A hole.",
    } | fields


def post(client: Client, address: str, data: Any, **extra: Any) -> Any:
    return client.post(address, data, content_type="application/json", **extra)


def assert_described(answer: Any, path: str, method: str) -> None:
    """The answer is what the OpenAPI document says of this operation and status."""
    described = describe("en")["paths"][f"/api/v1/{path}"][method]["responses"][str(answer.status_code)]
    shape = described["content"]["application/json"]["schema"]
    document = {**_nullable(shape), "components": _nullable(describe("en")["components"])}
    jsonschema.validate(answer.json(), document)


def _nullable(shape: Any) -> Any:
    """OpenAPI 3.0's `nullable` as JSON Schema says it."""
    if isinstance(shape, list):
        return [_nullable(inner) for inner in shape]
    if not isinstance(shape, dict):
        return shape
    plain = {name: _nullable(inner) for name, inner in shape.items() if name != "nullable"}
    return {"anyOf": [plain, {"type": "null"}]} if shape.get("nullable") is True else plain
