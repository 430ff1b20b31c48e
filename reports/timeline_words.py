"""What happened to a report, in words."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import formats, timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.languages import localized
from districts.locating.words import trace_in_words
from districts.models import District
from reports.models import BorderDecision, Update


def update_title(update: Update) -> str:
    """One line of the timeline."""
    if update.kind in {Update.Kind.STATUS, Update.Kind.RECEIVED}:
        return capfirst(update.get_status_display())
    if update.kind == Update.Kind.PHOTO:
        return _("Photo shown")
    if update.kind == Update.Kind.NOTE and update.data.get("crew"):
        return _told_by_crew(update.data.get("step", "")) % {"crew": update.data["crew"]}
    if update.kind == Update.Kind.ROUTED and update.data.get("to_names"):
        return _("Passed on to %(district)s") % {"district": localized(update.data["to_names"])}
    if "is_case_of_guarantee" in update.data:
        return _guarantee_words(update.data["is_case_of_guarantee"])
    return capfirst(update.get_kind_display())


def _guarantee_words(is_case: bool) -> str:
    if is_case:
        return _("The same thing as was repaired here before, after all")
    return _("Another thing than what was repaired here before: no case of guarantee")


def _told_by_crew(step: str) -> str:
    words = {"help": _("%(crew)s asks for help"), "answer": _("Answer of %(crew)s")}
    return words.get(step) or _("Note of %(crew)s")


def routing_in_words(trace: Mapping[str, Any]) -> str:
    """Why a report is where it is: by whose word, or else by what was located. One query."""
    told = _decided(trace)
    words = told or trace_in_words(trace)
    return " ".join([words, _("The boundary is approximate.")]) if trace.get("approximate") else words


def _decided(trace: Mapping[str, Any]) -> str:
    sentences = {
        BorderDecision.Kind.HANDED_OVER.value: _("%(before)s has handed it over to %(district)s."),
        BorderDecision.Kind.TAKEN_OVER.value: _("%(district)s has taken it over from %(before)s."),
    }
    sentence = sentences.get(trace.get("because") or "")
    if sentence is None:
        return ""
    codes = {"before": trace.get("from"), "district": trace.get("district")}
    names = {each.code: each.name for each in District.objects.filter(code__in=codes.values())}
    return sentence % {name: names.get(code or "", code) for name, code in codes.items()}


def day_and_hour(moment: datetime) -> str:
    """As a neighbour says it: "Wed, 25 November, 17:30"."""
    return formats.date_format(timezone.localtime(moment), _("D, j F, H:i"))
