"""Public codes and private links."""

import pytest
from django.conf import LazySettings
from hypothesis import given
from hypothesis import strategies as st

from reports import links
from reports.codes import ALPHABET, format_code, new_code, normalise_code
from reports.models import Report

codes = st.text(ALPHABET, min_size=6, max_size=6)


def test_codes_hold_no_vowels_and_no_look_alikes() -> None:
    assert not set(ALPHABET) & set("AEIOUY01LBSZG")
    assert len(ALPHABET) == len(set(ALPHABET)) == 23


def test_new_codes_differ_and_are_in_no_order() -> None:
    drawn = [new_code() for _ in range(200)]
    assert len(set(drawn)) == 200
    assert drawn != sorted(drawn)


@given(codes)
def test_a_code_is_found_however_it_is_typed(code: str) -> None:
    shown = format_code(code)
    for typed in (code, shown, shown.lower(), f"  {shown[:3]} – {shown[4:]} ", ".".join(code)):
        assert normalise_code(typed) == code


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("С7Н-3МХ", "C7H3MX"),  # Cyrillic
        ("к7р-3тх", "K7P3TX"),
        ("K7Q3МX", "K7Q3MX"),
        ("KBS-ZGX", "K8526X"),  # what was misread
        ("ЗЧБ-ВЅЈ", "34685J"),
        ("K７Q-３MX", "K7Q3MX"),  # full-width digits
    ],
)
def test_look_alike_letters_are_understood(typed: str, code: str) -> None:
    assert normalise_code(typed) == code


@pytest.mark.parametrize(
    "typed", ["", "K7Q", "K7Q-3MXX", "K7Q-3M!", "../../etc", "A" * 10_000, "K7Q3MЖ", "\x00" * 6]
)
def test_what_is_no_code_is_none(typed: str) -> None:
    assert normalise_code(typed) is None


@given(st.text())
def test_any_text_gives_a_code_or_none(typed: str) -> None:
    code = normalise_code(typed)
    assert code is None or set(code) <= set(ALPHABET)


def test_the_private_link_is_the_reports_own_and_outlives_a_change_of_key(settings: LazySettings) -> None:
    mine, other = Report(code="K7Q3MX"), Report(code="K7Q3MX")
    token = links.private_token(mine)
    assert len(token) == 24
    assert links.check_private_token(mine, token)
    assert not links.check_private_token(other, token)
    assert not links.check_private_token(mine, "")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "a new key"
    assert links.check_private_token(mine, token)
    assert links.private_token(mine) != token
    settings.SECRET_KEY_FALLBACKS = []
    assert not links.check_private_token(mine, token)


def test_addresses_show_the_code_as_people_read_it(settings: LazySettings) -> None:
    report = Report(code="K7Q3MX")
    assert links.public_path(report) == "/r/K7Q-3MX/"
    assert (
        links.private_address(report) == f"{settings.BASE_URL}/r/K7Q-3MX/mine/{links.private_token(report)}/"
    )
