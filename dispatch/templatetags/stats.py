"""Tags of the statistics: times in words, and bars drawn as SVG beside their numbers."""

from collections.abc import Sequence
from typing import Any

from django import template
from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from dispatch.stats.page import percent
from dispatch.stats.tables import Cell, Row, Table
from districts.memberships import may_supervise, memberships_of
from districts.models import Role

register = template.Library()

_HOUR, _DAY = 3600, 86400
_HIGH = 100


@register.filter
def told(cell: Cell) -> str:
    """A number, a share in percent, whole time in hours or days, working time in hours; a dash for none."""
    if cell.value is None:
        return "–"
    words = {"share": lambda value: percent(value, 1), "whole": _whole, "clock": _hours}.get(cell.column.kind)
    return words(cell.value) if words else number_format(cell.value)


def _whole(seconds: float) -> str:
    if seconds < 2 * _DAY:
        return _hours(seconds)
    return _("%(days)s days") % {"days": number_format(seconds / _DAY, 1)}


def _hours(seconds: float) -> str:
    if seconds < _HOUR:
        return _("%(minutes)s min") % {"minutes": number_format(round(seconds / 60))}
    return _("%(hours)s h") % {"hours": number_format(seconds / _HOUR, 1 if seconds < 10 * _HOUR else 0)}


@register.simple_tag
def bar(cell: Cell) -> SafeString | str:
    """A bar as long as the cell's share, which its number says too; none of 0."""
    if not cell.share:
        return ""
    return format_html(
        '<svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="bar__ground" width="100" height="6"></rect>'
        '<rect class="bar__{}" width="{}" height="6"></rect></svg>',
        cell.column.tone,
        f"{cell.share * 100:.1f}",
    )


@register.simple_tag
def stacked(table: Table) -> SafeString:
    """One bar of all rows, each as wide as its share of their `whole`, with its row's colour."""
    numbers = [(row.tone, row.cells[0].value or 0) for row in table.rows]
    whole = sum(number for _tone, number in numbers) or 1
    parts, begins = [], 0.0
    for tone, number in numbers:
        wide = number / whole * 100
        parts.append((tone, f"{begins:.2f}", f"{wide:.2f}"))
        begins += wide
    drawn = format_html_join(
        "",
        '<rect class="bar__{}" x="{}" width="{}" height="10"></rect>',
        [part for part in parts if part[2] != "0.00"],
    )
    return format_html(
        '<svg class="bar bar--stacked" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        "{}</svg>",
        drawn,
    )


@register.simple_tag
def columns(table: Table) -> SafeString:
    """A column for each line of the period, the oldest first: how many came in, how many of them are late."""
    rows = list(reversed(table.rows))
    most = max((_value(row, "received") for row in rows), default=0) or 1
    parts = [part for number, row in enumerate(rows) for part in _column(number, row, most)]
    drawn = format_html_join("", '<rect class="bar__{}" x="{}" y="{}" width="8" height="{}"></rect>', parts)
    return format_html(
        '<svg class="columns" viewBox="0 0 {} {}" preserveAspectRatio="none" aria-hidden="true">{}</svg>',
        len(rows) * 10,
        _HIGH,
        drawn,
    )


def _column(number: int, row: Row, most: float) -> Sequence[tuple[str, str, str, str]]:
    late = _value(row, "late") / most * _HIGH
    rest = _value(row, "received") / most * _HIGH - late
    x = str(number * 10 + 1)
    return (
        ("late", x, f"{_HIGH - late:.1f}", f"{late:.1f}"),
        ("planned", x, f"{_HIGH - late - rest:.1f}", f"{rest:.1f}"),
    )


def _value(row: Row, code: str) -> float:
    return next((cell.value or 0 for cell in row.cells if cell.column.code == code), 0)


@register.simple_tag(takes_context=True)
def stats_are_shown(context: dict[str, Any]) -> bool:
    """Whether the reader supervises the district, or any where none is chosen."""
    user, district = context["request"].user, context.get("district")
    if district:
        return may_supervise(user, district.pk)
    own = memberships_of(user)
    return own.is_administrator or bool(own.districts(Role.SUPERVISOR))
