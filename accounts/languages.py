"""Names kept in several languages, and reading them in the person's own."""

from collections.abc import Mapping

from django.utils.translation import get_language


def localized(names: Mapping[str, str] | None, language: str | None = None) -> str:
    """The name in the language (the current one by default), else in English, else in any; "" when there is none."""
    if not names:
        return ""
    wanted = (language or get_language() or "en").split("-")[0]
    return names.get(wanted) or names.get("en") or next(iter(names.values()))
