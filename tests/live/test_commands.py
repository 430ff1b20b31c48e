"""Commands, the same over the socket and over HTTP."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from live.commands import carry_out
from tests.live import toys
from tests.live.conftest import MakePerson

ID = "0b9f6a0e-2c8d-4f0e-9f1d-4f6b6f1f0a11"


def _carry_out(make_person: MakePerson, **raw: Any) -> dict[str, Any]:
    user, _ = make_person()
    return carry_out(user, raw, at=timezone.now())


def test_a_command_reaches_whom_settings_name_with_all_its_fields(make_person: MakePerson) -> None:
    job = uuid4()
    result = _carry_out(
        make_person,
        type="command",
        id=ID,
        name="toy.turn",
        job=str(job),
        version=3,
        at="2026-11-22T10:00:00+02:00",
        note="broken again",
        lat=42.7,
    )
    assert (result["type"], result["id"], result["ok"]) == ("result", ID, True)
    assert result["job"]["status"] == "turned"
    command = toys.turned[0]
    assert (command.id, command.job, command.version) == (UUID(ID), job, 3)
    assert command.at == datetime(2026, 11, 22, 8, tzinfo=UTC)
    assert command.data == {"note": "broken again", "lat": 42.7}


def test_a_refusal_says_why_which_field_and_how_things_stand(make_person: MakePerson) -> None:
    result = _carry_out(make_person, id=ID, name="toy.refuse")
    assert result["ok"] is False
    assert result["error"] == {
        "code": "toy_refused",
        "detail": "The toy is in another room.",
        "field": "version",
        "state": "gone",
    }


def test_a_fault_of_ours_asks_for_the_same_command_later(
    make_person: MakePerson, caplog: pytest.LogCaptureFixture
) -> None:
    result = _carry_out(make_person, id=ID, name="toy.break")
    assert result["error"]["code"] == "unavailable"
    assert result["error"]["retry"] is True
    assert "a fault of ours" in caplog.text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", None),
        ("id", 7),
        ("id", "not a uuid"),
        ("id", "x" * 36),
        ("name", None),
        ("name", "x" * 101),
        ("name", "toy.unknown"),
        ("job", "7"),
        ("version", -1),
        ("version", 1.5),
        ("version", True),
        ("version", 2**60),
        ("at", "yesterday"),
        ("at", "2026-11-22T10:00:00"),
        ("at", "2026-13-45T10:00:00Z"),
        ("at", 1_700_000_000),
    ],
)
def test_a_field_that_cannot_be_read_is_named(make_person: MakePerson, field: str, value: object) -> None:
    result = _carry_out(make_person, **{"id": ID, "name": "toy.turn", field: value})
    assert result["ok"] is False
    assert result["error"]["field"] == field
    assert not toys.turned
