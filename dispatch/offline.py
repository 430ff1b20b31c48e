"""What a crew's phone needs to work without a network: its files, the workflow, whose data it is."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from django.conf import settings
from django.templatetags.static import static
from django.utils.crypto import salted_hmac

from accounts.models import User
from dispatch.models import OPEN_JOB_STATUSES, JobStatus
from dispatch.workflow import EDGES, Taker

BUILD_HEADER = "X-Mahala-Build"
PERSON_HEADER = "X-Mahala-Person"

# What is nearest to its end fills the screen.
FIRST = (
    JobStatus.ON_SITE,
    JobStatus.ON_THE_WAY,
    JobStatus.PROOF_PENDING,
    JobStatus.ACCEPTED,
    JobStatus.ASSIGNED,
)
# Without these the page is not whole; a new service worker waits until it has them all.
_SHELL = (
    "js/asking.js",
    "js/crew*.js",
    "js/live*.js",
    "js/ui*.js",
    "css/*.css",
    "icons/crew*.svg",
    "icons/favicon.svg",
    "vendor/icons.svg",
    "vendor/idb/idb.js",
    "vendor/exifreader/exif-reader.js",
    "vendor/fonts/*.woff2",
)
_NEEDLESS = ("css/desk.css", "css/api-docs.css", "css/report.css")
# The map is large and a help, no need: it comes afterwards.
_MAP = (
    "js/map.js",
    "js/map-controls.js",
    "js/map-neighbourhoods.js",
    "vendor/maplibre/maplibre-gl*.mjs",
    "vendor/maplibre/maplibre-gl.css",
    "vendor/pmtiles/*.mjs",
)


def person_key(user: User) -> str:
    """Tells one person's data on a phone from another's; says nothing of who it is."""
    return salted_hmac("dispatch.offline", str(user.pk)).hexdigest()[:20]


def workflow_facts() -> dict[str, Any]:
    """`edges` by step, from each state to the next; which states are open; which fill the screen first."""
    edges: dict[str, dict[str, str]] = {}
    for edge in EDGES:
        if Taker.CREW in edge.takers and edge.sources:
            edges.setdefault(edge.step.value, {}).update(
                (source.value, edge.target) for source in edge.sources
            )
    return {
        "edges": edges,
        "open": [status.value for status in OPEN_JOB_STATUSES],
        "first": [status.value for status in FIRST],
    }


@cache
def shell_addresses() -> tuple[str, ...]:
    """Every file that the crew's page can't do without."""
    return tuple(static(name) for name in _found(_SHELL) if name not in _NEEDLESS)


@cache
def map_addresses() -> tuple[str, ...]:
    """The files that draw the map."""
    return tuple(static(name) for name in _found(_MAP))


def _found(patterns: tuple[str, ...]) -> Iterator[str]:
    folder = settings.BASE_DIR / "static"
    for pattern in patterns:
        for path in sorted(folder.glob(pattern)):
            yield path.relative_to(folder).as_posix()
