"""Public codes of reports: six characters that can be read aloud and not guessed in order."""

import re
import secrets
import unicodedata

# No vowels, so no words; nothing that looks like another character of the alphabet.
ALPHABET = "23456789CDFHJKMNPQRTVWX"
LENGTH = 6

# What a person may have read or typed instead: look-alike Latin letters, and Cyrillic ones of the same shape.
_LOOK_ALIKES = str.maketrans(
    "BSZG" + "СНКМРТХВЅЗЧБЈ",
    "8526" + "CHKMPTX85346J",
)
_BETWEEN = re.compile(r"[\s\-\u2010-\u2015\u2212_.]+")


def new_code() -> str:
    """Six random characters: 148 million codes. Uniqueness is the database's to hold."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def normalise_code(text: str) -> str | None:
    """The code in what a person typed: with dashes, blanks, small or Cyrillic letters. None if it is none."""
    plain = unicodedata.normalize("NFKC", text[:40]).upper().translate(_LOOK_ALIKES)
    code = _BETWEEN.sub("", plain)
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else None


def format_code(code: str) -> str:
    """As people see it: K7Q-3MX."""
    return f"{code[:3]}-{code[3:]}"
