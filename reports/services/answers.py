"""Answers to a category's questions: checked against the Open311 attribute definitions. Pure."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from reports.cleaning import clean_line, clean_text

LONGEST_ANSWER = 1_000

Question = Mapping[str, Any]
Reader = Callable[[Question, Any], Any]


class AnswerRefused(ValueError):
    """Says what the answer must be."""


def check_answers(
    questions: Sequence[Question], answers: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, str]]:
    """The answers as they are kept, and the faults by field ("answers.<code>").

    An empty answer counts as none. An answer to a question that the category doesn't have is a fault.
    """
    kept: dict[str, Any] = {}
    faults = {
        f"answers.{code}": _("The category has no such question.")
        for code in set(answers) - {question["code"] for question in questions}
    }
    for question in questions:
        try:
            answer = _read(question, answers.get(question["code"]))
        except AnswerRefused as refusal:
            faults[f"answers.{question['code']}"] = str(refusal)
            continue
        if answer is not None:
            kept[question["code"]] = answer
    return kept, faults


def _read(question: Question, value: Any) -> Any:
    if value is None or value == "" or value == []:
        if question.get("required"):
            raise AnswerRefused(_("Please answer this question."))
        return None
    read: Reader = _READERS.get(question.get("datatype", "string"), _read_string)
    return read(question, value)


def _text(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise AnswerRefused(_("This must be text."))
    text = str(value)
    if len(text) > LONGEST_ANSWER:
        raise AnswerRefused(
            _("This text is too long: at most %(longest)d characters, please.") % {"longest": LONGEST_ANSWER}
        )
    return text


def _read_string(question: Question, value: Any) -> str | None:
    return clean_line(_text(value)) or _read(question, None)


def _read_long_text(question: Question, value: Any) -> str | None:
    return clean_text(_text(value)) or _read(question, None)


def _read_number(question: Question, value: Any) -> float | int:
    try:
        number = float(_text(value).strip().replace(",", "."))
    except ValueError as error:
        raise AnswerRefused(_("This must be a number.")) from error
    if not math.isfinite(number):
        raise AnswerRefused(_("This must be a number."))
    return int(number) if number.is_integer() else number


def _read_one_of(question: Question, value: Any) -> str:
    text = _text(value)
    if text not in _keys(question):
        raise AnswerRefused(_("Please choose one of the answers offered."))
    return text


def _read_some_of(question: Question, value: Any) -> list[str]:
    chosen = value if isinstance(value, list) else [value]
    if len(chosen) > len(_keys(question)):
        raise AnswerRefused(_("Please choose among the answers offered."))
    return list(dict.fromkeys(_read_one_of(question, one) for one in chosen))


def _read_datetime(question: Question, value: Any) -> str:
    text = _text(value).strip()
    try:
        moment = parse_date(text) or parse_datetime(text)
    except ValueError:
        moment = None
    if moment is None:
        raise AnswerRefused(_("This must be a date, such as 2026-11-03."))
    return moment.isoformat()


def _keys(question: Question) -> set[str]:
    return {str(value["key"]) for value in question.get("values", ())}


_READERS: dict[str, Reader] = {
    "string": _read_string,
    "text": _read_long_text,
    "number": _read_number,
    "singlevaluelist": _read_one_of,
    "multivaluelist": _read_some_of,
    "datetime": _read_datetime,
}
