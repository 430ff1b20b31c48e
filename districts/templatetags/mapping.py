"""The tag that tells the page's map what it needs to know."""

from typing import Any

from django import template
from django.utils import timezone, translation
from django.utils.html import format_html, json_script
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from districts.mapping import outline, views
from districts.mapping.base import get_base

register = template.Library()


@register.simple_tag
def map_data() -> SafeString:
    """What js/map.js must know, and the sentence for a page without map; inside the map's element."""
    missing = _("The map can't be shown on this device. Everything works without it.")
    return format_html('{}<p class="map__missing">{}</p>', json_script(_facts()), missing)


def _facts() -> dict[str, Any]:
    language = translation.get_language() or "en"
    today = timezone.localdate()
    city = outline.get_districts(today, outline.outline_version(today))
    return {
        "light": views.style_address("light", city.version, language),
        "dark": views.style_address("dark", city.version, language),
        "neighbourhoods": views.versioned("neighbourhoods", city.version, language),
        "base": get_base().kind,
        "bounds": city.bounds,
        "note": _("District borders are approximate") if city.approximate else "",
        "texts": _texts(),
    }


def _texts() -> dict[str, str]:
    return {
        "map": _("Map"),
        "metres": pgettext("unit", "m"),
        "kilometres": pgettext("unit", "km"),
        "zoomIn": _("Zoom in"),
        "zoomOut": _("Zoom out"),
        "attribution": _("Where the map comes from"),
        "pick": _("Map with a fixed pin. The arrow keys move the map under the pin, plus and minus zoom."),
        "cluster": _("{count} reports here: zoom in"),
        "here": _("Where I am"),
        "nowhere": _("The device does not tell where it is."),
    }
