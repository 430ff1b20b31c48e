"""Addresses and numbers that people write into public text, hidden there; the district reads them."""

import re

MASK = "•••"

_EMAIL = re.compile(r"[^\s@<>()]+@[^\s@<>()]+\.[^\s@<>()]+")
# Seven digits or more, with blanks, dashes and brackets between: telephone, identity, card and account
# numbers.
_NUMBER = re.compile(r"(?<![\w.])\+?\(?\d(?:[\s()/.-]{0,2}\d){6,}(?!\w)")


def mask_private(text: str) -> str:
    """The text with every e-mail address and long number hidden."""
    return _NUMBER.sub(MASK, _EMAIL.sub(MASK, text))
