"""Words that must be given, or may be."""

from django.utils.translation import gettext as _

from accounts.errors import DomainError
from reports.cleaning import clean_text

LONGEST_REASON = 2_000


class ReasonMissing(DomainError):
    """The resident, or whoever looks at it later, must be able to read why."""

    code = "reason_missing"
    http_status = 422


class TextTooLong(DomainError):
    """Nothing is cut off silently."""

    code = "text_too_long"
    http_status = 422


def require_reason(text: str, *, field: str = "reason") -> str:
    """The words, cleaned. Raises ReasonMissing when there are none, and TextTooLong."""
    words = read_words(text, field=field)
    if not words:
        raise ReasonMissing(_("Please say why in a few words: the resident will read them."), field=field)
    return words


def read_words(text: str, *, field: str, longest: int = LONGEST_REASON) -> str:
    """The words, cleaned, or "". Raises TextTooLong."""
    words = clean_text(text)
    if len(words) > longest:
        raise TextTooLong(
            _("This text is too long: at most %(longest)d characters, please.") % {"longest": longest},
            field=field,
        )
    return words
