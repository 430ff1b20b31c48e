"""Placeholders of reply templates: a plain substitution of known names, nothing that is evaluated."""

import re
from collections.abc import Iterator, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# What each stands for. The names are the same in every language.
PLACEHOLDERS: dict[str, str | Promise] = {
    "code": _("the report's code"),
    "category": _("what it is about"),
    "place": _("the address or the neighbourhood"),
    "district": _("the district that acts"),
    "received": _("the day on which it came in"),
    "due": _("until when it is to be fixed, while that lies ahead"),
    "crew": _("the crew that has it"),
    "link": _("the address of its public page"),
}
_MARK = re.compile(r"\{([^{}\n]*)\}")


def list_placeholders(body: str) -> list[str]:
    """The names in the order in which they stand, known or not."""
    return [found[1].strip() for found in _MARK.finditer(body)]


def unknown_placeholders(body: str) -> list[str]:
    """Those that mean nothing, as they were written between the braces."""
    return [name for name in list_placeholders(body) if name not in PLACEHOLDERS]


def fill_placeholders(body: str, values: Mapping[str, str]) -> str | None:
    """The words with the values in place; None where one of them has no value.

    Values are words of people: braces in them stay as they are.
    """
    if not all(values.get(name) for name in list_placeholders(body)):
        return None
    return _MARK.sub(lambda found: values[found[1].strip()], body)


def split_at_placeholders(body: str) -> Iterator[tuple[str, bool]]:
    """Each part of the words, and whether it is a placeholder."""
    end = 0
    for found in _MARK.finditer(body):
        yield body[end : found.start()], False
        yield found[0], True
        end = found.end()
    yield body[end:], False
