"""Tags and filters of the look: icons from the sprite, the tone of a state, distances and times in short."""

from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

register = template.Library()

UNKNOWN_ICON = "circle-dashed"
# Icons that show a direction of reading or travel turn round in right-to-left languages.
TURNING_ICONS = {"arrow-left", "arrow-right", "chevron-left", "chevron-right", "corner-up-left", "send"}

# The colour of each state of a report or a job; what is missing here is quiet.
TONES = {
    "received": "new",
    "acknowledged": "new",
    "planned": "planned",
    "in_progress": "moving",
    "resolved": "fixed",
    "closed": "fixed",
    "reopened": "late",
    "waiting": "moving",
    "assigned": "planned",
    "accepted": "planned",
    "on_the_way": "moving",
    "on_site": "moving",
    "proof_pending": "moving",
    "done": "fixed",
    "obstructed": "late",
    "declined": "late",
    "urgent": "late",
    "danger": "late",
}
STATE_ICONS = {
    "received": "circle-dot",
    "acknowledged": "eye",
    "planned": "calendar",
    "in_progress": "motorbike",
    "resolved": "circle-check",
    "closed": "circle-check",
    "reopened": "history",
    "waiting": "clock-pause",
    "rejected": "circle-x",
    "duplicate": "git-merge",
    "referred": "external-link",
    "on_the_way": "motorbike",
    "on_site": "map-pin-check",
    "done": "circle-check",
    "obstructed": "barrier-block",
    "urgent": "urgent",
    "danger": "alert-triangle",
}


@cache
def icon_names() -> frozenset[str]:
    """The icons in the sprite: the committed list that bin/vendor-static builds it from."""
    path = Path(settings.BASE_DIR) / "static" / "icons" / "names.txt"
    return frozenset(path.read_text(encoding="utf-8").split())


@register.filter
def seen_since(moment: datetime, now: datetime) -> str:
    """When somebody was last seen, in words; under a minute is now."""
    if now - moment < timedelta(minutes=1):
        return _("seen just now")
    return _("seen %(ago)s ago") % {"ago": timesince(moment, now)}


@register.simple_tag
def icon(name: str, size: int | None = None, label: str = "") -> SafeString:
    """An icon of the sprite, as large as 1.5 times the text or 16, 20, 24, 32 or 48 pixels.

    Without a label it is hidden from screen readers; a name that is not in the sprite draws a dashed circle.
    """
    known = name if name in icon_names() else UNKNOWN_ICON
    classes = "icon" + (f" icon--{size}" if size else "") + (" icon--turns" if known in TURNING_ICONS else "")
    told = (
        format_html('role="img" aria-label="{}"', label) if label else format_html('aria-hidden="{}"', "true")
    )
    return format_html(
        '<svg class="{}" {} viewBox="0 0 24 24"><use href="{}#{}"></use></svg>',
        classes,
        told,
        static("vendor/icons.svg"),
        known,
    )


@register.filter
def tone(state: object) -> str:
    """The colour of a state: new, planned, moving, fixed, late or quiet."""
    return TONES.get(str(state), "quiet")


@register.simple_tag
def state_chip(state: object, label: object, size: str = "") -> SafeString:
    """A chip with the state's colour, icon and word; size is "", "big" or "small"."""
    name = STATE_ICONS.get(str(state), "circle-dot")
    classes = f"chip chip--{tone(state)}" + (f" chip--{size}" if size else "")
    return format_html('<span class="{}">{}{}</span>', classes, icon(name), label)


@register.filter
def metres(distance: float | None) -> str:
    """A distance in metres as a person says it: "8 m", "410 m", "1.2 km"; nothing for None."""
    if distance is None:
        return ""
    if distance < 1000:
        step = 1 if distance < 30 else 10
        return _("%(metres)s m") % {"metres": formats.number_format(round(distance / step) * step)}
    return _("%(kilometres)s km") % {"kilometres": formats.number_format(distance / 1000, 1)}


def short_time(moment: datetime, now: datetime) -> str:
    """Today the hour, yesterday the word, else the day, with the year when it is another one."""
    local, today = timezone.localtime(moment), timezone.localtime(now).date()
    if local.date() == today:
        return formats.time_format(local, "H:i")
    if (today - local.date()).days == 1:
        return pgettext("short time", "yesterday")
    day = pgettext("day and month", "j M")
    return formats.date_format(local, day if local.year == today.year else pgettext("day and month", "j M Y"))


@register.simple_tag(takes_context=True)
def when(context: dict[str, Any], moment: datetime | None) -> SafeString | str:
    """A <time> element with the short time, the full one in its title; nothing without a moment."""
    if not moment:
        return ""
    now = context.get("now") or timezone.now()
    full = formats.date_format(timezone.localtime(moment), "DATETIME_FORMAT")
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', moment.isoformat(), full, short_time(moment, now)
    )
