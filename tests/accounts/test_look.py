"""The look holds what it promises: contrast, icons that exist, nothing inline, tags that read well."""

import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.utils import translation

from accounts.templatetags import look
from tests.factories import NOW

ROOT = Path(settings.BASE_DIR)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
STYLES = sorted((ROOT / "static" / "css").glob("*.css"))
TOKENS = (ROOT / "static" / "css" / "tokens.css").read_text(encoding="utf-8")
STATES = ["new", "planned", "moving", "fixed", "late", "quiet"]
GROUNDS = ["paper", "card", "sunk"]
SOFT = [f"{state}-soft" for state in STATES]
PAIRS = [
    *((state, f"{state}-soft") for state in STATES),
    *((state, ground) for state in STATES for ground in GROUNDS),
    *((ink, ground) for ink in ("ink", "ink-2", "brand") for ground in GROUNDS),
    *((ink, ground) for ink in ("ink", "ink-2") for ground in [*SOFT, "brand-soft"]),
    *((f"{state}-ink", state) for state in STATES),
    ("brand", "brand-soft"),
    ("brand-ink", "brand"),
    ("brand-ink", "brand-deep"),
    ("moving-fill-ink", "moving-fill"),
    ("paper", "ink"),
]


def colour(name: str, theme: int) -> tuple[float, float, float]:
    """A token's red, green and blue (0 to 1); theme 0 is light, 1 dark."""
    found = re.search(rf"--{name}: (?:light-dark\((#\w{{6}}), (#\w{{6}})\)|(#\w{{6}}));", TOKENS)
    assert found, f"tokens.css has no colour {name}"
    value = found.group(3) or found.group(theme + 1)
    red, green, blue = (int(value[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def luminance(rgb: tuple[float, float, float]) -> float:
    """WCAG 2.2, relative luminance."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str, theme: int) -> float:
    low, high = sorted(luminance(colour(name, theme)) for name in (one, other))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair[0]} on {pair[1]}")
def test_text_can_be_read_on_its_ground(pair: tuple[str, str], theme: int) -> None:
    assert contrast(*pair, theme) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("ground", GROUNDS)
def test_the_edge_of_a_field_can_be_seen(ground: str, theme: int) -> None:
    assert contrast("edge", ground, theme) >= 3


def literal_icons() -> Iterator[tuple[str, str]]:
    for path in TEMPLATES:
        for name in re.findall(r'{%\s*icon\s+"([^"]+)"', path.read_text(encoding="utf-8")):
            yield str(path.relative_to(ROOT)), name
    for path in sorted((ROOT / "static" / "js").glob("*.js")):
        for name in re.findall(r'\bicon\("([^"]+)"', path.read_text(encoding="utf-8")):
            yield str(path.relative_to(ROOT)), name


def test_every_icon_that_a_page_names_is_in_the_sprite() -> None:
    unknown = {(where, name) for where, name in literal_icons() if name not in look.icon_names()}
    assert not unknown
    assert set(look.STATE_ICONS.values()) | {look.UNKNOWN_ICON} <= look.icon_names()


def test_the_sprite_is_built_from_the_list() -> None:
    if not (ROOT / "node_modules").is_dir():
        pytest.skip("needs node_modules; bin/setup brings it")
    subprocess.run([sys.executable, ROOT / "bin" / "vendor-static"], check=True, capture_output=True)
    sprite = (ROOT / "static" / "vendor" / "icons.svg").read_text(encoding="utf-8")
    assert set(re.findall(r'<symbol id="([^"]+)"', sprite)) == look.icon_names()
    assert "<script" not in sprite


def test_what_is_copied_fetches_nothing_by_itself() -> None:
    for path in (ROOT / "static" / "vendor").rglob("*.css"):
        assert not re.search(r"url\(['\"]?(https?:)?//", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_holds_no_inline_script_or_style(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", text)
    for attributes in re.findall(r"<script\b([^>]*)>", text):
        assert "src=" in attributes or 'type="application/json"' in attributes


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_a_style_sheet_mirrors_by_itself(path: Path) -> None:
    """Logical properties only, except where left is left in any language (photos and the pin)."""
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    text = "\n".join(line for line in text.splitlines() if "compare" not in line and "crosshair" not in line)
    assert not re.search(r"[\s;{](margin|padding|border)-(left|right)\b|text-align: (left|right)", text)


def test_who_was_seen_this_minute_was_seen_just_now() -> None:
    assert look.seen_since(NOW - timedelta(seconds=59), NOW) == "seen just now"
    assert look.seen_since(NOW - timedelta(minutes=61), NOW) == "seen 1\xa0hour, 1\xa0minute ago"


def test_an_icon_is_hidden_from_screen_readers_unless_it_speaks() -> None:
    assert 'aria-hidden="true"' in look.icon("camera")
    spoken = look.icon("camera", 24, 'a "photo"')
    assert 'role="img" aria-label="a &quot;photo&quot;"' in spoken
    assert "icon--24" in spoken


def test_an_icon_that_is_not_in_the_sprite_becomes_a_dashed_circle() -> None:
    assert look.icon("no-such<icon").endswith('#circle-dashed"></use></svg>')


def test_arrows_turn_round_in_right_to_left_languages() -> None:
    assert "icon--turns" in look.icon("arrow-right")
    assert "icon--turns" not in look.icon("check")


def test_states_have_tones_and_unknown_ones_are_quiet() -> None:
    assert look.tone("in_progress") == "moving"
    assert look.tone("something new") == "quiet"
    chip = look.state_chip("resolved", "Fixed & done", "big")
    assert "chip--fixed chip--big" in chip
    assert "Fixed &amp; done" in chip


@pytest.mark.parametrize(
    ("metres", "words"),
    [
        (None, ""),
        (0, "0 m"),
        (7.6, "8 m"),
        (29.4, "29 m"),
        (414, "410 m"),
        (1234, "1.2 km"),
        (12_000, "12.0 km"),
    ],
)
def test_distances_are_said_in_short(metres: float | None, words: str) -> None:
    with translation.override("en"):
        assert look.metres(metres) == words


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Sofia"))


@pytest.mark.parametrize(
    ("at", "words"),
    [
        ("2026-11-22T09:05", "09:05"),
        ("2026-11-21T23:59", "yesterday"),
        ("2026-11-13T10:00", "13 Nov"),
        ("2025-11-13T10:00", "13 Nov 2025"),
    ],
)
def test_times_are_said_in_short_with_the_full_one_at_hand(at: str, words: str) -> None:
    context = Context({"at": moment(at), "now": moment("2026-11-22T12:00")})
    with translation.override("en"):
        html = Template("{% load look %}{% when at %}").render(context)
    assert f">{words}</time>" in html
    assert f'datetime="{at}:00+02:00"' in html
    assert "2026" in html or "2025" in html


def test_no_time_is_nothing() -> None:
    assert Template("{% load look %}{% when none %}").render(Context()) == ""


@pytest.mark.django_db
def test_a_page_that_is_not_there_says_so_in_our_look(client: Client) -> None:
    response = client.get("/there-is-nothing-here/")
    assert response.status_code == 404
    assert "There is nothing at this address" in response.content.decode()


def test_the_page_for_our_own_failures_needs_no_request() -> None:
    html = Template("{% include '500.html' %}").render(Context())
    assert "Something broke on our side" in html
    assert "css/tokens.css" in html


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("bg", "ltr"), ("ar", "rtl")])
def test_a_page_says_its_language_and_direction(language: str, direction: str) -> None:
    request = RequestFactory().get("/")
    with translation.override(language):
        html = Template("{% extends 'base.html' %}").render(Context({"request": request}))
    assert f'<html lang="{language}" dir="{direction}"' in html


@pytest.mark.django_db
def test_the_language_is_switched_by_a_form_that_needs_no_script(client: Client) -> None:
    response = client.post("/language/", {"language": "bg", "next": "/nowhere/"})
    assert response.status_code == 302
    assert response["Location"] == "/nowhere/"
    assert client.get("/nowhere/", headers={"accept-language": "en"})["Content-Language"] == "bg"
