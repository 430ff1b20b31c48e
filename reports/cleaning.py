"""Text from strangers: what is taken out silently, and what is refused."""

import re
import unicodedata

# Control characters but tab and line feed; halves of a pair that encode no character; marks that force a
# direction.
_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202d\u202e\ufeff\ufffe\uffff]")
_LINE_ENDS = re.compile(r"\r\n?|\u2028|\u2029|\x85")
_BLANKS = re.compile(r"\s+")


def clean_text(text: str) -> str:
    """Several lines, composed, without control characters, lone surrogates or blanks around."""
    lines = _LINE_ENDS.sub("\n", text)
    return unicodedata.normalize("NFC", _UNWANTED.sub("", lines)).strip()


def clean_line(text: str) -> str:
    """The same on one line, with single blanks."""
    return _BLANKS.sub(" ", clean_text(text))
