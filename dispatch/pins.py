"""What a PIN is, and which ones are too easy. Pure, but for the dice."""

import secrets
import unicodedata

from django.utils.translation import gettext as _

from accounts.errors import DomainError

FEWEST, MOST = 4, 6
STARTING_DIGITS = 6


class PinRefused(DomainError):
    """The new PIN is too short, too long, no number, or easy to guess."""

    code = "pin_refused"
    http_status = 422


def read_digits(text: str) -> str:
    """The digits of any script as 0 to 9, without blanks; other characters stay, and fit no PIN."""
    return "".join(_digit(character) for character in text if not character.isspace())


def require_good(pin: str, *, field: str) -> None:
    """Raises PinRefused with the field."""
    if not (pin.isascii() and pin.isdigit() and FEWEST <= len(pin) <= MOST):
        raise PinRefused(_("A PIN has four to six digits."), field=field)
    if is_trivial(pin):
        words = _("This PIN is easy to guess: digits in a row, repeated ones, or a year. Choose another.")
        raise PinRefused(words, field=field)


def is_trivial(pin: str) -> bool:
    """Rows such as 1234 or 9876, repetitions such as 0000, 1212 or 123123, pairs such as 1122, and years."""
    steps = {(int(after) - int(before)) % 10 for before, after in zip(pin, pin[1:], strict=False)}
    is_row = steps <= {1} or steps <= {9} or steps <= {0}
    repeats = any(pin == pin[:size] * (len(pin) // size) for size in (1, 2, 3) if len(pin) % size == 0)
    is_paired = len(pin) % 2 == 0 and all(pin[at] == pin[at + 1] for at in range(0, len(pin), 2))
    return is_row or repeats or is_paired or (len(pin) == FEWEST and pin[:2] in ("19", "20"))


def roll_starting_pin() -> str:
    """Six digits at random, none that `is_trivial`."""
    while is_trivial(pin := f"{secrets.randbelow(10**STARTING_DIGITS):0{STARTING_DIGITS}d}"):
        pass
    return pin


def _digit(character: str) -> str:
    value = unicodedata.digit(character, None)
    return character if value is None else str(value)
