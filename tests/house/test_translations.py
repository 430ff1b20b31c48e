"""Every text of the interface exists in every language offered, with its placeholders; dates read well."""

import ast
import gettext
import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.utils import formats, translation

from accounts.templatetags.look import short_time
from reports.timeline_words import day_and_hour
from tests.bed.databases import ROOT
from tests.bed.messages import CATALOGUES, collect, sources

COMMITTED = sorted(ROOT.glob(CATALOGUES))
PLACEHOLDER = re.compile(r"%\(\w+\)[sdg]|%s|\{\w*\}")
# The place of the source text among the arguments.
MARKS = {
    "_": 0,
    "gettext": 0,
    "gettext_lazy": 0,
    "gettext_noop": 0,
    "ngettext": 0,
    "pgettext": 1,
    "pgettext_lazy": 1,
}
SOFIA = ZoneInfo("Europe/Sofia")
AN_AUTUMN_DAY = datetime(2026, 11, 25, 17, 30, tzinfo=SOFIA)

each_language = pytest.mark.parametrize("path", COMMITTED, ids=[path.parts[-3] for path in COMMITTED])


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sources with catalogues that were just brought up to date."""
    folder = tmp_path_factory.mktemp("messages")
    collect(folder)
    return folder


def entries(catalogue: str, *choice: str) -> str:
    """The source texts of the entries that msgattrib chooses."""
    command = [shutil.which("msgattrib") or "", "--no-wrap", *choice, "-"]
    found = subprocess.run(command, input=catalogue, capture_output=True, text=True, check=True).stdout
    return "\n".join(re.findall(r'^msgid (".+")$', found.replace('msgid ""\nmsgstr ""', "", 1), re.MULTILINE))


def translations_of(path: Path, folder: Path) -> Iterator[tuple[str, str]]:
    """(source text, translation) of a catalogue, each plural form on its own; msgfmt checks the formats."""
    compiled = folder / "django.mo"
    command = [
        shutil.which("msgfmt") or "",
        "--check-format",
        "--check-domain",
        "-o",
        str(compiled),
        str(path),
    ]
    subprocess.run(command, capture_output=True, text=True, check=True)
    with compiled.open("rb") as file:
        catalogue: dict[str | tuple[str, int], str] = vars(gettext.GNUTranslations(file))["_catalog"]
    for key, text in catalogue.items():
        source = key[0] if isinstance(key, tuple) else key
        yield source.split("\x04")[-1], text


def marked_texts(path: Path) -> Iterator[str]:
    """The texts that a Python file gives to gettext."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS:
            argument = node.args[MARKS[node.func.id]]
            if isinstance(argument, ast.Constant):
                yield str(argument.value)


def test_there_is_a_catalogue_for_every_language_offered() -> None:
    offered = {code for code, _name in settings.LANGUAGES} - {"en"}
    assert offered <= {path.parts[-3] for path in COMMITTED}


@each_language
def test_the_catalogue_holds_the_texts_of_the_sources(path: Path, collected: Path) -> None:
    """bin/messages brings it up to date."""
    now = (collected / path.relative_to(ROOT)).read_text("utf-8")
    assert set(entries(path.read_text("utf-8")).split("\n")) == set(entries(now).split("\n"))


@each_language
def test_no_text_lacks_a_translation(path: Path, collected: Path) -> None:
    now = (collected / path.relative_to(ROOT)).read_text("utf-8")
    assert entries(now, "--untranslated") == ""
    assert entries(now, "--only-fuzzy") == ""


@each_language
def test_no_marked_text_escapes_the_collecting(path: Path, tmp_path: Path) -> None:
    """The tool that collects does not look inside f-strings."""
    collected_texts = {source for source, _text in translations_of(path, tmp_path)}
    for source in sources():
        if source.suffix == ".py":
            assert set(marked_texts(source)) <= collected_texts, source


@each_language
def test_translations_keep_the_placeholders(path: Path, tmp_path: Path) -> None:
    for source, text in translations_of(path, tmp_path):
        if source:  # the empty one is the header
            assert set(PLACEHOLDER.findall(text)) == set(PLACEHOLDER.findall(source)), source


@each_language
def test_translations_keep_the_spaces_and_lines_around_them(path: Path, tmp_path: Path) -> None:
    for source, text in translations_of(path, tmp_path):
        if source:
            assert text.strip() == text, source
            assert text.count("\n") == source.count("\n"), source


@pytest.mark.parametrize(
    ("language", "moment", "said"),
    [
        ("bg", "2026-11-23T09:05", "09:05"),
        ("bg", "2026-11-22T09:05", "вчера"),
        ("bg", "2026-09-02T09:05", "2\xa0септ."),
        ("bg", "2025-11-22T09:05", "22\xa0ноем. 2025"),
        ("en", "2026-09-02T09:05", "2 Sep"),
    ],
)
def test_a_short_time_reads_well_inside_a_sentence(language: str, moment: str, said: str) -> None:
    now = datetime(2026, 11, 23, 12, 0, tzinfo=SOFIA)
    with translation.override(language):
        assert short_time(datetime.fromisoformat(moment).replace(tzinfo=SOFIA), now) == said


@pytest.mark.parametrize(
    ("language", "promise", "full", "number"),
    [
        ("bg", "ср, 25\xa0ноември, 17:30", "25 ноември 2026, 17:30", "1,2"),
        ("en", "Wed, 25 November, 17:30", "25 November 2026, 17:30", "1.2"),
    ],
)
def test_dates_and_numbers_follow_the_language(language: str, promise: str, full: str, number: str) -> None:
    with translation.override(language):
        assert day_and_hour(AN_AUTUMN_DAY) == promise
        assert formats.date_format(AN_AUTUMN_DAY, "DATETIME_FORMAT") == full
        assert formats.number_format(1.2) == number
