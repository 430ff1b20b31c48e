"""A person's name, address and number as a search column keeps them, and as somebody types them."""

import re

from districts.spatial import fold_text

_NUMBER = re.compile(r"[\d\s()+/.\-]{5,}")
_FEWEST_DIGITS = 5


def text_of_person(name: str, email: str, phone: str) -> str:
    """What is searched of a contact: folded words, and the digits of the number without blanks."""
    return " ".join(part for part in (fold_text(name), fold_text(email), _digits(phone)) if part)


def words_of_person(query: str) -> str:
    """The query, a telephone number brought into the form of the column: "+359 888 12" and "0888 12" meet."""
    plain = query.strip()
    digits = _digits(plain)
    if not _NUMBER.fullmatch(plain) or len(digits) < _FEWEST_DIGITS:
        return query
    return _without_country(plain, digits)


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def _without_country(plain: str, digits: str) -> str:
    """The end of the number, which both ways of writing share: nine digits of an international one."""
    if plain.startswith("+") or digits.startswith("00"):
        return digits[-9:]
    return digits.lstrip("0")
