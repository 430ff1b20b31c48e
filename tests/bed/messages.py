"""bin/messages: the texts of the interface, collected from the sources into locale/*/LC_MESSAGES/django.po.

What is new is left empty there, or marked as fuzzy where it resembles a text of before. Arguments are
codes of new languages. The sources are read from a copy: the tool that collects writes beside the templates.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bed.databases import ROOT

CATALOGUES = "locale/*/LC_MESSAGES/django.po"
BESIDE_APPS = ("config", "templates", "locale")
READ = {".py", ".html", ".txt", ".po"}
COLLECT = ["makemessages", "--add-location=file", "--no-obsolete", "--no-wrap"]
# They would differ at every run.
_STAMPS = re.compile(r'^"(POT-Creation-Date|Report-Msgid-Bugs-To):.*\n', re.MULTILINE)


def collect(target: Path, *new: str) -> list[Path]:
    """Copy the sources below `target` and bring the copied catalogues up to date; returns their paths."""
    (target / "locale").mkdir(exist_ok=True)
    for source in sources():
        copy = target / source.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, copy)
    bare = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    languages = {path.parts[-3] for path in ROOT.glob(CATALOGUES)}.union(new)
    chosen = [f"--locale={language}" for language in sorted(languages)]
    command = [sys.executable, "-m", "django", *COLLECT, *chosen]
    subprocess.run(command, cwd=target, env=bare, check=True, capture_output=True, text=True)
    catalogues = sorted(target.glob(CATALOGUES))
    for catalogue in catalogues:
        catalogue.write_text(_STAMPS.sub("", catalogue.read_text("utf-8")), "utf-8")
    return catalogues


def sources() -> Iterator[Path]:
    """Every file that may hold a text of the interface, and the catalogues."""
    folders = [*(apps.parent for apps in ROOT.glob("*/apps.py")), *map(ROOT.joinpath, BESIDE_APPS)]
    for folder in folders:
        yield from (path for path in folder.rglob("*") if path.suffix in READ)


def main() -> None:
    with TemporaryDirectory(prefix="mahala-messages-") as folder:
        for catalogue in collect(Path(folder), *sys.argv[1:]):
            kept = ROOT / catalogue.relative_to(folder)
            kept.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(catalogue, kept)


if __name__ == "__main__":
    main()
