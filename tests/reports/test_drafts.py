"""What strangers send, read and cleaned, with every fault named."""

import json
from contextlib import suppress
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.cleaning import clean_line, clean_text
from reports.services.answers import check_answers
from reports.services.draft import InvalidReport, ReportDraft, read_draft

GOOD: dict[str, Any] = {"id": str(uuid4()), "lat": 42.65, "lon": "23,32", "category": "pothole"}


def faults(**fields: Any) -> dict[str, str]:
    with pytest.raises(InvalidReport) as refused:
        read_draft(GOOD | fields)
    assert refused.value.http_status == 422
    assert refused.value.field in refused.value.data["fields"]
    return dict(refused.value.data["fields"])


def test_json_and_form_fields_give_the_same_draft() -> None:
    photo = uuid4()
    contact = {"email": "a@example.org", "wants_updates": False}
    from_json = read_draft(GOOD | {"contact": contact, "answers": {"kind": "dark"}, "photos": [str(photo)]})
    from_form = read_draft(
        {
            **{name: str(value) for name, value in GOOD.items()},
            "contact": json.dumps(contact),
            "answers": '{"kind": "dark"}',
            "photos": json.dumps([str(photo)]),
        }
    )
    assert from_json == from_form
    assert from_json.fingerprint() == from_form.fingerprint()
    assert (from_json.lat, from_json.lon, from_json.photo_ids) == (42.65, 23.32, (photo,))


def test_all_faults_are_told_at_once() -> None:
    found = faults(
        id="x", lat="", lon="east", accuracy={}, category="", contact={"email": "a@", "phone": "none"}
    )
    assert set(found) == {"id", "lat", "lon", "accuracy", "category", "contact.email", "contact.phone"}


@pytest.mark.parametrize(
    "nothing", [{"lat": "", "lon": ""}, {"lat": None, "lon": None}, {"lat": None, "lon": ""}]
)
def test_a_place_that_is_missing_is_one_fault(nothing: dict[str, Any]) -> None:
    assert faults(**nothing) == {"lat": "Please say where it is: the place is missing."}


def test_half_a_place_names_the_half_that_is_missing() -> None:
    assert list(faults(lon="")) == ["lon"]
    assert list(faults(lat="")) == ["lat"]
    assert list(faults(lat="north", lon="")) == ["lat", "lon"]


@pytest.mark.parametrize("name", ["description", "address", "category"])
def test_ten_megabytes_of_text_are_refused_by_the_name_of_their_field(name: str) -> None:
    assert list(faults(**{name: "x" * 10_000_000})) == [name]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("description", ["not", "text"]),
        ("answers", "{"),
        ("answers", [1]),
        ("answers", {str(n): n for n in range(60)}),
        ("contact", "[1]"),
        ("contact", 7),
        ("photos", "no list"),
        ("photos", ["no-uuid"]),
        ("photos", [str(uuid4()) for _ in range(60)]),
        ("lat", True),
        ("lon", "9" * 500 + "x"),
    ],
)
def test_nonsense_names_its_field(name: str, value: Any) -> None:
    assert list(faults(**{name: value})) == [name]


def test_control_characters_and_halves_of_characters_are_taken_out() -> None:
    draft = read_draft(GOOD | {"description": " a\x00b\r\nc\ud800\u202e\x07 ", "address": "x\n\n y\t"})
    assert draft.description == "ab\nc"
    assert draft.address == "x y"


def test_a_language_we_do_not_speak_is_the_citys_own() -> None:
    assert read_draft(GOOD | {"language": "bg-BG"}).language == "bg"
    assert read_draft(GOOD | {"language": "tlh"}).language == ""


def test_a_client_without_an_id_gets_one() -> None:
    assert isinstance(read_draft({**GOOD, "id": None}).uuid, UUID)


def test_every_part_of_what_was_sent_is_in_the_fingerprint() -> None:
    first = read_draft(GOOD)
    changes: list[dict[str, Any]] = [
        {"lat": 42.651},
        {"description": "more"},
        {"contact": {"name": "A"}},
        {"answers": {"a": 1}},
        {"photos": [str(uuid4())]},
    ]
    prints = {read_draft(GOOD | change).fingerprint() for change in changes}
    assert len(prints | {first.fingerprint()}) == len(changes) + 1


@given(st.text())
def test_cleaned_text_can_be_stored_and_cleaning_twice_is_cleaning_once(text: str) -> None:
    cleaned = clean_text(text)
    cleaned.encode()
    assert "\x00" not in cleaned
    assert clean_text(cleaned) == cleaned
    assert "\n" not in clean_line(text)


@given(
    st.dictionaries(
        st.sampled_from(sorted({*GOOD, "answers", "contact", "photos", "description"})), st.from_type(object)
    )
)
def test_any_value_is_read_or_refused(raw: dict[str, Any]) -> None:
    with suppress(InvalidReport):
        assert isinstance(read_draft(raw), ReportDraft)


QUESTIONS: list[dict[str, Any]] = [
    {"code": "lamp", "datatype": "number", "required": True},
    {"code": "kind", "datatype": "singlevaluelist", "values": [{"key": "dark"}, {"key": "dim"}]},
    {"code": "seen", "datatype": "datetime"},
    {"code": "smells", "datatype": "multivaluelist", "values": [{"key": "gas"}, {"key": "fire"}]},
    {"code": "note", "datatype": "text"},
]


def test_answers_are_kept_in_the_type_of_their_question() -> None:
    given_answers = {
        "lamp": "7,5",
        "kind": "dark",
        "seen": "2026-11-03",
        "smells": ["gas", "gas"],
        "note": " a\x00 ",
    }
    kept, found = check_answers(QUESTIONS, given_answers)
    assert not found
    assert kept == {"lamp": 7.5, "kind": "dark", "seen": "2026-11-03", "smells": ["gas"], "note": "a"}


@pytest.mark.parametrize(
    ("code", "answer"),
    [
        ("lamp", "seven"),
        ("lamp", "nan"),
        ("lamp", True),
        ("lamp", None),
        ("lamp", ""),
        ("kind", "loud"),
        ("kind", ["dark"]),
        ("kind", {"key": "dark"}),
        ("seen", "yesterday"),
        ("seen", "2026-13-45"),
        ("smells", ["coffee"]),
        ("smells", ["gas", "fire", "gas"]),
        ("note", "x" * 1_001),
        ("note", 12 * [1]),
        ("other", "anything"),
    ],
)
def test_an_answer_that_does_not_fit_names_its_question(code: str, answer: Any) -> None:
    _kept, found = check_answers(QUESTIONS, {"lamp": 1, code: answer})
    assert list(found) == [f"answers.{code}"]
