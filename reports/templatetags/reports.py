"""Tags of the resident's pages: questions, answers, faults by field, and the words for the browser."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.languages import localized
from accounts.templatetags.look import TONES
from districts.locating.words import alternative_names
from reports.links import public_path
from reports.masking import mask_private
from reports.models import Category, Photo, Report
from reports.timeline_words import day_and_hour, routing_in_words, update_title

register = template.Library()
register.filter("update_title", update_title)
register.filter("routing_words", routing_in_words)


@register.filter
def in_language(names: Mapping[str, str] | str) -> str:
    """A text per language in the person's own; a plain text as it is."""
    return names if isinstance(names, str) else localized(names)


@register.filter
def words(category: Category) -> str:
    """All that a person may type for a category, in every language: its names and keywords."""
    keywords = [word for listed in category.keywords.values() for word in listed]
    return " ".join([*category.names.values(), *keywords]).lower()


@register.simple_tag
def answer_name(category_code: str, question: Mapping[str, Any]) -> str:
    return f"answers.{category_code}.{question['code']}"


@register.simple_tag
def answer_given(answers: Mapping[str, str] | str, name: str) -> str:
    return answers.get(name, "") if isinstance(answers, Mapping) else ""


@register.simple_tag
def fault_of(faults: Mapping[str, str], question: Mapping[str, Any]) -> str:
    return faults.get(f"answers.{question['code']}", "")


@register.simple_tag
def fault_named(faults: Mapping[str, str], name: str) -> str:
    return faults.get(name, "")


@register.simple_tag
def report_words() -> dict[str, str]:
    """What the form's JavaScript says."""
    return {
        "goesTo": _("Goes to {district}"),
        "uncertain": _("close to the border with {others}: both districts will see it"),
        "approximate": _("approximate boundary"),
        "outside": _("This place is outside the city: nobody here may repair it."),
        "unreachable": _("The district will be named after sending."),
        "accuracy": _("±{metres} m"),
        "locating": _("Looking where you are…"),
        "refused": _("Your phone does not tell the place. Please move the map, or type it."),
        "fromPhoto": _("The map shows where the photo was taken. Is the pin right?"),
        "oldPhoto": _("The photo is older than a day, so its place is not used."),
        "remove": _("Remove this photo"),
        "more": _("one more"),
        "photo": _("Photo {n}"),
        "tooMany": _("At most {most} photos, please: the first {most} are kept."),
        "metresAway": _("{metres} m away"),
        "placeMissing": _("Please say where it is: move the map, or choose a neighbourhood."),
    }


@register.filter
def promise(moment: datetime) -> str:
    """The day and hour of a promise."""
    return day_and_hour(moment)


@register.simple_tag
def photo_url(photo: Photo, size: str, token: str = "") -> str:
    """The address of a derivative; with the private token its sender sees it before it is released."""
    path = reverse("reports:photo", kwargs={"photo_id": photo.id, "size": size})
    return f"{path}?{urlencode({'key': token})}" if token and not photo.released_at else path


@register.filter
def could_be(trace: Mapping[str, Any]) -> list[tuple[str, float]]:
    """The other districts that may be meant, with the distance to them in metres."""
    names = alternative_names(trace)
    return [
        (names.get(other["district"], other["district"]), other["distance_m"])
        for other in trace.get("alternatives") or []
    ]


@register.filter
def masked(text: str) -> str:
    """Public text without the e-mail addresses and long numbers that people write into it."""
    return mask_private(text)


@register.filter
def report_path(report: Report) -> str:
    """The address of the report's public page."""
    return public_path(report)


@register.simple_tag
def first_photo(report: Report) -> Photo | None:
    """The first photo that everyone may see; reads the prefetched photos."""
    return next((photo for photo in report.photos.all() if photo.released_at), None)


@register.simple_tag
def state_tones() -> dict[str, str]:
    """The colour of each state, for the map."""
    return dict(TONES)
