"""What makes `/crew/` an app: its manifest, its service worker, and a page for a phone that keeps nothing."""

import json
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from dispatch.offline import map_addresses, map_worker_address, shell_addresses

_PAPER, _BRAND = "#11181b", "#0b6358"


@login_not_required
@require_safe
@cache_control(no_cache=True)
def service_worker(request: HttpRequest) -> HttpResponse:
    """The script that keeps the app; other files, or another build, make it another script.

    The files it keeps are public, and so is this list of them.
    """
    facts = {
        "build": settings.STATIC_BUILD,
        "page": reverse("dispatch:crew"),
        "away": reverse("dispatch:away"),
        "shell": [*shell_addresses(), map_worker_address()],
        "map": map_addresses(),
        "name": "Mahala",
        "icon": static("icons/crew-192.png"),
    }
    text = (
        f"import {{ serve }} from {json.dumps(static('js/crew-worker.js'))};\nserve({json.dumps(facts)});\n"
    )
    return HttpResponse(text, content_type="text/javascript; charset=utf-8")


@login_not_required
@require_safe
@cache_control(no_cache=True)
def map_worker(request: HttpRequest) -> HttpResponse:
    """MapLibre's worker, below `/crew/`: only there does the app's service worker reach it."""
    script = static("vendor/maplibre/maplibre-gl-worker.mjs")
    return HttpResponse(f"import {json.dumps(script)};\n", content_type="text/javascript; charset=utf-8")


@login_not_required
@require_safe
@cache_control(no_cache=True)
def manifest(request: HttpRequest) -> JsonResponse:
    """What a phone needs to put the app beside its others."""
    page = reverse("dispatch:crew")
    facts = {
        "id": page,
        "name": _("Mahala crew"),
        "short_name": _("Crew"),
        "description": _("Jobs of the day, with or without a network."),
        "lang": get_language(),
        "dir": "rtl" if get_language_bidi() else "ltr",
        "start_url": page,
        "scope": page,
        "display": "standalone",
        "background_color": _PAPER,
        "theme_color": _BRAND,
        "icons": _icons(),
    }
    return JsonResponse(facts, content_type="application/manifest+json")


@login_not_required
@require_safe
@cache_control(no_cache=True)
def away(request: HttpRequest) -> HttpResponse:
    """What the app shows without a network when it keeps no jobs: it is new here, or somebody signed out."""
    return render(request, "dispatch/crew_away.html")


def _icons() -> list[dict[str, Any]]:
    drawn = {"sizes": "any", "type": "image/svg+xml"}
    icons: list[dict[str, Any]] = [
        {"src": static("icons/crew.svg"), "purpose": "any", **drawn},
        {"src": static("icons/crew-maskable.svg"), "purpose": "maskable", **drawn},
    ]
    return icons + [
        {"src": static(f"icons/crew-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png"}
        for size in (192, 512)
    ]
