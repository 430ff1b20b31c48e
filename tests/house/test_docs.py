"""What the documents name exists: commands, options, settings, links, paths, names of the code, addresses."""

import re
import shlex
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class
from django.urls import Resolver404, resolve

from live.socket import PATH as SOCKET

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
APPS = ("config", "accounts", "districts", "live", "reports", "dispatch", "mobile_api")

VARIABLE = re.compile(r"\b(?:MAHALA_[A-Z_]+|DATABASE_URL|REDIS_URL|EMAIL_URL)\b")
FENCED = re.compile(r"^```[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
OPTION = re.compile(r"(?<!\S)(--[a-z][a-z-]*)")
# The wrapper `mahala`, which docs/deploy.md has administrators write, is manage.py too.
MANAGED = re.compile(r"(?:\bmanage\.py|^(?:\s*|.*&& )mahala) ([a-z_]+)((?: [^\n&|;#]*)?)", re.MULTILINE)
PROGRAM = re.compile(r"(?<![\w/.])bin/([a-z-]+)([^\n&|;#]*)")
DOTTED = re.compile(rf"(?:{'|'.join((*APPS, 'tests'))})(?:\.\w+)+")
ADDRESS = re.compile(r"(?:(?:GET|POST|PUT|DELETE) )?(/[\w./<>{}…-]+)(?:\?\S*)?")
# Not addresses of the site, but places on the server's disk.
ON_DISK = ("/etc/", "/srv/", "/usr/", "/var/", "/path/", "/backup/", "/dev/", "/run/")
# Served, but not as a page of its own.
FAMILIES = (SOCKET, "/api/v1/")
AN_ID = "6f1c0b9e-8a53-4d62-9a52-0f0b0a3c9d11"
EXAMPLES = {"code": "K7Q-3MX", "token": "x" * 24, "size": "large"}


@dataclass(frozen=True)
class Document:
    path: Path
    text: str

    @property
    def prose(self) -> str:
        return FENCED.sub("", self.text)

    @property
    def inline(self) -> list[str]:
        """What stands between backticks."""
        return INLINE.findall(self.prose)

    @property
    def code(self) -> str:
        """All code, with continued lines joined."""
        return "\n".join([*FENCED.findall(self.text), *self.inline]).replace("\\\n", " ")


def read(path: Path) -> Document:
    return Document(path, path.read_text(encoding="utf-8"))


@cache
def documents() -> tuple[Document, ...]:
    return tuple(map(read, [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(DOCS.rglob("*.md"))]))


# --- rules: each yields what a document names and nobody has ---------------------------------------------


def unknown_commands(document: Document) -> Iterator[str]:
    for command, rest in MANAGED.findall(document.code):
        app = get_commands().get(command)
        if app is None:
            yield f"manage.py {command}"
            continue
        loaded = load_command_class(app, command) if isinstance(app, str) else app
        known = loaded.create_parser("manage.py", command)._option_string_actions
        yield from (f"manage.py {command} {option}" for option in options_of(rest) if option not in known)


def options_of(words: str) -> list[str]:
    """The long options; the opening of a quoted text that goes on in the next line ends the search."""
    try:
        return OPTION.findall(" ".join(word.split("=")[0] for word in shlex.split(words)))
    except ValueError:
        return OPTION.findall(re.split(r"['\"]", words, maxsplit=1)[0])


def unknown_programs(document: Document) -> Iterator[str]:
    for name, rest in PROGRAM.findall(document.code):
        program = ROOT / "bin" / name
        source = program.read_text(encoding="utf-8") if program.is_file() else ""
        unknown = [option for option in OPTION.findall(rest) if option not in source]
        if unknown or not source:
            yield " ".join([f"bin/{name}", *unknown])
    for module in re.findall(r"python3? -m ([\w.]+)", document.code):
        if find_spec(module) is None:
            yield module


def unknown_variables(document: Document) -> Iterator[str]:
    yield from set(VARIABLE.findall(document.text)) - variables_read()


def broken_links(document: Document) -> Iterator[str]:
    for link in LINK.findall(INLINE.sub("", document.prose)):
        path, _, anchor = link.partition("#")
        target = (document.path.parent / path).resolve() if path else document.path
        is_web = re.match(r"[a-z]+:", link)
        if not is_web and (not target.exists() or (anchor and anchor not in anchors(read(target)))):
            yield link


def anchors(document: Document) -> set[str]:
    titles = [re.sub(r"[^\w\s-]", "", title.lower()) for title in HEADING.findall(document.prose)]
    return {title.strip().replace(" ", "-") for title in titles}


def missing_paths(document: Document) -> Iterator[str]:
    for code in document.inline:
        first, slash, _ = code.partition("/")
        named = (slash or "." in first) and first in top_level() and " " not in code
        if named and not list(ROOT.glob(code.rstrip("/"))):
            yield code


@cache
def top_level() -> frozenset[str]:
    listing = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    return frozenset(line.split("/", 1)[0] for line in listing.stdout.splitlines())


def unknown_names(document: Document) -> Iterator[str]:
    yield from (code for code in document.inline if DOTTED.fullmatch(code) and not is_importable(code))


def is_importable(dotted: str) -> bool:
    """Whether the dotted name is a module, or an attribute of one."""
    module, _, name = dotted.rpartition(".")
    try:
        import_module(dotted)
    except ModuleNotFoundError:
        try:
            return hasattr(import_module(module), name)
        except ModuleNotFoundError:
            return False
    return True


def dead_addresses(document: Document) -> Iterator[str]:
    for code in document.inline:
        match = ADDRESS.fullmatch(code)
        if match and not f"{match[1]}/".startswith(ON_DISK) and not is_served(match[1]):
            yield code


def is_served(address: str) -> bool:
    if address in FAMILIES or address.startswith("/static/"):
        return True
    try:
        found = resolve(re.sub(r"[<{](\w+)[>}]", lambda part: EXAMPLES.get(part[1], AN_ID), address))
    except Resolver404:
        return False
    return found.url_name != "nothing" and getattr(found.func, "__name__", "") != "catch_all_view"


Rule = Callable[[Document], Iterator[str]]
RULES: dict[Rule, list[str]] = {
    unknown_commands: ["`manage.py find_it`", "```\nmanage.py locate --kind x\n```", "`mahala migrat`"],
    unknown_programs: ["`bin/show`", "`bin/demo --new-city`", "`python -m config.inside`"],
    unknown_variables: ["MAHALA_BASEMAPS"],
    broken_links: ["[a](nowhere.md)", "[b](deploy.md#no-such-part)"],
    missing_paths: ["`reports/imagination/`", "`static/js/crw.js`"],
    unknown_names: ["`reports.models.Rapport`", "`districts.locator`"],
    dead_addresses: ["`/r/<code>/yours/`", "`POST /api/v1/raports/`", "`/admin/districts/rule/`"],
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_what_a_document_names_is_there(rule: Rule) -> None:
    places = {document: document.path.relative_to(ROOT) for document in documents()}
    found = [f"{place}: {fault}" for document, place in places.items() for fault in rule(document)]
    assert found == []


@pytest.mark.parametrize(("rule", "wrong"), [(rule, wrong) for rule in RULES for wrong in RULES[rule]])
def test_a_wrong_name_is_found(rule: Rule, wrong: str) -> None:
    assert list(rule(Document(DOCS / "wrong.md", wrong)))


# --- settings --------------------------------------------------------------------------------------------


@cache
def variables_read() -> frozenset[str]:
    """Whatever is read from the environment stands in a literal of its own, in config/."""
    sources = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "config").rglob("*.py"))
    return frozenset(name for name in re.findall(r'"([A-Z_]+)"', sources) if VARIABLE.fullmatch(name))


def test_every_variable_that_is_read_is_documented_and_no_other() -> None:
    rows = re.findall(r"^\| `([A-Z_]+)` \|", read(DOCS / "deploy.md").text, re.MULTILINE)
    assert sorted(rows) == sorted(variables_read())


def test_no_other_variable_stands_in_code_or_deployment() -> None:
    places = [ROOT / name for name in ("bin", "deploy", *APPS)]
    files = [
        path for place in places for path in place.rglob("*") if path.is_file() and path.suffix != ".pyc"
    ]
    named = {name for path in files for name in VARIABLE.findall(path.read_text(encoding="utf-8"))}
    assert named - variables_read() == set()


# --- the whole -------------------------------------------------------------------------------------------


def test_the_index_leads_to_every_document() -> None:
    linked = {(DOCS / link).resolve() for link in LINK.findall(read(DOCS / "README.md").text)}
    assert set(DOCS.glob("*.md")) - linked == {DOCS / "README.md"}


def test_decisions_are_one_numbered_series_and_all_listed() -> None:
    records = sorted(path for path in (DOCS / "decisions").glob("*.md") if path.name != "README.md")
    assert [path.name[:5] for path in records] == [f"{number:04}-" for number in range(1, len(records) + 1)]
    assert LINK.findall(read(DOCS / "decisions" / "README.md").text) == [path.name for path in records]
    assert [path.name for path in records if not read(path).text.startswith(f"# {path.name[:4]} ")] == []


def test_pictures_are_small() -> None:
    sizes = [path.stat().st_size for path in (DOCS / "pictures").glob("*.png")]
    assert sizes, "bin/screenshots makes them"
    assert max(sizes) < 300_000
    assert sum(sizes) < 1_200_000
