"""A stored trace in words: why a report is where it is, in the language of the reader."""

from collections.abc import Mapping
from typing import Any

from accounts.languages import localized
from districts.locating.answers import Because, reason_text
from districts.models import District, RoutingRule


def trace_in_words(trace: Mapping[str, Any]) -> str:
    """The sentence of `Responsibility.reason` from what `as_trace` kept. One query; "" for no trace."""
    if not trace.get("because"):
        return ""
    if trace.get("rule"):
        rule = RoutingRule.objects.filter(pk=trace["rule"]).first()
        if rule is not None:
            return localized(rule.reasons) or rule.name
    names = alternative_names(trace, with_own=True)
    facts = {
        "district": names.get(trace.get("district") or "", ""),
        "others": ", ".join(names.get(code, code) for code in _others(trace)),
        "metres": round(trace.get("distance_to_border_m") or 0),
    }
    return reason_text(Because(trace["because"])) % facts


def alternative_names(trace: Mapping[str, Any], *, with_own: bool = False) -> dict[str, str]:
    """The names of the other districts of the trace by code, in the current language."""
    codes = [*_others(trace), *([trace.get("district")] if with_own else [])]
    found = District.objects.filter(code__in=[code for code in codes if code])
    return {district.code: district.name for district in found}


def _others(trace: Mapping[str, Any]) -> list[str]:
    return [str(other["district"]) for other in trace.get("alternatives") or []]
