"""Do the lock files pin and hash what pyproject.toml asks for, and name no registry?"""

import json
import re
import tomllib
from collections.abc import Iterable, Iterator

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.bed.databases import ROOT

PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^\s;\\]+)", re.MULTILINE)


def lock_problems() -> list[str]:
    """One sentence for each problem."""
    return [*_python_problems(), *_node_problems()]


def _python_problems() -> Iterator[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    groups, wanted = project["dependency-groups"], project["project"]["dependencies"]
    yield from _lock_problems("requirements.txt", wanted)
    yield from _lock_problems("requirements-dev.txt", wanted + groups["dev"])
    yield from _lock_problems("requirements-node.txt", groups["node"])


def _lock_problems(name: str, wanted: Iterable[str]) -> Iterator[str]:
    text = (ROOT / name).read_text()
    pins = {canonicalize_name(package): version for package, version in PINNED.findall(text)}
    if "://" in text or "--index-url" in text:
        yield f"{name} holds an address"
    for entry in re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE):
        if PINNED.match(entry) and "--hash=sha256:" not in entry:
            yield f"{name} has no hash for {entry.split()[0]}"
    for requirement in map(Requirement, wanted):
        version = pins.get(canonicalize_name(requirement.name))
        if version is None or version not in requirement.specifier:
            yield f"{name} does not hold what pyproject.toml asks for: {requirement}"


def _node_problems() -> Iterator[str]:
    wanted = json.loads((ROOT / "package.json").read_text())
    lock = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    for part in ("dependencies", "devDependencies"):
        if wanted.get(part, {}) != lock[""].get(part, {}):
            yield f"package-lock.json does not hold the {part} of package.json"
    for name, package in lock.items():
        if name and "integrity" not in package:
            yield f"package-lock.json has no hash for {name}"
        if "resolved" in package:
            yield f"package-lock.json holds an address for {name}"
