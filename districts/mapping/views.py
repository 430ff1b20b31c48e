"""The map's documents: its style, districts, neighbourhoods and base. All are public."""

import json
from collections.abc import Callable
from datetime import date
from urllib.parse import urlencode
from zlib import crc32

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from districts.mapping import outline
from districts.mapping.base import file_version, get_base
from districts.mapping.ranges import serve_file
from districts.mapping.style import build_style

KEEP_FOR_EVER = "public, max-age=31536000, immutable"
ASK_EACH_TIME = "public, no-cache"
PMTILES_TYPE = "application/vnd.pmtiles"


def versioned(name: str, version: str, language: str) -> str:
    """The address of a document that browsers may keep: it names the version and the language."""
    return f"{reverse(f'mapping:{name}')}?{urlencode({'v': version, 'lang': language})}"


def current_style(theme: str, outlined: str, language: str) -> tuple[str, str]:
    """The style document as JSON, and its version: a change of colours, districts or base is a new one."""
    districts_url = versioned("districts", outlined, language)
    built = build_style(theme, base=get_base(), districts_url=districts_url, language=language)
    text = json.dumps(built, ensure_ascii=False, separators=(",", ":"))
    return text, f"{crc32(text.encode()):08x}"


def style_address(theme: str, outlined: str, language: str) -> str:
    """The address of the current style, which browsers may keep."""
    return versioned(f"style-{theme}", current_style(theme, outlined, language)[1], language)


@login_not_required
@require_safe
@gzip_page
def style(request: HttpRequest, theme: str) -> HttpResponseBase:
    """The MapLibre style, light or dark."""
    language = _language(request)
    text, version = current_style(theme, outline.outline_version(timezone.localdate()), language)
    return _document(request, version, language, lambda: text)


@login_not_required
@require_safe
@gzip_page
def districts(request: HttpRequest) -> HttpResponseBase:
    """The districts as GeoJSON, for drawing."""
    return _outline(request, outline.get_districts, with_areas=True)


@login_not_required
@require_safe
@gzip_page
def neighbourhoods(request: HttpRequest) -> HttpResponseBase:
    """The neighbourhoods' names and borders as GeoJSON, for drawing."""
    return _outline(request, outline.get_neighbourhoods, with_areas=False)


@login_not_required
@require_safe
def basemap(request: HttpRequest) -> HttpResponseBase:
    """The PMTiles file of the settings, by byte ranges."""
    path = settings.BASEMAP_FILE
    if path is None or not path.is_file():
        raise Http404
    version = file_version(path)
    unchanged = get_conditional_response(request, etag=f'"{version}"')
    if unchanged is not None:
        return unchanged
    response = serve_file(request, path, etag=f'"{version}"', content_type=PMTILES_TYPE)
    response["Cache-Control"] = _cache_control(request, version)
    return response


def _outline(
    request: HttpRequest, load: Callable[[date, str], outline.Outline], *, with_areas: bool
) -> HttpResponseBase:
    language, today = _language(request), timezone.localdate()
    version = outline.outline_version(today)

    def build() -> str:
        collection = load(today, version).collection(language, with_areas=with_areas)
        return json.dumps(collection, ensure_ascii=False, separators=(",", ":"))

    return _document(request, version, language, build)


def _document(request: HttpRequest, version: str, variant: str, build: Callable[[], str]) -> HttpResponseBase:
    """The JSON with its tag; not built at all for a browser that has it."""
    etag = f'"{version}-{variant}"'
    response: HttpResponse | None = get_conditional_response(request, etag=etag)
    if response is None:
        response = HttpResponse(build(), content_type="application/json")
    response["ETag"] = etag
    response["Cache-Control"] = _cache_control(request, version)
    return response


def _cache_control(request: HttpRequest, version: str) -> str:
    return KEEP_FOR_EVER if request.GET.get("v") == version else ASK_EACH_TIME


def _language(request: HttpRequest) -> str:
    """The language that the address names, if it is one, else the person's."""
    wanted = request.GET.get("lang", "")
    if translation.check_for_language(wanted):
        return wanted
    return translation.get_language() or settings.LANGUAGE_CODE
