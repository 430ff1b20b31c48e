"""Does a template hold script or style of its own? The content security policy would silently drop it."""

import re
from collections.abc import Iterator
from pathlib import Path

DATA_TYPES = r"application/json|application/ld\+json"
FORBIDDEN = {
    "a script without src": re.compile(
        rf"<script\b(?![^>]*\bsrc=)(?![^>]*\btype=[\"']?(?:{DATA_TYPES}))[^>]*>", re.IGNORECASE
    ),
    "a style element": re.compile(r"<style\b", re.IGNORECASE),
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "an event handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "a javascript: address": re.compile(r"[\"']\s*javascript:", re.IGNORECASE),
}


def markup_problems(paths: list[Path]) -> list[str]:
    """One line for each find: file:line: what."""
    return [problem for path in paths for problem in _problems(path)]


def _problems(path: Path) -> Iterator[str]:
    text = path.read_text(encoding="utf-8")
    for what, pattern in FORBIDDEN.items():
        for match in pattern.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            yield f"{path}:{line}: {what}"
